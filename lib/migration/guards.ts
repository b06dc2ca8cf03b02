import { parseDuration } from "@/lib/core/duration";
import { breaches } from "./meters";
import type { GuardState, GuardStatus, RunSnapshot } from "./snapshot";
import { crossedNoReturn, lastEffectAt } from "./steps";
import type { GuardSpec, SampleVerdict } from "./types";

/* What one sample does to a guard (R-GRD-1 to R-GRD-10). Pure: readings and times come in, decisions go out. */

/** What a source answered. `at` is the time of the measurement, not of the question. */
export type Reading = { type: "value"; value: number; at: Date } | { type: "nodata"; reason: string } | { type: "error"; reason: string };

export interface Judgement {
  /** Null: the sample was seen before, or is older than the effect it should speak about. Nothing was learned. */
  verdict: SampleVerdict | null;
  state: GuardStatus;
  badStreak: number;
  validSamples: number;
  lastValue: number | null;
  lastUsableAt: Date | null;
  /** The guard has just tripped: the rule of `effect` or of `noData` applies now. */
  tripped: "breach" | "no-data" | null;
  /** No usable sample for longer than the guard allows. */
  silent: boolean;
  detail: string;
}

const OPERATORS: Record<GuardSpec["op"], (measured: number, limit: number) => boolean> = {
  ">": (measured, limit) => measured > limit,
  ">=": (measured, limit) => measured >= limit,
  "<": (measured, limit) => measured < limit,
  "<=": (measured, limit) => measured <= limit,
};

/** Whether the value is too much. */
export function isBreach(spec: Pick<GuardSpec, "op" | "value">, measured: number): boolean {
  return OPERATORS[spec.op](measured, spec.value);
}

export function isArmed(guard: Pick<GuardState, "state">): boolean {
  return guard.state !== "idle" && guard.state !== "disarmed";
}

/** From when samples count: not before arming, not before the newest change of traffic (R-GRD-4, F-GRD-7). */
export function countsFrom(run: Pick<RunSnapshot, "steps" | "plan">, guard: GuardState): Date {
  const armed = guard.armedAt ?? new Date(0);
  const effect = lastEffectAt(run);
  return effect !== null && effect > armed ? effect : armed;
}

/** What a reading does to a guard. `from` is the result of `countsFrom`. */
export function judge(guard: GuardState, reading: Reading, from: Date, now: Date): Judgement {
  const fresh = sinceEffect(guard, from);
  if (reading.type === "value" && Number.isFinite(reading.value)) {
    const isNew = reading.at > from && (fresh.lastUsableAt === null || reading.at > fresh.lastUsableAt);
    return isNew ? judgeValue(fresh, reading) : judgeSilence(fresh, from, now, null, "no newer sample");
  }
  if (reading.type === "error") return judgeSilence(fresh, from, now, "error", reading.reason);
  return judgeSilence(fresh, from, now, "nodata", reading.type === "nodata" ? reading.reason : "The value is not a finite number.");
}

/** Samples from before the newest effect say nothing about the world after it: the count starts again. */
function sinceEffect(guard: GuardState, from: Date): GuardState {
  if (guard.lastUsableAt === null || guard.lastUsableAt > from) return guard;
  return { ...guard, badStreak: 0, validSamples: 0, lastUsableAt: null, state: guard.state === "tripped" ? "tripped" : "inconclusive" };
}

function judgeValue(guard: GuardState, reading: { value: number; at: Date }): Judgement {
  const bad = isBreach(guard.spec, reading.value);
  const badStreak = bad ? guard.badStreak + 1 : 0;
  const validSamples = guard.validSamples + 1;
  const enough = validSamples >= guard.spec.minSamples;
  const breached = bad && badStreak >= guard.spec.samples && enough;
  const state: GuardStatus = breached ? "tripped" : bad ? "bad" : enough ? "armed" : "inconclusive";
  return {
    verdict: bad ? "bad" : "ok",
    state,
    badStreak,
    validSamples,
    lastValue: reading.value,
    lastUsableAt: reading.at,
    tripped: breached && guard.state !== "tripped" ? "breach" : null,
    silent: false,
    detail: bad ? `${badStreak} of ${guard.spec.samples} bad samples in a row` : "",
  };
}

/** No usable sample: after `noDataFor` the guard is inconclusive, and its no-data policy applies. Never healthy. */
function judgeSilence(guard: GuardState, from: Date, now: Date, verdict: SampleVerdict | null, detail: string): Judgement {
  const silentSince = guard.lastUsableAt ?? from;
  const silent = now.getTime() - silentSince.getTime() >= parseDuration(guard.spec.noDataFor);
  const state: GuardStatus = silent && guard.state !== "tripped" ? "inconclusive" : guard.state;
  const rollback = silent && guard.spec.noData === "rollback" && guard.state !== "tripped";
  return {
    verdict: verdict ?? (silent ? "nodata" : null),
    state: rollback ? "tripped" : state,
    badStreak: guard.badStreak,
    validSamples: guard.validSamples,
    lastValue: guard.lastValue,
    lastUsableAt: guard.lastUsableAt,
    tripped: rollback ? "no-data" : null,
    silent,
    detail: silent ? `no usable sample for ${guard.spec.noDataFor}: ${detail}` : detail,
  };
}

export type TripAction = "rollback" | "hold" | "alarm";

/** What a trip does now. One automatic rollback per run, never past the point of no return (R-GRD-8). */
export function tripAction(run: RunSnapshot, guard: Pick<GuardState, "spec">, cause: "breach" | "no-data"): { action: TripAction; why: string } {
  if (run.direction === "back") return { action: "alarm", why: "the run is already rolling back" };
  if (cause === "breach" && guard.spec.effect === "hold") return { action: "hold", why: "the guard only holds" };
  if (run.autoRollbacks > 0) return { action: "hold", why: "one automatic rollback was already made" };
  const crossed = crossedNoReturn(run);
  if (crossed !== null) return { action: "hold", why: `after "${crossed.title}" undo would lose data: a person decides` };
  return { action: "rollback", why: "" };
}

/** Why the run may not go on to its next step, stage or end. Empty: it may. */
export function holdReasons(run: Pick<RunSnapshot, "guards" | "direction" | "meters">): string[] {
  if (run.direction === "back") return [];
  const guards = run.guards.filter(isArmed).flatMap((guard) => {
    const { title } = guard.spec;
    if (guard.state === "tripped") return [`The guard "${title}" is breached.`];
    if (guard.state === "bad") return [`The guard "${title}" saw ${guard.badStreak} bad samples.`];
    if (guard.state === "inconclusive" && guard.spec.noData !== "ignore") return [`The guard "${title}" has not enough samples to speak.`];
    return [];
  });
  return [...breaches(run.meters), ...guards];
}

/** Guards that are to be armed now. `traffic`: the step about to start moves traffic. */
export function guardsToArm(run: Pick<RunSnapshot, "guards">, moment: "start" | "traffic"): GuardState[] {
  return run.guards.filter((guard) => guard.state === "idle" && (moment === "traffic" || guard.spec.arm === "start"));
}
