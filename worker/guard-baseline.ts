import { parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import { rows } from "@/lib/db/transaction";
import { type Baseline, baselineOf } from "@/lib/migration/guard-baseline";
import { scrapeMs } from "@/lib/migration/guard-types";
import type { Reading } from "@/lib/migration/guards";
import type { GuardState, RunSnapshot } from "@/lib/migration/snapshot";
import { ENDED } from "@/lib/migration/types";
import { insertRow } from "./guard-record";
import { askedQuery } from "./guard-sources/promql";
import type { OwnedRun } from "./owned-run";
import { openTarget } from "./step-context";

/*
 * The window before the first change of traffic (R-GRD-7). Metrics and PromQL have a history to look it up in; what only the
 * worker measures is sampled from the start of the run on.
 */

/** Points that a history is asked for. */
const POINTS = 200;
/** After this many milliseconds without an answer about the time before the change there is no baseline. */
const GIVE_UP_MS = 60_000;

const WITHOUT_HISTORY: ReadonlySet<string> = new Set(["haproxy", "pooler", "probe", "replication"]);

/** Whether the guard is sampled before it is armed, only to know what is normal. */
export function recordsBefore(run: Pick<RunSnapshot, "startedAt" | "direction" | "status">, guard: GuardState): boolean {
  const { source, baseline } = guard.spec;
  return (
    guard.state === "idle" &&
    baseline !== undefined &&
    WITHOUT_HISTORY.has(source.type) &&
    run.startedAt !== null &&
    run.direction === "forward" &&
    !ENDED.includes(run.status)
  );
}

/** Stores a sample from before the change; it is judged by nothing. */
export async function keepBaselineSample(owned: OwnedRun, guard: GuardState, reading: Reading): Promise<void> {
  if (reading.type !== "value" || guard.spec.baseline === undefined || !owned.lease.isSafe()) return;
  const { pool } = owned.deps.db;
  await insertRow(pool, owned.id, guard.id, { at: reading.at, verdict: "baseline", value: reading.value, detail: "" });
  const oldest = new Date(reading.at.getTime() - parseDuration(guard.spec.baseline.window));
  await pool.query("DELETE FROM guard_sample WHERE guard_id = $1 AND verdict = 'baseline' AND at < $2", [guard.id, oldest]);
}

/** Records the window before the change once traffic has begun to move; told in the journal, also when there is none. */
export async function recordBaseline(owned: OwnedRun, guard: GuardState): Promise<void> {
  const { trafficSince } = owned.run;
  if (guard.spec.baseline === undefined || guard.baseline !== null || trafficSince === null) return;
  const from = new Date(trafficSince.getTime() - parseDuration(guard.spec.baseline.window));
  const found = await valuesBefore(owned, guard, from, trafficSince).catch((error: unknown) => ({ error: owned.redactor.text(messageOf(error)) }));
  if (!Array.isArray(found) && owned.now().getTime() - trafficSince.getTime() < GIVE_UP_MS) return;
  const baseline: Baseline = Array.isArray(found) ? baselineOf(found, from, trafficSince) : { type: "missing", reason: found.error };
  const { key, title } = guard.spec;
  const message =
    baseline.type === "known"
      ? `Guard "${title}": before the change the median of ${baseline.count} values was ${baseline.median}.`
      : `Guard "${title}" has no baseline, only its absolute limit holds: ${baseline.reason}.`;
  await owned.write((run) => {
    const current = run.guards.find((one) => one.id === guard.id);
    if (current === undefined || current.baseline !== null || ENDED.includes(run.status)) return null;
    return {
      guards: [{ id: guard.id, set: { baseline } }],
      events: [{ type: "guard.baseline", message, data: { guard: key, baseline } }],
      audit: { action: "run.guard-baseline", after: { guard: key, baseline } },
    };
  });
}

async function valuesBefore(owned: OwnedRun, guard: GuardState, from: Date, to: Date): Promise<number[] | { error: string }> {
  const { source } = guard.spec;
  if (source.type === "metric") return await owned.deps.metricHistory(owned.run.projectId, source.metric, from, to);
  if (source.type === "promql") {
    const connection = await openTarget(owned, source.connection, "prometheus");
    const stepMs = Math.max(scrapeMs(guard.spec), 1_000, (to.getTime() - from.getTime()) / POINTS);
    const history = await owned.deps.promqlHistory(connection, askedQuery(source), { from, to, stepMs });
    return history.type === "values" ? history.values : { error: history.reason };
  }
  const found = await rows<{ value: number }>(
    owned.deps.db.pool,
    "SELECT value FROM guard_sample WHERE guard_id = $1 AND at >= $2 AND at < $3 AND value IS NOT NULL",
    [guard.id, from, to],
  );
  return found.map((row) => row.value);
}
