import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow } from "@/lib/db/transaction";
import type { Executor, Facts, Observation, StepResult } from "@/lib/migration/executors/types";
import { guardsToArm } from "@/lib/migration/guard-actions";
import type { Phase } from "@/lib/migration/outcome";
import type { StepState } from "@/lib/migration/snapshot";
import { isHuman } from "@/lib/migration/steps";
import { fenceTargets } from "./fence";
import type { OwnedRun } from "./owned-run";
import { recordResult, type Stop } from "./record";
import { recovered } from "./recovered";
import { type CallContext, callContext, crashName, effectKey } from "./step-context";

/* One call of an executor with everything around it: intent before, outcome after (R-ENG-3). */

/** How long a call may go on after it was told to stop. */
const STOP_MS = { immediate: 10_000, "safe-point": 60_000, never: 600_000 } as const;

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
  // Made before the intent: between intent and effect nothing may depend on our own database.
  const prepared = await callContext(owned, { step, direction, attempt: attempt.number, before, stop: stop.signal });
  try {
    if (!(await writeIntent(owned, step, direction, attempt))) return prepared.done();
  } catch (error) {
    // The answer to the commit may be what was lost: then the intent stands, and only we know that nothing followed it.
    owned.neverBegun.add(attempt.id);
    prepared.done();
    throw error;
  }
  owned.deps.crash(crashName(step, direction), "after-intent");
  await call(owned, stepId, direction, attempt.id, prepared, stop);
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
    return recovered(fresh, { attemptId: null, direction, found, why: "the answer was unclear, but the effect is there" }, now);
  });
}

/** Asks an executor again that answered "running". */
export async function askAgain(owned: OwnedRun, stepId: string, direction: "apply" | "undo", stop: Stop): Promise<void> {
  const open = owned.step(stepId).open;
  if (open === null) return;
  const row = await firstRow<{ before: Facts }>(owned.deps.db.pool, "SELECT before FROM attempt WHERE id = $1", [open.id]);
  const input = { step: owned.step(stepId), direction, attempt: open.number, before: row?.before ?? {}, stop: stop.signal };
  await call(owned, stepId, direction, open.id, await callContext(owned, input), stop);
}

/** Checks the effect that is there. */
export async function verify(owned: OwnedRun, stepId: string, stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const first = await firstTry(owned, step, "apply");
  const prepared = await callContext(owned, { step, direction: "apply", attempt: first.next - 1, before: first.before, stop: stop.signal });
  const result = await run(owned, step, prepared, (executor) => executor.verify(step.spec, prepared.context));
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

interface Attempt {
  id: string;
  number: number;
  before: Facts;
}

async function call(owned: OwnedRun, stepId: string, direction: "apply" | "undo", attemptId: string, prepared: CallContext, stop: Stop): Promise<void> {
  if (!owned.lease.isSafe()) return prepared.done();
  const step = owned.step(stepId);
  const { context } = prepared;
  const result = await run(owned, step, prepared, async (executor) => {
    const effect = () => (direction === "apply" ? executor.apply(step.spec, context) : executor.undo(step.spec, context));
    const answer = executor.criticalSection === true ? await owned.lease.critical(effect) : await effect();
    owned.deps.crash(crashName(step, direction), "after-effect");
    if (answer.type === "done") owned.deps.crash(crashName(step, direction), "effect-done");
    return answer.type === "done" && direction === "apply" ? await seen(executor, step, context, answer) : answer;
  });
  owned.deps.crash(crashName(step, direction), "before-outcome");
  await recordResult(owned, stepId, direction, attemptId, result, stop);
}

/** An effect that is said to be done is looked at before the outcome is written, where looking is cheap and possible. */
async function seen(executor: Executor, step: StepState, context: CallContext["context"], answer: StepResult): Promise<StepResult> {
  if (executor.idempotency !== "D" && executor.idempotency !== "C" && executor.idempotency !== "M") return answer;
  const observation = await executor.observe(step.spec, context);
  return observation.state === "absent" || observation.state === "partial"
    ? { type: "errored", reason: "The effect was reported as done but is not there." }
    : answer;
}

/**
 * Runs a call to its end: thrown errors, timeouts and calls that do not stop become "could not tell". Its context was
 * made outside: what fails there is our own database and says nothing about the step; the driver begins anew.
 */
async function run(owned: OwnedRun, step: StepState, prepared: CallContext, work: (executor: Executor) => Promise<StepResult>): Promise<StepResult> {
  try {
    const executor = executorOf(owned, step);
    await fenceTargets(owned, step, prepared.context);
    return await Promise.race([work(executor), doesNotStop(prepared.context.signal, STOP_MS[executor.cancel])]);
  } catch (error) {
    return { type: "errored", reason: messageOf(error) };
  } finally {
    prepared.done();
    await prepared.log.flush().catch((error: unknown) => owned.deps.log.warn({ err: error }, "step log could not be written"));
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

/** What of the step's effect is there; an Error when it could not be seen. @throws when our own database is away */
export async function look(owned: OwnedRun, step: StepState, signal: AbortSignal, direction: "apply" | "undo" = "apply"): Promise<Observation | Error> {
  const first = await firstTry(owned, step, direction);
  const prepared = await callContext(owned, { step, direction, attempt: first.next, before: first.before, stop: signal });
  try {
    await fenceTargets(owned, step, prepared.context);
    return await executorOf(owned, step).observe(step.spec, prepared.context);
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  } finally {
    prepared.done();
    await prepared.log.flush().catch(() => undefined);
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
