import { listResources } from "@/lib/cost/inventory-api";
import { resourceQuery } from "@/lib/inventory/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

/** `GET /api/v1/projects/{p}/resources?stack&after&limit`. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: (ctx, request, { p }) => listResources(ctx, p, parseInput(resourceQuery, Object.fromEntries(new URL(request.url).searchParams))),
});
