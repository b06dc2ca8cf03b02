import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow } from "@/lib/db/transaction";
import type { Executor, Facts, Observation, StepResult } from "@/lib/migration/executors/types";
import { guardsToArm } from "@/lib/migration/guards";
import { outcomeOf, type Phase } from "@/lib/migration/outcome";
import type { StepState } from "@/lib/migration/snapshot";
import { crossedNoReturn, isHuman } from "@/lib/migration/steps";
import type { ClosedAttempt, RunSet, Transition } from "@/lib/migration/transition";
import type { OwnedRun } from "./owned-run";
import { recovered } from "./recovered";
import { type CallContext, type CallInput, callContext, effectKey } from "./step-context";

/* One call of an executor with everything around it: intent before, outcome after (R-ENG-3). */

/** How long a call may go on after it was told to stop. */
const STOP_MS = { immediate: 10_000, "safe-point": 60_000, never: 600_000 } as const;

export interface Stop {
  signal: AbortSignal;
  /** Why the call was broken off; null while it was not. A worker that ends writes no outcome: the next one looks. */
  cause: () => "wish" | "shutdown" | null;
}

/** First or further try of a step, forwards or back. */
export async function begin(owned: OwnedRun, stepId: string, direction: "apply" | "undo", stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const executor = executorOf(owned, step);
  if (await alreadyThere(owned, step, direction, stop)) return;
  const first = await firstTry(owned, step, direction);
  let before = first.before;
  if (before === null) {
    const seen = await observeBefore(owned, step, executor, direction, stop);
    if (seen instanceof Error) return await recordResult(owned, stepId, direction, null, { type: "errored", reason: messageOf(seen) }, stop);
    before = seen;
  }
  if (!owned.lease.isSafe()) return;
  owned.deps.crash(crashName(step, direction), "before-intent");
  const attempt = { id: newId(), number: first.next, before };
  if (!(await writeIntent(owned, step, direction, attempt))) return;
  owned.deps.crash(crashName(step, direction), "after-intent");
  await call(owned, stepId, direction, attempt, stop);
}

/**
 * Before a try that follows an unclear answer: what it wanted may be there already, then it is not done twice
 * (R-ENG-4). A retry by a person begins anew and does not ask.
 */
async function alreadyThere(owned: OwnedRun, step: StepState, direction: "apply" | "undo", stop: Stop): Promise<boolean> {
  const unclear = direction === "apply" ? step.status === "errored" : step.status === "undoing" && step.tries > 0;
  const { idempotency } = owned.traits(step);
  if (!unclear || idempotency === "P" || idempotency === "X") return false;
  const found = await look(owned, step, stop.signal, direction);
  if (found instanceof Error || found.state !== (direction === "apply" ? "present" : "absent") || stop.signal.aborted) return false;
  return await owned.write((run, now) => {
    const fresh = run.steps.find((one) => one.id === step.id);
    if (fresh === undefined || fresh.status !== step.status || fresh.open !== null || run.desired !== "go") return null;
    return recovered(owned, fresh, { attemptId: null, direction, found, why: "the answer was unclear, but the effect is there" }, now);
  });
}

/** Asks an executor again that answered "running". */
export async function askAgain(owned: OwnedRun, stepId: string, direction: "apply" | "undo", stop: Stop): Promise<void> {
  const open = owned.step(stepId).open;
  if (open === null) return;
  const row = await firstRow<{ before: Facts }>(owned.deps.db.pool, "SELECT before FROM attempt WHERE id = $1", [open.id]);
  await call(owned, stepId, direction, { id: open.id, number: open.number, before: row?.before ?? {} }, stop);
}

/** Checks the effect that is there. */
export async function verify(owned: OwnedRun, stepId: string, stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const first = await firstTry(owned, step, "apply");
  const result = await run(owned, { step, direction: "apply", attempt: first.next - 1, before: first.before, stop: stop.signal }, (executor, { context }) =>
    executor.verify(step.spec, context),
  );
  await recordResult(owned, stepId, "verify", null, result, stop);
}

/** The try took longer than it may. */
export async function timeOut(owned: OwnedRun, stepId: string, direction: "apply" | "undo", stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const phase: Phase = direction === "undo" ? "undo" : step.effectAt === null ? "apply" : "verify";
  await recordResult(owned, stepId, phase, step.open?.id ?? null, { type: "errored", reason: "The step took longer than it may." }, stop);
}

