import { recordDecision } from "@/lib/decision/record-decision";
import { listDecisions } from "@/lib/decision/store";
import { decisionsQuery } from "@/lib/decision/types";
import { findProject } from "@/lib/metric/store";
import { parseInput } from "@/lib/service/context";
import { apiRoute, jsonObject } from "@/lib/service/route";

export const GET = apiRoute<{ p: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { p }) => {
    const { after, limit } = parseInput(decisionsQuery, Object.fromEntries(new URL(request.url).searchParams));
    const project = await findProject(ctx.db, p);
    return listDecisions(ctx.db, project.id, { limit, ...(after === undefined ? {} : { after }) });
  },
});

export const POST = apiRoute<{ p: string }>({
  permission: "decision.record",
  handler: async (ctx, request, { p }) => {
    const input = { ...(await jsonObject(request)), project: p };
    return Response.json(await recordDecision(ctx, input), { status: 201, headers: { "cache-control": "no-store" } });
  },
});
