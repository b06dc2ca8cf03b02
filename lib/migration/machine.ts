import { standing } from "./approvals";
import { holdReasons } from "./guard-actions";
import { gateOf, type RunSnapshot, type StepState } from "./snapshot";
import { currentStep, isBroken, needsGate, nextUndo, timeoutOf, traits } from "./steps";
import { ENDED } from "./types";

/*
 * What a run does next, decided from a snapshot and the time alone. The worker carries moves out one at a time;
 * what people may do is in commands.ts.
 */

export type Move =
  /** Nothing to do. `until` null: something else has to happen first. */
  | { type: "wait"; why: string; until: Date | null }
  /** Obey a wish. */
  | { type: "pause"; reason: string }
  | { type: "abort"; reason: string }
  | { type: "roll-back"; reason: string }
  /** Check quorum and preflight again before anything is done (R-APR-5, R-APR-9). */
  | { type: "admit" }
  | { type: "open-gate"; step: StepState }
  /** The gate no longer stands: it expired, or an approver lost the right (R-APR-5). */
  | { type: "close-gate"; gateId: string; step: StepState; status: "expired" | "void"; reason: string }
  | { type: "pass-gate"; step: StepState }
  | { type: "apply"; step: StepState }
  | { type: "ask-again"; step: StepState; direction: "apply" | "undo" }
  /** An intent without outcome from a lost worker: look before anything is done again (R-ENG-4). */
  | { type: "recover"; step: StepState; direction: "apply" | "undo" }
  /** The try took longer than the step allows. */
  | { type: "time-out"; step: StepState; direction: "apply" | "undo" }
  | { type: "verify"; step: StepState }
  | { type: "end-hold"; step: StepState }
  | { type: "undo"; step: StepState }
  | { type: "observe" }
  | { type: "finish" }
  | { type: "finish-rollback" }
  | { type: "need-attention"; reason: string };

export const MAX_TAKEOVERS = 5;

/** Decides the next move of a run that a worker owns and for which no call to an executor is under way. */
export function nextMove(run: RunSnapshot, now: Date): Move {
  if (ENDED.includes(run.status)) return wait("The run has ended.");
  const wish = obey(run);
  if (wish !== null) return wish;
  switch (run.status) {
    case "running":
      return poison(run) ?? forward(run, now);
    case "rolling-back":
      return poison(run) ?? backward(run, now);
    case "observing":
      return observing(run, now);
    case "paused":
      return settlePaused(run, now);
    default:
      return wait(`A run that is ${run.status} waits for people.`);
  }
}

function wait(why: string, until: Date | null = null): Move {
  return { type: "wait", why, until };
}

/** Wishes of people and guards come before everything else. */
function obey(run: RunSnapshot): Move | null {
  const reason = run.desiredReason ?? "";
  if (run.direction === "back" && run.desired !== "abort") return null;
  if (run.status === "draft" || run.status === "awaiting-approval" || run.status === "approved") return null;
  if (run.desired === "rollback") return { type: "roll-back", reason };
  // In the middle of a rollback an abort would leave a half: it only counts where a person is asked anyway.
  if (run.desired === "abort" && (run.direction === "forward" || run.status === "needs-attention")) return { type: "abort", reason };
  if (run.desired === "pause" && run.status === "running") return { type: "pause", reason };
  return null;
}

/** Taken over again and again without an outcome in between: whatever it is, one more try will not help (R-ENG-10). */
function poison(run: RunSnapshot): Move | null {
  if (run.takeovers < MAX_TAKEOVERS) return null;
  return { type: "need-attention", reason: `${run.takeovers} workers were lost on this run without progress.` };
}

function forward(run: RunSnapshot, now: Date): Move {
  if (run.preflightAt === null || run.startedAt === null || run.preflightAt < run.startedAt) return { type: "admit" };
  const step = currentStep(run);
  if (step === null) return { type: "observe" };
  switch (step.status) {
    case "pending":
      return begin(run, step, now);
    case "running":
      return running(run, step, now);
    case "waiting":
      return waiting(run, step, now);
    case "errored":
      return retry(run, step, now);
    default:
      return wait(`The step "${step.title}" is ${step.status}: retry it, skip it or roll back.`);
  }
}

/** A paused run starts nothing, but what was begun gets its outcome. */
function settlePaused(run: RunSnapshot, now: Date): Move {
  const step = currentStep(run);
  if (step === null || step.status !== "running" || step.open === null) return wait("Paused.");
  return running(run, step, now);
}

