import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { refusals } from "@/lib/migration/commands";
import { nextSignal, tripAction } from "@/lib/migration/guard-actions";
import { limitsOf } from "@/lib/migration/guard-baseline";
import { windowOf } from "@/lib/migration/guard-types";
import { isArmed, type Judgement, type Reading } from "@/lib/migration/guards";
import type { GuardState, RunSnapshot } from "@/lib/migration/snapshot";
import type { Transition } from "@/lib/migration/transition";
import { tripWords } from "@/lib/migration/trip-words";
import { ENDED } from "@/lib/migration/types";
import type { OwnedRun } from "./owned-run";

/* What was learned from a sample becomes rows: only while the lease is held, trips and recoveries with everything they do at once. */

const TRACE_SAMPLES = 20;

export interface Sample {
  guard: GuardState;
  judgement: Judgement;
  reading: Reading;
  nextDueAt: Date;
}

function countersOf({ guard, judgement, nextDueAt }: Sample) {
  const { state, recent, badStreak, badRequests, firstBadAt, validSamples, lastValue, lastUsableAt } = judgement;
  return {
    state,
    recent,
    badStreak,
    badRequests,
    firstBadAt,
    validSamples,
    lastVerdict: judgement.verdict ?? guard.lastVerdict,
    lastValue,
    lastUsableAt,
    nextDueAt,
  };
}

/** Writes what was learned. */
export async function keepSample(owned: OwnedRun, sample: Sample): Promise<void> {
  const { guard, judgement } = sample;
  const set = countersOf(sample);
  const { owner, epoch } = owned.lease.claim;
  await inTransaction(owned.deps.db, async (tx) => {
    const written = await tx.query(
      `UPDATE run_guard g SET state = $4, recent = $5, bad_streak = $6, bad_requests = $7, first_bad_at = $8, valid_samples = $9, last_verdict = $10,
              last_value = $11, last_usable_at = $12, next_due_at = $13
         FROM run r WHERE g.id = $1 AND r.id = g.run_id AND r.lease_owner = $2 AND r.epoch = $3 AND r.lease_until > clock_timestamp()
          AND g.state NOT IN ('idle', 'disarmed')`,
      [guard.id, owner, epoch, ...Object.values(set)],
    );
    // Silence is kept once, not every second.
    const telling = judgement.verdict !== null && (judgement.verdict === "ok" || judgement.verdict === "bad" || judgement.verdict !== guard.lastVerdict);
    if (written.rowCount === 1 && telling) await insertSample(tx, owned, sample);
  });
  const current = owned.run.guards.find((one) => one.id === guard.id);
  if (current === undefined || !isArmed(current)) return;
  const changed = current.state !== set.state || current.lastVerdict !== set.lastVerdict;
  Object.assign(current, set);
  if (changed) owned.nudge();
}

async function insertSample(tx: Tx, owned: OwnedRun, { guard, judgement, reading }: Sample): Promise<void> {
  const counted = judgement.verdict === "ok" || judgement.verdict === "bad";
  await insertRow(tx, owned.id, guard.id, {
    at: counted ? judgement.lastUsableAt : owned.now(),
    verdict: judgement.verdict ?? "nodata",
    value: counted && reading.type === "value" ? reading.value : null,
    detail: judgement.detail,
  });
}

/** One row of what a guard saw. */
export async function insertRow(
  tx: Pick<Tx, "query">,
  runId: string,
  guardId: string,
  row: { at: Date | null; verdict: string; value: number | null; detail: string },
): Promise<void> {
  await tx.query("INSERT INTO guard_sample (id, run_id, guard_id, at, verdict, value, detail) VALUES ($1,$2,$3,$4,$5,$6,$7)", [
    newId(),
    runId,
    guardId,
    row.at,
    row.verdict,
    row.value,
    row.detail,
  ]);
}

/** The trip and what it does are one transition: a worker lost in between leaves nothing half (F-GRD-8). */
export async function trip(owned: OwnedRun, sample: Sample, from: Date, settled: boolean): Promise<void> {
  owned.deps.crash("*", "guard-trip");
  const { guard } = sample;
  const samples = await rows<object>(
    owned.deps.db.pool,
    "SELECT at, verdict, value, detail FROM guard_sample WHERE guard_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
    [guard.id, Math.max(TRACE_SAMPLES, 2 * windowOf(guard.spec))],
  );
  await owned.write(
    (run, now) => {
      const current = run.guards.find((one) => one.id === guard.id);
      if (current === undefined || !isArmed(current) || current.state === "tripped" || ENDED.includes(run.status)) return null;
      return tripped(run, { ...sample, guard: current }, { samples, from, settled, now });
    },
    async (tx) => insertSample(tx, owned, sample),
  );
  owned.nudge();
}

interface TripFacts {
  samples: object[];
  from: Date;
  settled: boolean;
  now: Date;
}

function tripped(run: RunSnapshot, sample: Sample, facts: TripFacts): Transition | null {
  const { guard, judgement } = sample;
  const { spec } = guard;
  const cause = judgement.tripped ?? "breach";
  const decision = tripAction(run, guard, cause, facts.now, facts.settled);
  if (decision.action === "defer") return null;
  const { reason, consequence, limit } = tripWords(guard, judgement, decision);
  const trace = traceOf(run, sample, facts, { cause, ...decision, limit });
  const pauses = decision.action === "pause" || (decision.page && run.status === "running");
  return {
    run: runAfter(run, decision.action, reason, pauses, decision.action === "pause" ? spec.key : null, decision.why),
    guards: [{ id: guard.id, set: { ...countersOf(sample), state: "tripped", trippedAt: facts.now, trace } }],
    events: [
      { type: "guard.tripped", message: `${reason} ${consequence}`, data: trace },
      ...(pauses ? [{ type: "run.paused", message: `Paused: ${reason}`, data: { cause: "guard", guard: spec.key, byItself: !decision.page } }] : []),
      ...(decision.page
        ? [{ type: "guard.page", message: `A person has to decide: ${reason} Not rolled back: ${decision.why}.`, data: { guard: spec.key, why: decision.why } }]
        : []),
    ],
    audit: { action: "run.guard-tripped", reason, after: { guard: spec.key, value: judgement.lastValue, limit, action: decision.action, why: decision.why } },
  };
}