function executorOf(owned: OwnedRun, step: StepState): Executor {
  const executor = owned.deps.executors(step.spec.kind);
  if (executor === null || executor.version !== owned.traits(step).version)
    throw new Error(`This worker does not know version ${owned.traits(step).version} of "${step.spec.kind}".`);
  return executor;
}

/** Name under which fault injection knows the place: the kind, with `/undo` on the way back. */
function crashName(step: StepState, direction: "apply" | "undo"): string {
  return direction === "undo" ? `${step.spec.kind}/undo` : step.spec.kind;
}

interface Attempt {
  id: string;
  number: number;
  before: Facts;
}

async function call(owned: OwnedRun, stepId: string, direction: "apply" | "undo", attempt: Attempt, stop: Stop): Promise<void> {
  if (!owned.lease.isSafe()) return;
  const step = owned.step(stepId);
  const input: CallInput = { step, direction, attempt: attempt.number, before: attempt.before, stop: stop.signal };
  const result = await run(owned, input, async (executor, { context }) => {
    const answer = direction === "apply" ? await executor.apply(step.spec, context) : await executor.undo(step.spec, context);
    owned.deps.crash(crashName(step, direction), "after-effect");
    return answer.type === "done" && direction === "apply" ? await seen(executor, step, context, answer) : answer;
  });
  owned.deps.crash(crashName(step, direction), "before-outcome");
  await recordResult(owned, stepId, direction, attempt.id, result, stop);
}

/** An effect that is said to be done is looked at before the outcome is written, where looking is cheap and possible. */
async function seen(executor: Executor, step: StepState, context: CallContext["context"], answer: StepResult): Promise<StepResult> {
  if (executor.idempotency !== "D" && executor.idempotency !== "C" && executor.idempotency !== "M") return answer;
  const observation = await executor.observe(step.spec, context);
  return observation.state === "absent" ? { type: "errored", reason: "The effect was reported as done but is not there." } : answer;
}

/** Runs a call to its end: thrown errors, timeouts and calls that do not stop become "could not tell". */
async function run(owned: OwnedRun, input: CallInput, work: (executor: Executor, call: CallContext) => Promise<StepResult>): Promise<StepResult> {
  let call: CallContext | null = null;
  try {
    const executor = executorOf(owned, input.step);
    call = await callContext(owned, input);
    return await Promise.race([work(executor, call), doesNotStop(call.context.signal, STOP_MS[executor.cancel])]);
  } catch (error) {
    return { type: "errored", reason: messageOf(error) };
  } finally {
    call?.done();
    await call?.log.flush().catch((error: unknown) => owned.deps.log.warn({ err: error }, "step log could not be written"));
  }
}

