import { decisionQuery } from "@/lib/decision/types";
import { getDecisionView } from "@/lib/decision/view";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { p }) => {
    const { at } = parseInput(decisionQuery, Object.fromEntries(new URL(request.url).searchParams));
    return getDecisionView(ctx, p, at === undefined ? undefined : new Date(at));
  },
});