function runAfter(run: RunSnapshot, action: string, reason: string, pauses: boolean, pausedBy: string | null, why: string): Transition["run"] {
  if (action === "rollback") return { desired: "rollback", desiredReason: reason, autoRollbacks: run.autoRollbacks + 1 };
  if (!pauses) return {};
  const desiredReason = pausedBy === null ? `${reason} Not rolled back: ${why}.` : reason;
  // A pause that a person has asked for meanwhile is granted with it, and only a person ends it.
  return run.desired === "pause" ? { status: "paused", pausedBy: null, desired: "go", desiredReason } : { status: "paused", pausedBy, desiredReason };
}

/** Everything the decision was made of (R-GRD-10). */
function traceOf(run: RunSnapshot, { guard, judgement, reading }: Sample, facts: TripFacts, decided: object): Record<string, unknown> {
  const { spec } = guard;
  return {
    guard: spec.key,
    title: spec.title,
    value: judgement.lastValue,
    op: spec.op,
    unit: spec.unit ?? "",
    at: facts.now.toISOString(),
    firstBadAt: judgement.firstBadAt?.toISOString() ?? null,
    ...decided,
    limits: limitsOf(spec, guard.baseline),
    baseline: guard.baseline,
    source: spec.source,
    reading: "at" in reading ? { ...reading, at: reading.at.toISOString() } : reading,
    counted: {
      badStreak: judgement.badStreak,
      needed: spec.samples,
      of: windowOf(spec),
      validSamples: judgement.validSamples,
      minSamples: spec.minSamples,
      requests: judgement.badRequests,
      from: facts.from.toISOString(),
    },
    wayBack: run.meters.map((meter) => ({ step: meter.stepKey, at: meter.at.toISOString(), back: meter.watch.back })),
    samples: facts.samples,
  };
}

/** The guard is good again. A run that it paused as a signal goes on, unless a person or another signal stands against it. */
export async function recover(owned: OwnedRun, sample: Sample): Promise<void> {
  const { guard } = sample;
  await owned.write(
    (run, now) => {
      const current = run.guards.find((one) => one.id === guard.id);
      if (current === undefined || current.state !== "tripped" || run.direction === "back" || ENDED.includes(run.status)) return null;
      const { key, title } = guard.spec;
      const goes = goesOn(run, key, now);
      const resumed = goes?.status === "running";
      return {
        ...(goes === null ? {} : { run: goes }),
        guards: [{ id: guard.id, set: countersOf(sample) }],
        events: [
          { type: "guard.recovered", message: `Guard "${title}" is good again.`, data: { guard: key, value: sample.judgement.lastValue } },
          ...(resumed ? [{ type: "run.resumed", message: `The run goes on: "${title}" is good again.`, data: { cause: "guard", guard: key } }] : []),
        ],
        audit: { action: "run.guard-recovered", after: { guard: key, resumed } },
      };
    },
    async (tx) => insertSample(tx, owned, sample),
  );
  owned.nudge();
}

function goesOn(run: RunSnapshot, key: string, now: Date): NonNullable<Transition["run"]> | null {
  if (run.status !== "paused" || run.pausedBy !== key || run.desired !== "go") return null;
  const next = nextSignal(run, key);
  if (next !== null) return { pausedBy: next };
  // A step that broke while the run stood still needs a person, who also lets the run go on.
  return refusals(run, "resume", now).length > 0 ? { pausedBy: null } : { status: "running", desiredReason: null };
}

/** Silence and its end are told once each, also over a restart: it holds the run, and somebody has to know why (R-GRD-9). Returns what is told now. */
export async function tellSilence(owned: OwnedRun, { guard, judgement }: Sample, told: boolean | null): Promise<boolean | null> {
  const learned = judgement.verdict !== null || judgement.alarming;
  if (!learned || judgement.tripped !== null) return told;
  const { alarming } = judgement;
  if (told === alarming) return told;
  const speaks = judgement.verdict === "ok" || judgement.verdict === "bad";
  if (!alarming && !speaks) return told;
  if ((told ?? (await toldBefore(owned, guard))) === alarming) return alarming;
  const { spec } = guard;
  const holds = spec.noData === "ignore" ? "" : " The run is held.";
  const event = alarming
    ? {
        type: "guard.no-data",
        message: `Guard "${spec.title}" cannot be evaluated: ${judgement.detail}.${holds}`,
        data: { guard: spec.key, policy: spec.noData },
      }
    : { type: "guard.data-back", message: `Guard "${spec.title}" has data again.`, data: { guard: spec.key } };
  await owned.write((run) => (ENDED.includes(run.status) ? null : { events: [event], audit: { action: `run.${event.type}`, after: { guard: spec.key } } }));
  return alarming;
}

async function toldBefore(owned: OwnedRun, guard: GuardState): Promise<boolean> {
  const last = await firstRow<{ type: string }>(
    owned.deps.db.pool,
    `SELECT type FROM journal_event WHERE run_id = $1 AND type IN ('guard.no-data', 'guard.data-back') AND data ->> 'guard' = $2 ORDER BY seq DESC LIMIT 1`,
    [owned.id, guard.spec.key],
  );
  return last?.type === "guard.no-data";
}
