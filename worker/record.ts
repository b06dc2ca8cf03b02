import { isServerAway } from "@/lib/core/server-away";
import type { StepResult } from "@/lib/migration/executors/types";
import { outcomeOf, type Phase } from "@/lib/migration/outcome";
import type { StepState } from "@/lib/migration/snapshot";
import { crossedNoReturn } from "@/lib/migration/steps";
import type { ClosedAttempt, RunSet, Transition } from "@/lib/migration/transition";
import type { OwnedRun } from "./owned-run";

/* What an executor answered becomes state: in one transition, only while the lease is held. */

/** Milliseconds between two tries to write an outcome while our own database is away. */
const WRITE_AGAIN_MS = 250;

export interface Stop {
  signal: AbortSignal;
  /** Why the call was broken off; null while it was not. A worker that ends writes no outcome: the next one looks. */
  cause: () => "wish" | "shutdown" | null;
}

/** Writes what an answer means. An answer that changes nothing of note (ask again later) leaves no journal entry. */
export async function recordResult(owned: OwnedRun, stepId: string, phase: Phase, attemptId: string | null, result: StepResult, stop: Stop): Promise<void> {
  const cause = stop.cause();
  // Broken off because this worker ends or lost the run: the intent stays open and the next owner looks at the effect.
  if (owned.lease.lost.signal.aborted || (cause === "shutdown" && result.type !== "done")) return;
  await insist(owned, async () => {
    if (await recordQuietly(owned, stepId, phase, attemptId, result)) return;
    await owned.write((run, now) => {
      const step = run.steps.find((one) => one.id === stepId);
      if (step === undefined || (attemptId !== null && step.open?.id !== attemptId) || step.waitingFor === "human") return null;
      const canceled = cause === "wish" && (result.type === "errored" || result.type === "failed");
      return canceled ? canceledOutcome(step, phase, result) : outcomeTransition(owned, step, phase, result, now);
    });
  });
}

/**
 * What an executor answered is not thrown away because our own database restarts at that moment (F-ENG-4): it is written
 * as soon as the database is back, while the lease lasts. Afterwards the next owner looks at the effect instead. A write
 * whose answer was lost is not done twice: it is decided anew on what is there.
 */
async function insist(owned: OwnedRun, write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isServerAway(error) || owned.lease.lost.signal.aborted) throw error;
      owned.deps.log.warn({ err: error, runId: owned.id }, "an outcome could not be written yet");
      await new Promise((resolve) => setTimeout(resolve, WRITE_AGAIN_MS));
    }
  }
}

function canceledOutcome(step: StepState, phase: Phase, result: { reason: string }): Transition {
  return {
    steps: [{ id: step.id, set: { status: phase === "undo" ? "undoing" : "errored", dueAt: null, waitingFor: null, message: "Broken off." } }],
    closed: step.open === null ? [] : [{ id: step.open.id, outcome: "canceled", reason: result.reason }],
    events: [{ type: "step.canceled", message: `"${step.title}" was broken off.`, stepKey: step.key, data: { reason: result.reason } }],
    audit: { action: "run.step-cancel", after: { step: step.key } },
  };
}

function outcomeTransition(owned: OwnedRun, step: StepState, phase: Phase, result: StepResult, now: Date): Transition {
  const { run } = owned;
  const outcome = outcomeOf(run, step, phase, result, now);
  const closed: ClosedAttempt[] =
    outcome.closes === null || step.open === null ? [] : [{ id: step.open.id, ...outcome.closes, after: "output" in result ? (result.output ?? null) : null }];
  const event = outcome.event ?? { type: "step.progress", message: `"${step.title}" goes on.` };
  const data = { phase, result: result.type, tries: outcome.set.tries ?? step.tries, ...("reason" in result ? { reason: result.reason } : {}) };
  const failure = outcome.broken && phase !== "undo" ? afterFailure(run, step) : { run: {}, events: [] };
  return {
    run: { ...(result.type === "done" ? { takeovers: 0 } : {}), ...trafficAfter(owned, step, phase, result), ...failure.run },
    steps: [{ id: step.id, set: outcome.set }],
    closed,
    events: [{ ...event, stepKey: step.key, data }, ...failure.events],
    audit: { action: `run.${event.type}`, after: { step: step.key, ...data } },
  };
}