function doesNotStop(signal: AbortSignal, ms: number): Promise<StepResult> {
  return new Promise((resolve) => {
    const give = () => setTimeout(() => resolve({ type: "errored", reason: `${messageOf(signal.reason)}; the call did not stop.` }), ms).unref();
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
}

/** Number of the next try in this direction, and what was seen before the very first one. */
async function firstTry(owned: OwnedRun, step: StepState, direction: "apply" | "undo"): Promise<{ next: number; before: Facts | null }> {
  const row = await firstRow<{ next: number; before: Facts | null }>(
    owned.deps.db.pool,
    `SELECT (SELECT coalesce(max(number), 0) + 1 FROM attempt WHERE step_id = $1 AND direction = $2) AS next,
            (SELECT before FROM attempt WHERE step_id = $1 AND direction = 'apply' ORDER BY number LIMIT 1) AS before`,
    [step.id, direction],
  );
  return { next: row?.next ?? 1, before: row?.before ?? null };
}

async function observeBefore(owned: OwnedRun, step: StepState, executor: Executor, direction: "apply" | "undo", stop: Stop): Promise<Facts | Error> {
  if (executor.idempotency === "P" || isHuman(step) || direction === "undo") return {};
  const observation = await look(owned, step, stop.signal);
  return observation instanceof Error ? observation : { state: observation.state, ...observation.facts };
}

/** What of the step's effect is there; an Error when it could not be seen. */
export async function look(owned: OwnedRun, step: StepState, signal: AbortSignal, direction: "apply" | "undo" = "apply"): Promise<Observation | Error> {
  let call: CallContext | null = null;
  try {
    const first = await firstTry(owned, step, direction);
    call = await callContext(owned, { step, direction, attempt: first.next, before: first.before, stop: signal });
    return await executorOf(owned, step).observe(step.spec, call.context);
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  } finally {
    call?.done();
    await call?.log.flush().catch(() => undefined);
  }
}

async function writeIntent(owned: OwnedRun, step: StepState, direction: "apply" | "undo", attempt: Attempt): Promise<boolean> {
  const moves = owned.traits(step).movesTraffic;
  return await owned.write((run, now) => {
    const fresh = run.steps.find((one) => one.id === step.id);
    const wanted = direction === "apply" ? run.status === "running" : run.status === "rolling-back";
    // A wish, a verdict or a person's command came first: decide again what to do.
    if (fresh === undefined || !wanted || fresh.open !== null || run.desired !== "go" || fresh.status !== step.status) return null;
    const arms = direction === "apply" && moves ? guardsToArm(run, "traffic") : [];
    const intent = { kind: step.spec.kind, with: step.spec.with, direction };
    const undoing = direction === "undo";
    const again = attempt.number > 1 ? ` (try ${attempt.number})` : "";
    const startedAt = fresh.status === "pending" ? now : (fresh.startedAt ?? now);
    return {
      run: arms.length > 0 || (moves && !undoing && run.trafficSince === null) ? { trafficSince: run.trafficSince ?? now } : {},
      steps: [
        {
          id: step.id,
          set: {
            status: undoing ? "undoing" : "running",
            startedAt,
            waitingFor: null,
            dueAt: null,
            message: "",
            ...(undoing ? { tries: fresh.status === "undoing" ? fresh.tries : 0 } : {}),
          },
        },
      ],
      guards: arms.map((guard) => ({ id: guard.id, set: { state: "inconclusive", armedAt: now, nextDueAt: now } })),
      opened: [
        {
          id: attempt.id,
          stepId: step.id,
          number: attempt.number,
          direction,
          epoch: run.epoch,
          effectKey: effectKey(run.id, step.key, direction),
          intent,
          before: attempt.before,
        },
      ],
      events: [
        {
          type: undoing ? "step.undoing" : "step.started",
          message: undoing ? `"${step.title}" is undone${again}.` : `"${step.title}" begins${again}.`,
          stepKey: step.key,
          data: { attempt: attempt.number, before: attempt.before, ...(arms.length > 0 ? { armed: arms.map((guard) => guard.spec.key) } : {}) },
        },
      ],
      audit: { action: undoing ? "run.step-undo" : "run.step-start", after: { step: step.key, attempt: attempt.number } },
    };
  });
}

/** Writes what an answer means. An answer that changes nothing of note (ask again later) leaves no journal entry. */
export async function recordResult(owned: OwnedRun, stepId: string, phase: Phase, attemptId: string | null, result: StepResult, stop: Stop): Promise<void> {
  const cause = stop.cause();
  // Broken off because this worker ends or lost the run: the intent stays open and the next owner looks at the effect.
  if (owned.lease.lost.signal.aborted || (cause === "shutdown" && result.type !== "done")) return;
  if (await recordQuietly(owned, stepId, phase, attemptId, result)) return;
  await owned.write((run, now) => {
    const step = run.steps.find((one) => one.id === stepId);
    if (step === undefined || (attemptId !== null && step.open?.id !== attemptId)) return null;
    const canceled = cause === "wish" && (result.type === "errored" || result.type === "failed");
    return canceled ? canceledOutcome(step, phase, result) : outcomeTransition(owned, step, phase, result, now);
  });
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
  return { run: { status: "paused" }, events: [{ type: "run.paused", message: `Paused: ${reason}`, data: { cause: "failure", step: step.key } }] };
}

/** "Ask again" and a repeated "still waiting" change only what the page shows, not the state of the run. */
async function recordQuietly(owned: OwnedRun, stepId: string, phase: Phase, attemptId: string | null, result: StepResult): Promise<boolean> {
  if (result.type !== "running" && result.type !== "waiting") return false;
  const step = owned.step(stepId);
  const outcome = outcomeOf(owned.run, step, phase, result, owned.now());
  if (outcome.event !== null || outcome.broken) return false;
  const set = owned.redactor.value({ ...outcome.set, dueAt: outcome.set.dueAt ?? null });
  const written = await owned.deps.db.pool.query(
    `UPDATE run_step s SET due_at = $4, output = $5, message = coalesce($6, s.message), progress = coalesce($7::jsonb, s.progress)
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
    ],
  );
  if (written.rowCount === 1) await owned.reload();
  return true;
}
