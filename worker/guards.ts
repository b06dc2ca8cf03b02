import { parseDuration } from "@/lib/core/duration";
import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { countsFrom, isArmed, type Judgement, judge, type Reading, tripAction } from "@/lib/migration/guards";
import type { GuardState, RunSnapshot } from "@/lib/migration/snapshot";
import type { Transition } from "@/lib/migration/transition";
import { ENDED } from "@/lib/migration/types";
import type { OwnedRun } from "./owned-run";
import { openTarget } from "./step-context";

/* Samples guards in every state from arming to the end of the observation: also paused, also while people are waited for (R-GRD-2). */

const LOOK_MS = 200;
const TRACE_SAMPLES = 20;

/** Starts watching; the returned function ends it. */
export function watchGuards(owned: OwnedRun): () => void {
  const busy = new Set<string>();
  const silent = new Set<string>();
  const timer = setInterval(() => {
    if (owned.lease.lost.signal.aborted || ENDED.includes(owned.run.status)) return;
    const now = owned.now();
    for (const guard of owned.run.guards) {
      if (!isArmed(guard) || busy.has(guard.id) || (guard.nextDueAt !== null && guard.nextDueAt > now)) continue;
      busy.add(guard.id);
      sample(owned, guard, silent)
        .catch((error: unknown) => owned.deps.log.warn({ err: error, runId: owned.id, guard: guard.spec.key }, "guard could not be sampled"))
        .finally(() => busy.delete(guard.id));
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}

async function sample(owned: OwnedRun, guard: GuardState, silent: Set<string>): Promise<void> {
  const reading = await read(owned, guard);
  if (owned.lease.lost.signal.aborted) return;
  const now = owned.now();
  const current = await fresh(owned, guard);
  const judged = judge(current, reading, countsFrom(owned.run, guard), now);
  // While the rollback it caused is under way a guard stays tripped, whatever it measures meanwhile.
  const rollingBack = owned.run.direction === "back" || owned.run.desired === "rollback";
  const judgement: Judgement = current.state === "tripped" && rollingBack ? { ...judged, state: "tripped" } : judged;
  if (judgement.tripped !== null) await trip(owned, guard, reading, judgement);
  else await keep(owned, guard, judgement, now);
  await tellSilence(owned, guard, judgement, silent);
}

async function read(owned: OwnedRun, guard: GuardState): Promise<Reading> {
  const { source } = guard.spec;
  try {
    if (source.type === "metric") return await owned.deps.readMetric(owned.run.projectId, source.metric);
    const connection = await openTarget(owned, source.connection, "prometheus");
    return await owned.deps.probe(connection, source.query, owned.now());
  } catch (error) {
    return { type: "error", reason: messageOf(error) };
  }
}

/** The guard's counters as they are in the database: the snapshot of the main loop may be older. */
async function fresh(owned: OwnedRun, guard: GuardState): Promise<GuardState> {
  const row = await firstRow<Partial<GuardState>>(
    owned.deps.db.pool,
    `SELECT state, armed_at AS "armedAt", bad_streak AS "badStreak", valid_samples AS "validSamples", last_verdict AS "lastVerdict", last_value AS "lastValue",
            last_usable_at AS "lastUsableAt" FROM run_guard WHERE id = $1`,
    [guard.id],
  );
  return { ...guard, ...row };
}

function countersOf(guard: GuardState, judgement: Judgement, now: Date) {
  return {
    state: judgement.state,
    badStreak: judgement.badStreak,
    validSamples: judgement.validSamples,
    lastVerdict: judgement.verdict ?? guard.lastVerdict,
    lastValue: judgement.lastValue,
    lastUsableAt: judgement.lastUsableAt,
    nextDueAt: new Date(now.getTime() + parseDuration(guard.spec.interval)),
  };
}

/** Writes what was learned, only while the lease is held. */
async function keep(owned: OwnedRun, guard: GuardState, judgement: Judgement, now: Date): Promise<void> {
  const set = countersOf(guard, judgement, now);
  const { owner, epoch } = owned.lease.claim;
  await inTransaction(owned.deps.db, async (tx) => {
    const written = await tx.query(
      `UPDATE run_guard g SET state = $4, bad_streak = $5, valid_samples = $6, last_verdict = $7, last_value = $8, last_usable_at = $9, next_due_at = $10
         FROM run r WHERE g.id = $1 AND r.id = g.run_id AND r.lease_owner = $2 AND r.epoch = $3 AND r.lease_until > clock_timestamp()
          AND g.state NOT IN ('idle', 'disarmed')`,
      [guard.id, owner, epoch, set.state, set.badStreak, set.validSamples, set.lastVerdict, set.lastValue, set.lastUsableAt, set.nextDueAt],
    );
    // Silence is kept once, not every second.
    const telling = judgement.verdict !== null && (judgement.verdict === "ok" || judgement.verdict === "bad" || judgement.verdict !== guard.lastVerdict);
    if (written.rowCount === 1 && telling) await insertSample(tx, owned.id, guard, judgement, now);
  });
  const current = owned.run.guards.find((one) => one.id === guard.id);
  if (current === undefined || !isArmed(current)) return;
  const changed = current.state !== set.state;
  Object.assign(current, set);
  if (changed) owned.nudge();
}

async function insertSample(tx: Tx, runId: string, guard: GuardState, judgement: Judgement, now: Date): Promise<void> {
  const counted = judgement.verdict === "ok" || judgement.verdict === "bad";
  await tx.query("INSERT INTO guard_sample (id, run_id, guard_id, at, verdict, value, detail) VALUES ($1,$2,$3,$4,$5,$6,$7)", [
    newId(),
    runId,
    guard.id,
    counted ? judgement.lastUsableAt : now,
    judgement.verdict ?? "nodata",
    counted ? judgement.lastValue : null,
    judgement.detail,
  ]);
}

/** The trip and what it does are one transition: a worker lost in between leaves nothing half (F-GRD-8). */
async function trip(owned: OwnedRun, guard: GuardState, reading: Reading, judgement: Judgement): Promise<void> {
  owned.deps.crash("*", "guard-trip");
  const samples = await rows<object>(
    owned.deps.db.pool,
    "SELECT at, verdict, value, detail FROM guard_sample WHERE guard_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
    [guard.id, TRACE_SAMPLES],
  );
  await owned.write(
    (run, now) => {
      const current = run.guards.find((one) => one.id === guard.id);
      if (current === undefined || !isArmed(current) || current.state === "tripped" || ENDED.includes(run.status)) return null;
      return tripped(run, current, reading, judgement, samples, now);
    },
    async (tx) => insertSample(tx, owned.id, guard, judgement, owned.now()),
  );
  owned.nudge();
}

function tripped(run: RunSnapshot, guard: GuardState, reading: Reading, judgement: Judgement, samples: object[], now: Date): Transition {
  const cause = judgement.tripped ?? "breach";
  const { action, why } = tripAction(run, guard, cause);
  const { spec } = guard;
  const limit = `${spec.op} ${spec.value}${spec.unit === undefined ? "" : ` ${spec.unit}`}`;
  const measured = cause === "breach" ? `measured ${judgement.lastValue}, limit ${limit}, ${judgement.badStreak} times in a row` : judgement.detail;
  const consequence = action === "rollback" ? "Rolling back." : action === "hold" ? `The run is held${why === "" ? "" : `: ${why}`}.` : `Alarm only: ${why}.`;
  const trace = {
    guard: spec.key,
    title: spec.title,
    value: judgement.lastValue,
    op: spec.op,
    limit: spec.value,
    unit: spec.unit ?? "",
    at: now.toISOString(),
    cause,
    action,
    why,
    source: spec.source,
    reading: reading.type === "value" ? { ...reading, at: reading.at.toISOString() } : reading,
    counted: { badStreak: judgement.badStreak, needed: spec.samples, validSamples: judgement.validSamples, minSamples: spec.minSamples },
    samples,
  };
  const reason = `Guard "${spec.title}": ${measured}.`;
  return {
    run: action === "rollback" ? { desired: "rollback", desiredReason: reason, autoRollbacks: run.autoRollbacks + 1 } : {},
    guards: [{ id: guard.id, set: { ...countersOf(guard, judgement, now), state: "tripped", trippedAt: now, trace } }],
    events: [{ type: "guard.tripped", message: `${reason} ${consequence}`, data: trace }],
    audit: { action: "run.guard-tripped", reason, after: { guard: spec.key, value: judgement.lastValue, limit, action } },
  };
}

/** Silence and its end are told once each: it holds the run, and somebody has to know why (R-GRD-9). */
async function tellSilence(owned: OwnedRun, guard: GuardState, judgement: Judgement, silent: Set<string>): Promise<void> {
  if (judgement.verdict === null && !judgement.silent) return;
  if (judgement.silent === silent.has(guard.id)) return;
  if (judgement.silent) silent.add(guard.id);
  else silent.delete(guard.id);
  if (judgement.tripped !== null) return;
  const { spec } = guard;
  const holds = spec.noData === "ignore" ? "" : " The run is held.";
  const event = judgement.silent
    ? { type: "guard.no-data", message: `Guard "${spec.title}": ${judgement.detail}.${holds}`, data: { guard: spec.key, policy: spec.noData } }
    : { type: "guard.data-back", message: `Guard "${spec.title}" has data again.`, data: { guard: spec.key } };
  await owned.write((run) => (ENDED.includes(run.status) ? null : { events: [event], audit: { action: `run.${event.type}`, after: { guard: spec.key } } }));
}
