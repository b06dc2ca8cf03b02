import { readShare } from "@/lib/migration/share-store";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: (ctx, _request, { runId }) => readShare(ctx, runId),
});
