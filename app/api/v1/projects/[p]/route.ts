import { projectSummary } from "@/lib/cost/inventory-api";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/projects/{p}`: one project with its stacks and what they cost. */
export const GET = apiRoute<{ p: string }>({ permission: "workspace.read", handler: (ctx, _request, { p }) => projectSummary(ctx, p) });
