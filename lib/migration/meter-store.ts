import type pg from "pg";
import { z } from "zod";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { grainOf, HISTORY, isFresh, losslessNow, type Meter } from "./meters";
import { BACK, type Watch, watch } from "./watch-types";

/* Measurements of watched steps: the newest of each, and a thinned history for charts. */

type Client = Pick<Tx, "query"> | pg.Pool;

/** What a worker proves with every row it writes: its lease (INV-8). */
export interface MeterLease {
  owner: string;
  epoch: number;
}

/** Newest measurements of the steps of a run that are not undone. */
export async function loadMeters(client: Client, runId: string): Promise<Meter[]> {
  const found = await rows<Omit<Meter, "watch"> & { watch: unknown }>(
    client,
    `SELECT m.step_id AS "stepId", s.key AS "stepKey", m.at, m.watch, m.error
       FROM run_meter m JOIN run_step s ON s.id = m.step_id WHERE m.run_id = $1 AND s.status <> 'undone' ORDER BY s.position`,
    [runId],
  );
  return found.map((row) => ({ ...row, watch: watch.parse(row.watch) }));
}

const WITH_LEASE = "FROM run r WHERE r.id = $1 AND r.lease_owner = $3 AND r.epoch = $4 AND r.lease_until > clock_timestamp()";

/** Stores a measurement and, where the history wants it, a point. False: the lease is lost, nothing was written. */
export async function writeMeter(
  client: Client,
  runId: string,
  stepId: string,
  lease: MeterLease,
  measured: { at: Date; watch: Watch },
  last: { at: Date; back: string; breached: boolean } | null,
): Promise<boolean> {
  const { at, watch: now } = measured;
  const written = await client.query(
    `INSERT INTO run_meter (run_id, step_id, at, epoch, watch, error) SELECT r.id, $2, $5, r.epoch, $6, NULL ${WITH_LEASE}
     ON CONFLICT (run_id, step_id) DO UPDATE SET at = excluded.at, epoch = excluded.epoch, watch = excluded.watch, error = NULL`,
    [runId, stepId, lease.owner, lease.epoch, at, JSON.stringify(now)],
  );
  if (written.rowCount !== 1) return false;
  const grain = grainOf(last?.at ?? null, at, last !== null && (last.back !== now.back || last.breached !== (now.breach !== null)));
  if (grain !== null) await insertPoint(client, stepId, at, grain, now);
  return true;
}

async function insertPoint(client: Client, stepId: string, at: Date, grain: number, now: Watch): Promise<void> {
  await client.query(
    `INSERT INTO run_meter_point (step_id, at, grain, back, breached, lag_bytes, lag_seconds, back_seconds, writes_at_risk)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (step_id, at) DO NOTHING`,
    [stepId, at, grain, now.back, now.breach !== null, now.lag?.bytes ?? null, now.lag?.seconds ?? null, now.backSeconds, now.writesAtRisk],
  );
  // Ten-second points come often enough to take the old ones away with them.
  for (const [index, { keptMs }] of HISTORY.entries())
    if (keptMs !== null)
      await client.query("DELETE FROM run_meter_point WHERE step_id = $1 AND grain = $2 AND at < $3", [stepId, index, new Date(at.getTime() - keptMs)]);
}

/** Says why the newest look saw nothing; the time of the last measurement stays, so that it grows old. */
export async function writeMeterError(client: Client, runId: string, stepId: string, lease: MeterLease, error: string): Promise<void> {
  await client.query(
    `UPDATE run_meter m SET error = $5 FROM run r WHERE m.run_id = r.id AND m.step_id = $2 AND r.id = $1 AND r.lease_owner = $3 AND r.epoch = $4
        AND r.lease_until > clock_timestamp()`,
    [runId, stepId, lease.owner, lease.epoch, error.slice(0, 1_000)],
  );
}

const point = z.object({
  at: z.iso.datetime(),
  back: z.enum(BACK),
  breached: z.boolean(),
  lagBytes: z.number().nullable(),
  lagSeconds: z.number().nullable(),
  backSeconds: z.number().nullable(),
  writesAtRisk: z.number().nullable(),
});

/** What the route answers; also its description in the OpenAPI document. */
export const metersView = z.object({
  /** Going back loses nothing, as measured at most 5 s ago; null where no step is watched. */
  lossless: z.boolean().nullable(),
  meters: z.array(
    watch.extend({
      step: z.string(),
      title: z.string(),
      at: z.iso.datetime(),
      /** At most 5 s old. */
      fresh: z.boolean(),
      error: z.string().nullable(),
      /** At most 400 points, oldest first. */
      history: z.array(point),
    }),
  ),
});
export type MetersView = z.infer<typeof metersView>;

const POINTS = 400;

/** Everything measured of a run, for its pages. @throws NotFoundError */
export async function readMeters(ctx: Ctx, runId: string): Promise<MetersView> {
  requirePermission(ctx, "workspace.read");
  const run = await firstRow<{ now: Date }>(ctx.db.pool, "SELECT clock_timestamp() AS now FROM run WHERE id = $1", [runId]);
  if (run === null) throw new NotFoundError("The run");
  const meters = await loadMeters(ctx.db.pool, runId);
  const titles = await rows<{ id: string; title: string }>(ctx.db.pool, "SELECT id, title FROM run_step WHERE run_id = $1", [runId]);
  const views = meters.map(async (meter) => ({
    step: meter.stepKey,
    title: titles.find((step) => step.id === meter.stepId)?.title ?? meter.stepKey,
    at: meter.at.toISOString(),
    fresh: isFresh(meter, run.now),
    error: meter.error,
    ...meter.watch,
    history: await history(ctx, meter.stepId),
  }));
  return { lossless: meters.length === 0 ? null : losslessNow(meters, run.now), meters: await Promise.all(views) };
}

/** The worst of each stretch: a chart of days must not hide a minute without a way back. */
async function history(ctx: Ctx, stepId: string): Promise<z.infer<typeof point>[]> {
  const found = await rows<Omit<z.infer<typeof point>, "at"> & { at: Date }>(
    ctx.db.pool,
    `SELECT DISTINCT ON (bucket) at, back, breached, lag_bytes AS "lagBytes", lag_seconds AS "lagSeconds", back_seconds AS "backSeconds", writes_at_risk AS "writesAtRisk"
       FROM (SELECT *, ntile($2) OVER (ORDER BY at) AS bucket FROM run_meter_point WHERE step_id = $1) p
      ORDER BY bucket, breached DESC, array_position(ARRAY['impossible', 'lossy', 'lossless'], back), lag_bytes DESC NULLS LAST`,
    [stepId, POINTS],
  );
  return found.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Where the history of a step stands, for a worker that takes it up. */
export async function lastPoint(client: Client, stepId: string): Promise<{ at: Date; back: string; breached: boolean } | null> {
  return firstRow(client, "SELECT at, back, breached FROM run_meter_point WHERE step_id = $1 ORDER BY at DESC LIMIT 1", [stepId]);
}
