import { getCosts } from "@/lib/cost/store";
import { apiRoute } from "@/lib/service/route";

/** Rows and totals: `?from&to&source=plan|actual|forecast&group=service|stack|provider|category|month`. */
export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: (ctx, request, { p }) => getCosts(ctx, p, Object.fromEntries(new URL(request.url).searchParams)),
});