function begin(run: RunSnapshot, step: StepState, now: Date): Move {
  if (needsGate(step)) {
    const gate = atGate(run, step, now);
    if (gate.type !== "pass-gate" || step.spec.kind === "approval") return gate;
  }
  const held = holdReasons(run, step);
  return held.length > 0 ? wait(held.join(" ")) : { type: "apply", step };
}

function running(run: RunSnapshot, step: StepState, now: Date): Move {
  if (step.open !== null) return openAttempt(run, step, step.open, now);
  if (step.effectAt === null) return { type: "apply", step };
  if (now.getTime() - step.effectAt.getTime() > timeoutOf(run, step)) return { type: "time-out", step, direction: "apply" };
  return step.dueAt !== null && step.dueAt > now ? wait("The check asked for time.", step.dueAt) : { type: "verify", step };
}

/** Answered "running": ask again when due. Otherwise its worker was lost between intent and outcome. */
function openAttempt(run: RunSnapshot, step: StepState, open: NonNullable<StepState["open"]>, now: Date): Move {
  const direction = open.direction;
  if (open.epoch !== run.epoch || step.dueAt === null) return { type: "recover", step, direction };
  if (now.getTime() - open.intentAt.getTime() > timeoutOf(run, step)) return { type: "time-out", step, direction };
  return step.dueAt > now ? wait("The step asked for time.", step.dueAt) : { type: "ask-again", step, direction };
}

function waiting(run: RunSnapshot, step: StepState, now: Date): Move {
  switch (step.waitingFor) {
    case "approval":
      return atGate(run, step, now);
    case "timer":
      return waitingForTimer(run, step, now);
    case "samples":
      return step.dueAt !== null && step.dueAt > now ? wait(step.message, step.dueAt) : { type: "verify", step };
    default:
      return wait(step.message === "" ? "Waits for a person." : step.message);
  }
}

/** Before a step that people have to approve: ask, wait, or go through (R-ENG-8: the gate is a row with a due time). */
function atGate(run: RunSnapshot, step: StepState, now: Date): Move {
  const gate = gateOf(run, step.key);
  if (gate === null || gate.status === "void" || gate.status === "expired") return { type: "open-gate", step };
  if (gate.status === "rejected") return wait("The approval was rejected: roll back or abort.");
  const stands = standing(gate, run.planHash, now);
  if (stands.expired) return { type: "close-gate", gateId: gate.id, step, status: "expired", reason: "The approval expired." };
  if (gate.status === "open") return wait("Waits for approval.", gate.expiresAt);
  if (!stands.approved) return { type: "close-gate", gateId: gate.id, step, status: "void", reason: stands.reasons.join(" ") };
  return { type: "pass-gate", step };
}

function waitingForTimer(run: RunSnapshot, step: StepState, now: Date): Move {
  if (step.dueAt !== null && step.dueAt > now) return wait(step.message, step.dueAt);
  const held = holdReasons(run);
  return held.length > 0 ? wait(held.join(" ")) : { type: "end-hold", step };
}

function retry(run: RunSnapshot, step: StepState, now: Date): Move {
  if (isBroken(step)) return wait(`The step "${step.title}" could not be done: retry it, skip it or roll back.`);
  if (step.dueAt !== null && step.dueAt > now) return wait("Waits before the next try.", step.dueAt);
  if (step.effectAt !== null) return { type: "verify", step };
  const held = holdReasons(run, step);
  return held.length > 0 ? wait(held.join(" ")) : { type: "apply", step };
}

function backward(run: RunSnapshot, now: Date): Move {
  const step = nextUndo(run);
  if (step === null) return { type: "finish-rollback" };
  if (step.status === "undoing" && step.waitingFor === "human") return wait(step.message);
  if (step.open !== null && step.open.direction === "undo") return openAttempt(run, step, step.open, now);
  if (isBroken(step) && step.output.undo === "failed") return { type: "need-attention", reason: `"${step.title}" could not be undone: ${step.message}` };
  if (step.status === "undoing" && step.dueAt !== null && step.dueAt > now) return wait("Waits before the next try.", step.dueAt);
  return { type: "undo", step };
}

function observing(run: RunSnapshot, now: Date): Move {
  if (run.observeUntil !== null && run.observeUntil > now) return wait("Observing.", run.observeUntil);
  const held = holdReasons(run);
  return held.length > 0 ? wait(held.join(" ")) : { type: "finish" };
}

/** Whether a call under way is to be broken off now: only for wishes that cannot wait, and only where the executor allows it. */
export function breaksOff(run: RunSnapshot, step: StepState): boolean {
  if (run.desired !== "abort" && run.desired !== "rollback") return false;
  return traits(run, step).cancel !== "never";
}