function trafficAfter(owned: OwnedRun, step: StepState, phase: Phase, result: StepResult): RunSet {
  if (result.type !== "done" || phase === "verify" || !owned.traits(step).movesTraffic || step.spec.kind !== "traffic.set") return {};
  return { trafficPercent: phase === "apply" ? step.spec.with.percent : 0 };
}

/** What `onFailure` of the step makes of the run. */
function afterFailure(run: OwnedRun["run"], step: StepState): { run: RunSet; events: Transition["events"][number][] } {
  const why = `"${step.title}" could not be done.`;
  const crossed = crossedNoReturn(run);
  if (step.spec.onFailure === "rollback" && crossed === null) {
    const event = { type: "rollback.asked", message: `${why} The runbook says: roll back.`, data: { cause: "failure", step: step.key } };
    return { run: { desired: "rollback", desiredReason: why }, events: [event] };
  }
  if (step.spec.onFailure === "continue")
    return { run: {}, events: [{ type: "step.passed-over", message: `${why} The runbook says: go on.`, stepKey: step.key }] };
  const reason = step.spec.onFailure === "rollback" ? `${why} Undo would lose data: a person decides.` : why;
  return {
    run: { status: "paused", desiredReason: reason },
    events: [{ type: "run.paused", message: `Paused: ${reason}`, data: { cause: "failure", step: step.key } }],
  };
}

/** "Ask again" and a repeated "still waiting" change only what the page shows, not the state of the run. */
async function recordQuietly(owned: OwnedRun, stepId: string, phase: Phase, attemptId: string | null, result: StepResult): Promise<boolean> {
  if (result.type !== "running" && result.type !== "waiting") return false;
  const step = owned.step(stepId);
  const outcome = outcomeOf(owned.run, step, phase, result, owned.now());
  if (outcome.event !== null || outcome.broken) return false;
  const set = owned.redactor.value({ ...outcome.set, dueAt: outcome.set.dueAt ?? null });
  const onwards = result.type === "running" && (result.progress?.done ?? 0) > (step.progress?.done ?? 0);
  const written = await owned.deps.db.pool.query(
    // Getting on is what lost workers are counted without (R-ENG-10); like the lease it is no news for anybody.
    `WITH onwards AS (UPDATE run SET takeovers = 0 WHERE id = $10 AND $11 AND takeovers > 0 AND lease_owner = $2 AND epoch = $3)
     UPDATE run_step s SET due_at = $4, output = $5, message = coalesce($6, s.message), progress = coalesce($7::jsonb, s.progress)
       FROM run r WHERE s.id = $1 AND r.id = s.run_id AND r.lease_owner = $2 AND r.epoch = $3 AND r.lease_until > clock_timestamp()
        AND s.status = $8 AND ($9::text IS NULL OR EXISTS (SELECT 1 FROM attempt a WHERE a.id = $9 AND a.outcome IS NULL))`,
    [
      stepId,
      owned.lease.claim.owner,
      owned.lease.claim.epoch,
      set.dueAt,
      JSON.stringify(set.output ?? step.output),
      set.message ?? null,
      set.progress == null ? null : JSON.stringify(set.progress),
      step.status,
      attemptId,
      owned.id,
      onwards,
    ],
  );
  if (written.rowCount !== 1) return true;
  if (result.type === "running" && (result.progress?.done ?? 0) > (step.progress?.done ?? 0)) await forgetTakeovers(owned);
  await owned.reload();
  return true;
}

/** Work that comes on is not poison, however often its worker is lost (R-ENG-10, R-ENG-11). */
async function forgetTakeovers(owned: OwnedRun): Promise<void> {
  const { owner, epoch } = owned.lease.claim;
  await owned.deps.db.pool.query("UPDATE run SET takeovers = 0 WHERE id = $1 AND lease_owner = $2 AND epoch = $3 AND takeovers > 0", [owned.id, owner, epoch]);
}
