import type { TripCause } from "./guards";
import { isArmed } from "./guards";
import { breaches, isFresh, losslessNow, type Meter } from "./meters";
import type { GuardState, RunSnapshot, StepState } from "./snapshot";
import { crossedNoReturn, traits } from "./steps";

/* What a trip does, and what guards keep a run from (R-GRD-2, R-GRD-8, R-GRD-9). Pure. */

export type TripAction =
  | "rollback"
  /** The run is paused until the guard is good again (signal). */
  | "pause"
  /** The run does not go on to its next step. */
  | "hold"
  | "alarm"
  /** Not yet: what decides about it is just being measured. */
  | "defer";

export interface TripDecision {
  action: TripAction;
  why: string;
  /** A rollback was due and did not happen: a person has to decide. */
  page: boolean;
}

/**
 * What a trip does now: at most one automatic rollback per run, never past the point of no return, and only while going
 * back loses nothing (R-GRD-8, F-PG-25). `settled`: this worker has had the run for long enough to have measured it.
 */
export function tripAction(run: RunSnapshot, guard: Pick<GuardState, "spec">, cause: TripCause, now: Date, settled: boolean): TripDecision {
  const { effect } = guard.spec;
  // Also while the wish of another guard or of a person is on its way: nothing may take it back.
  if (run.direction === "back" || run.desired === "rollback") return { action: "alarm", why: "the run is already rolling back", page: false };
  if (cause !== "no-data" && effect === "hold") return { action: "hold", why: "the guard only holds", page: false };
  if (cause !== "no-data" && effect === "pause") {
    const pauses = run.status === "running";
    return { action: pauses ? "pause" : "hold", why: pauses ? "it goes on by itself when the guard is good again" : `the run is ${run.status}`, page: false };
  }
  const against = againstRollback(run, now);
  if (against === null) return { action: "rollback", why: "", page: false };
  if (against.unknown && !settled) return { action: "defer", why: against.why, page: false };
  return { action: "hold", why: against.why, page: true };
}

function againstRollback(run: RunSnapshot, now: Date): { why: string; unknown: boolean } | null {
  if (run.autoRollbacks > 0) return { why: "one automatic rollback was already made", unknown: false };
  const crossed = crossedNoReturn(run);
  if (crossed !== null) return { why: `after "${crossed.title}" undo would lose data`, unknown: false };
  if (losslessNow(run.meters, now)) return null;
  const lossy = run.meters.find((meter) => isFresh(meter, now) && meter.watch.back !== "lossless");
  return lossy === undefined ? { why: unmeasured(run.meters, now), unknown: true } : { why: `${lossy.stepKey}: ${lossy.watch.why}`, unknown: false };
}

function unmeasured(meters: readonly Meter[], now: Date): string {
  const stale = meters.filter((meter) => !isFresh(meter, now)).map((meter) => meter.stepKey);
  return `whether going back loses nothing was not measured in the last seconds (${stale.join(", ")})`;
}

/**
 * Why the run may not go on to its next step, stage or end. Empty: it may. `begins`: the step that would be done or tried
 * again now; what was measured of itself keeps no step from a try, because the try is what puts it right.
 */
export function holdReasons(run: Pick<RunSnapshot, "guards" | "direction" | "meters">, begins: Pick<StepState, "id"> | null = null): string[] {
  if (run.direction === "back") return [];
  const armed = run.guards.filter(isArmed);
  return [
    ...breaches(run.meters.filter((meter) => meter.stepId !== begins?.id)),
    ...armed.flatMap(holdReason),
    ...together(armed.filter((guard) => heldBy(guard) && guard.state === "inconclusive").map((guard) => guard.spec.title)),
  ];
}

const heldBy = (guard: GuardState) => guard.spec.noData !== "ignore";

/** Many guards that are still new say so in one sentence. */
function together(titles: readonly string[]): string[] {
  if (titles.length === 0) return [];
  const named = titles.map((title) => `"${title}"`);
  if (named.length === 1) return [`The guard ${named[0]} has not enough samples to speak.`];
  return [`The guards ${named.slice(0, -1).join(", ")} and ${named.at(-1)} have not enough samples to speak.`];
}

function holdReason(guard: GuardState): string[] {
  const { title } = guard.spec;
  if (guard.state === "tripped") return [`The guard "${title}" is breached.`];
  if (guard.state === "bad") return [`The guard "${title}" saw ${guard.badStreak} bad samples.`];
  return heldBy(guard) && guard.state !== "inconclusive" && cannotEvaluate(guard) ? [`The guard "${title}" cannot be evaluated.`] : [];
}

/** The newest answer of its source was no measurement: whatever was good before, it is not known to be good now (R-GRD-1). */
export function cannotEvaluate(guard: Pick<GuardState, "state" | "lastVerdict">): boolean {
  return isArmed(guard) && guard.state !== "tripped" && (guard.lastVerdict === "nodata" || guard.lastVerdict === "error");
}

/** Guards that are to be armed now. `traffic`: the step about to start moves traffic. */
export function guardsToArm(run: Pick<RunSnapshot, "guards">, moment: "start" | "traffic"): GuardState[] {
  return run.guards.filter((guard) => guard.state === "idle" && (moment === "traffic" || guard.spec.arm === "start"));
}

/** The signal that has to be good before a run paused by `key` goes on, once that one is; null: none, it goes on now. */
export function nextSignal(run: Pick<RunSnapshot, "guards">, key: string): string | null {
  return run.guards.find((guard) => guard.spec.key !== key && guard.spec.effect === "pause" && guard.state === "tripped")?.spec.key ?? null;
}

/** A change of traffic was begun and is not seen to be there: neither the old nor the new state is the right one. */
export function isSwitching(run: Pick<RunSnapshot, "steps" | "plan">): boolean {
  return run.steps.some((step) => traits(run, step).movesTraffic && step.status === "running" && step.effectAt === null);
}
