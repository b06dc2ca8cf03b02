import { listStacks } from "@/lib/cost/inventory-api";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/projects/{p}/stacks`: stacks in the order of the plan, with their recomputed totals. */
export const GET = apiRoute<{ p: string }>({ permission: "workspace.read", handler: (ctx, _request, { p }) => listStacks(ctx, p) });
