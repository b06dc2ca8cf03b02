import { readMeters } from "@/lib/migration/meter-store";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: (ctx, _request, { runId }) => readMeters(ctx, runId),
});
