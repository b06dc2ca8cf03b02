import { journalView } from "@/app/(app)/runs/_lib/load-view";
import { resumeAfter } from "@/app/api/v1/runs/_lib/sse";
import { journalSince } from "@/lib/migration/page-store";
import { apiRoute } from "@/lib/service/route";

const PAGE = 500;

export const GET = apiRoute<{ runId: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { runId }) => {
    const items = (await journalSince(ctx, runId, resumeAfter(null, new URL(request.url).searchParams.get("after")), PAGE)).map(journalView);
    return { items, next: items.length === PAGE ? String(items.at(-1)?.seq) : null };
  },
});
