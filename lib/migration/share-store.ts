import type pg from "pg";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import type { MeterLease } from "./meter-store";
import { type ShareBucket, type SharePoint, shareSentence, stagesOf, wayTitles, withGaps } from "./share";
import type { ShareView } from "./share-view";
import type { StepOf } from "./types";

/* Points of the set and the measured share, and what pages read of them. */

/** Stores the point of a look, under the lease (INV-8): a worker that lost it writes nothing. */
export async function writeSharePoint(pool: pg.Pool, runId: string, way: string, lease: MeterLease, at: Date, point: SharePoint): Promise<void> {
  await pool.query(
    `INSERT INTO run_share_point (run_id, way, at, set_percent, percent, answers)
     SELECT r.id, $2, $5, $6, $7, $8 FROM run r WHERE r.id = $1 AND r.lease_owner = $3 AND r.epoch = $4 AND r.lease_until > clock_timestamp()
     ON CONFLICT DO NOTHING`,
    [runId, way, lease.owner, lease.epoch, at, point.set, point.percent, point.answers],
  );
}

const BUCKETS = 200;
const SHORTEST_S = 5;
/** Milliseconds without a look that are a gap: looks are up to 30 s apart. */
const GAP_MS = 90_000;

/** Set and measured share of a run on every way it set, for its pages. @throws NotFoundError */
export async function readShare(ctx: Ctx, runId: string): Promise<ShareView> {
  requirePermission(ctx, "workspace.read");
  const run = await firstRow<{ end: Date }>(ctx.db.pool, `SELECT coalesce(ended_at, clock_timestamp()) AS "end" FROM run WHERE id = $1`, [runId]);
  if (run === null) throw new NotFoundError("The run");
  const steps = await rows<{ spec: StepOf<"traffic.set"> }>(
    ctx.db.pool,
    "SELECT spec FROM run_step WHERE run_id = $1 AND kind = 'traffic.set' ORDER BY position",
    [runId],
  );
  const titles = wayTitles(steps.map(({ spec }) => spec));
  const { found, widthMs } = await bucketsOf(ctx.db.pool, runId);
  const ways = [...titles].flatMap(([way, title]) => {
    const buckets = found.filter((one) => one.way === way);
    if (buckets.length === 0) return [];
    return [
      {
        title,
        sentence: shareSentence(buckets, run.end),
        points: withGaps(buckets, Math.max(GAP_MS, 3 * widthMs)).map(({ at, set, percent, answers }) => ({ at: at.toISOString(), set, percent, answers })),
        stages: stagesOf(buckets).map(({ from, ...rest }) => ({ from: from.toISOString(), ...rest })),
      },
    ];
  });
  return { ways };
}

/** Points put together by time, so that a chart of days has as many as one of minutes; what was set is never mixed. */
async function bucketsOf(pool: pg.Pool, runId: string): Promise<{ found: (ShareBucket & { way: string })[]; widthMs: number }> {
  const span = await firstRow<{ seconds: number | null }>(
    pool,
    "SELECT extract(epoch FROM max(at) - min(at))::float8 AS seconds FROM run_share_point WHERE run_id = $1",
    [runId],
  );
  const width = Math.max(SHORTEST_S, Math.ceil((span?.seconds ?? 0) / BUCKETS));
  const found = await rows<ShareBucket & { way: string }>(
    pool,
    `SELECT way, min(at) AS at, set_percent AS "set", sum(answers)::float8 AS answers,
            CASE WHEN sum(answers) > 0 THEN sum(percent * answers) / sum(answers) ELSE avg(percent) FILTER (WHERE answers IS NULL) END AS percent
       FROM run_share_point WHERE run_id = $1
      GROUP BY way, floor(extract(epoch FROM at) / $2), set_percent ORDER BY way, min(at)`,
    [runId, width],
  );
  return { found, widthMs: width * 1_000 };
}
