import { findProject, listMetrics } from "@/lib/metric/store";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, _request, { p }) => {
    const project = await findProject(ctx.db, p);
    return { items: await listMetrics(ctx.db, project.id, ctx.now), next: null };
  },
});
