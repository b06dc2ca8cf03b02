import { parseDuration } from "@/lib/core/duration";
import { type StepTraits, traitsOf } from "./run-plan";
import type { RunSnapshot, StepState } from "./snapshot";

/* Pure questions about the steps of a run, shared by the machine, the guards and the pages. */

/** Kinds a person does: the run never undoes them by itself, it lists them. */
const HUMAN_KINDS: ReadonlySet<string> = new Set(["manual", "checklist", "approval"]);
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;
/** How long a step waits for samples when it names no timeout (milliseconds). */
const SAMPLES_WAIT_MS = 3_600_000;

export function isHuman(step: Pick<StepState, "spec">): boolean {
  return HUMAN_KINDS.has(step.spec.kind);
}

export function traits(run: Pick<RunSnapshot, "plan">, step: Pick<StepState, "spec">): StepTraits {
  return traitsOf(run.plan, step.spec.kind);
}

/**
 * Tries in total for answers that could not tell. What cannot be observed (class X) is repeated by itself only where
 * the approved runbook says how often.
 */
export function attemptsOf(run: Pick<RunSnapshot, "plan">, step: StepState): number {
  const { attempts, idempotency } = traits(run, step);
  return step.spec.attempts ?? (idempotency === "X" ? 1 : attempts);
}

/** Milliseconds one try may take. */
export function timeoutOf(run: Pick<RunSnapshot, "plan">, step: StepState): number {
  return step.spec.timeout === undefined ? traits(run, step).timeoutMs : parseDuration(step.spec.timeout);
}

/** Milliseconds a step may wait for samples, such as answers of the new side, counted from when its effect was there. */
export function samplesLimitOf(step: Pick<StepState, "spec">): number {
  return step.spec.timeout === undefined ? SAMPLES_WAIT_MS : parseDuration(step.spec.timeout);
}

/** Milliseconds to stay on the step after success. */
export function holdOf(step: StepState): number {
  return step.spec.hold === undefined ? 0 : parseDuration(step.spec.hold);
}

/** Share by which a pause differs from step to step, up or down: what failed together is not tried again together. */
const JITTER = 0.25;

/**
 * Pause before the next try: 1 s, 2 s, 4 s … at most a minute, each a quarter shorter to a quarter longer (R-ENG-10).
 * `tries` is how many have ended; `seed` names the step, so that the same step always pauses alike.
 */
export function backoffMs(tries: number, seed: string): number {
  const full = Math.min(BACKOFF_BASE_MS * 2 ** Math.max(0, Math.min(tries - 1, 20)), BACKOFF_MAX_MS);
  return Math.round(full * (1 + JITTER * (2 * unit(`${seed}/${tries}`) - 1)));
}

/** A number from 0 to 1 that a text always gives (FNV-1a). */
function unit(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) / 0xffffffff;
}

/** Ended badly for good: no try is left, or the answer was a clear no. An errored step with a due time tries again. */
export function isBroken(step: StepState): boolean {
  return step.status === "failed" || (step.status === "errored" && step.dueAt === null);
}

/** Could not tell, with tries left: the next one begins by itself when it is due. */
export function waitsForTry(step: StepState): boolean {
  return step.status === "errored" && step.dueAt !== null;
}

/** Nothing more will happen to the step on the way forward. */
export function isSettled(step: StepState): boolean {
  if (step.status === "succeeded" || step.status === "skipped" || step.status === "undone") return true;
  return isBroken(step) && step.spec.onFailure === "continue";
}

/** The step the run is at; null when all are settled. */
export function currentStep(run: Pick<RunSnapshot, "steps">): StepState | null {
  return run.steps.find((step) => !isSettled(step)) ?? null;
}

/** Whether a person has to approve before the step may begin: approval steps, and where undo starts to lose data. */
export function needsGate(step: Pick<StepState, "spec">): boolean {
  return step.spec.kind === "approval" || step.spec.pointOfNoReturn === true;
}

/** The step that crossed the point of no return; null while every undo is lossless. */
export function crossedNoReturn(run: Pick<RunSnapshot, "steps">): StepState | null {
  return run.steps.find((step) => step.spec.pointOfNoReturn === true && step.startedAt !== null && step.status !== "undone") ?? null;
}

/** Whether undoing the step can have something to do: it was begun by the machine and changes something. */
export function isUndoable(run: Pick<RunSnapshot, "plan">, step: StepState): boolean {
  return step.startedAt !== null && !isHuman(step) && traits(run, step).idempotency !== "P";
}

/** The step to undo next: begun last, undone first; null when nothing is left. Steps done by people are listed, not undone. */
export function nextUndo(run: Pick<RunSnapshot, "steps" | "plan">): StepState | null {
  return run.steps.findLast((step) => isUndoable(run, step) && step.status !== "undone" && !isUndoSkipped(step)) ?? null;
}

/** A person decided not to undo the step (status skipped with the mark the skip verb leaves). */
function isUndoSkipped(step: StepState): boolean {
  return step.status === "skipped" && step.output.undo === "skipped";
}

/** Steps that people did and that a rollback leaves as they are. */
export function leftToPeople(run: Pick<RunSnapshot, "steps">): StepState[] {
  return run.steps.filter((step) => step.spec.kind === "manual" && step.startedAt !== null && step.status === "succeeded");
}

/** The step whose split the run owns now: the last one whose effect is there; null before and after. Records of DNS are no split. */
export function trafficOwner(run: Pick<RunSnapshot, "steps" | "plan" | "direction">): StepState | null {
  if (run.direction === "back") return null;
  return run.steps.findLast((step) => step.spec.kind === "traffic.set" && step.effectAt !== null && step.status !== "undone") ?? null;
}

/** When the newest change of traffic was seen to be there: guards only count samples after it (R-GRD-4). */
export function lastEffectAt(run: Pick<RunSnapshot, "steps" | "plan">): Date | null {
  return run.steps.reduce<Date | null>((newest, step) => {
    if (step.effectAt === null || !traits(run, step).movesTraffic) return newest;
    return newest === null || step.effectAt > newest ? step.effectAt : newest;
  }, null);
}
