import { pageInput } from "@/lib/core/paging";
import { listProjects } from "@/lib/cost/inventory-api";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/projects?after&limit`. */
export const GET = apiRoute({
  permission: "workspace.read",
  handler: (ctx, request) => listProjects(ctx, parseInput(pageInput, Object.fromEntries(new URL(request.url).searchParams))),
});
