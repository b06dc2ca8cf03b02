import { documentLines } from "@/lib/plan/correct-draft";
import { apiRoute } from "@/lib/service/route";

/** `GET /documents/{draft}/text?from=1&count=400`: lines of the document as they were read. */
export const GET = apiRoute<{ draft: string }>({
  permission: "plan.import",
  handler: async (ctx, request, { draft }) => {
    const { searchParams } = new URL(request.url);
    const number = (name: string, most: number) => Math.min(most, Math.max(1, Math.trunc(Number(searchParams.get(name) ?? 1)) || 1));
    return { lines: await documentLines(ctx, draft, number("from", 10_000_000), number("count", 2_000)) };
  },
});
