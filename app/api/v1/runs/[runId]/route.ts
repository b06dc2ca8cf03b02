import { loadRunView } from "@/app/(app)/runs/_lib/load-view";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: (ctx, _request, { runId }) => loadRunView(ctx, runId),
});
