import { InvalidInputError } from "@/lib/core/errors";
import { readSeries } from "@/lib/metric/series";
import { findProject } from "@/lib/metric/store";
import { seriesQuery } from "@/lib/metric/types";
import { parseInput } from "@/lib/service/context";
import { apiRoute } from "@/lib/service/route";

const DEFAULT_SPAN_MS = 30 * 86_400_000;

/** Values in [from, to); the last 30 days when no range is given. */
export const GET = apiRoute<{ p: string; m: string }>({
  permission: "workspace.read",
  handler: async (ctx, request, { p, m }) => {
    const query = parseInput(seriesQuery, Object.fromEntries(new URL(request.url).searchParams));
    const to = query.to === undefined ? ctx.now : new Date(query.to);
    const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_SPAN_MS) : new Date(query.from);
    if (from.getTime() >= to.getTime()) {
      throw new InvalidInputError('"from" must be before "to".', [{ path: "from", message: "must be before to" }]);
    }
    const project = await findProject(ctx.db, p);
    return readSeries(ctx.db, project.id, m, { from, to, ...(query.points === undefined ? {} : { points: query.points }) });
  },
});
