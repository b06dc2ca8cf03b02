import { parseDuration } from "@/lib/core/duration";
import { crossedLimit } from "./guard-baseline";
import { scrapeMs, windowOf } from "./guard-types";
import { reachBackMs } from "./promql-range";
import type { GuardState, GuardStatus, RunSnapshot } from "./snapshot";
import { lastEffectAt } from "./steps";
import type { GuardSpec, SampleVerdict } from "./types";

/* What one sample does to a guard (R-GRD-1 to R-GRD-7). Pure: readings and times come in, judgements go out; what a trip does is in guard-actions.ts. */

/** What a source answered. `at` is the time of the measurement, not of the question. */
export type Reading =
  /** `requests`: how many were measured, where the source counts them (R-GRD-5). */
  | { type: "value"; value: number; at: Date; requests?: number }
  | { type: "nodata"; reason: string }
  | { type: "error"; reason: string }
  /** A sign that needs no second sample: refused, the wrong server, writes on two sides. */
  | { type: "hard"; reason: string; at: Date };

export type TripCause = "breach" | "hard" | "no-data";

export interface Judgement {
  /** Null: the sample was seen before, or is older than the effect it should speak about. Nothing was learned. */
  verdict: SampleVerdict | null;
  state: GuardStatus;
  /** The newest verdicts, one letter each: `b` bad, `o` ok; at most as many as the guard looks at. */
  recent: string;
  /** Bad ones among them. */
  badStreak: number;
  /** Requests measured by bad samples since the first of them. */
  badRequests: number;
  firstBadAt: Date | null;
  validSamples: number;
  lastValue: number | null;
  lastUsableAt: Date | null;
  /** The guard has just tripped: the rule of `effect` or of `noData` applies now. */
  tripped: TripCause | null;
  /** The guard was tripped and is good again. */
  recovered: boolean;
  /** No usable sample for longer than the guard allows. */
  silent: boolean;
  /** No usable sample for so long that somebody has to know (R-GRD-9). */
  alarming: boolean;
  detail: string;
}

/** Milliseconds without a usable sample after which it is told, whatever the policy. */
const SILENCE_ALARM_MS = 30_000;

export function isArmed(guard: Pick<GuardState, "state">): boolean {
  return guard.state !== "idle" && guard.state !== "disarmed";
}

/**
 * Milliseconds after a change until a sample speaks about nothing but the world after it: how far the query looks back and
 * one scrape (R-GRD-4). Null: never, the query cannot be followed; preflight blocks it.
 */
export function waitOutMs(spec: Pick<GuardSpec, "source">): number | null {
  if (spec.source.type !== "promql") return 0;
  const reach = reachBackMs(spec.source.query);
  return reach === null ? null : reach + scrapeMs(spec);
}

const NEVER = new Date(8.64e15);

/** From when samples count: not before arming, and not while they could still see the world before the newest change of traffic (R-GRD-4, F-GRD-7). */
export function countsFrom(run: Pick<RunSnapshot, "steps" | "plan">, guard: Pick<GuardState, "spec" | "armedAt">): Date {
  const armed = guard.armedAt ?? new Date(0);
  const effect = lastEffectAt(run);
  const wait = waitOutMs(guard.spec);
  if (wait === null) return NEVER;
  const past = effect === null ? armed : new Date(effect.getTime() + wait);
  return new Date(Math.max(past.getTime(), armed.getTime()));
}

/** What a reading does to a guard. `from` is the result of `countsFrom`. */
export function judge(guard: GuardState, reading: Reading, from: Date, now: Date): Judgement {
  const fresh = sinceEffect(guard, from);
  if (reading.type === "hard") return reading.at > from ? judgeHard(fresh, reading) : judgeSilence(fresh, from, now, null, "no newer sample");
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
  const counters = { recent: "", badStreak: 0, badRequests: 0, validSamples: 0, lastUsableAt: null };
  return guard.state === "tripped" ? { ...guard, ...counters } : { ...guard, ...counters, firstBadAt: null, state: "inconclusive" };
}

function bads(recent: string): number {
  return recent.length - recent.replaceAll("b", "").length;
}

function judgeValue(guard: GuardState, reading: Extract<Reading, { type: "value" }>): Judgement {
  const { spec } = guard;
  const limit = crossedLimit(spec, guard.baseline, reading.value);
  const bad = limit !== null;
  const recent = `${guard.recent}${bad ? "b" : "o"}`.slice(-windowOf(spec));
  const badStreak = bads(recent);
  const badRequests = badStreak === 0 ? 0 : guard.badRequests + (bad ? (reading.requests ?? 0) : 0);
  const needed = reading.requests === undefined || spec.source.type !== "haproxy" ? 0 : spec.source.minRequests;
  const validSamples = guard.validSamples + 1;
  const enough = validSamples >= spec.minSamples;
  const breached = bad && badStreak >= spec.samples && enough && badRequests >= needed;
  const recovered = guard.state === "tripped" && recent.length >= spec.samples && !recent.slice(-spec.samples).includes("b");
  const firstBadAt = badStreak === 0 && (guard.state !== "tripped" || recovered) ? null : (guard.firstBadAt ?? (bad ? reading.at : null));
  const live: GuardStatus = bad ? "bad" : enough ? "armed" : "inconclusive";
  const few = bad && badRequests < needed ? `, ${badRequests} of ${needed} requests` : "";
  return {
    verdict: bad ? "bad" : "ok",
    state: breached || (guard.state === "tripped" && !recovered) ? "tripped" : live,
    recent,
    badStreak,
    badRequests,
    firstBadAt,
    validSamples,
    lastValue: reading.value,
    lastUsableAt: reading.at,
    tripped: breached && guard.state !== "tripped" ? "breach" : null,
    recovered,
    silent: false,
    alarming: false,
    detail: bad ? `${badStreak} bad of ${recent.length}, limit ${limit.value}${limit.kind === "baseline" ? " from the baseline" : ""}${few}` : "",
  };
}

/** One is enough: no count, no minimum of samples. */
function judgeHard(guard: GuardState, reading: Extract<Reading, { type: "hard" }>): Judgement {
  const recent = `${guard.recent}b`.slice(-windowOf(guard.spec));
  return {
    ...kept(guard),
    verdict: "bad",
    state: "tripped",
    recent,
    badStreak: bads(recent),
    firstBadAt: guard.firstBadAt ?? reading.at,
    validSamples: guard.validSamples + 1,
    lastUsableAt: reading.at,
    tripped: guard.state === "tripped" ? null : "hard",
    detail: reading.reason,
  };
}

function kept(guard: GuardState) {
  const { recent, badStreak, badRequests, firstBadAt, validSamples, lastValue, lastUsableAt } = guard;
  return { recent, badStreak, badRequests, firstBadAt, validSamples, lastValue, lastUsableAt, recovered: false, silent: false, alarming: false };
}

/** No usable sample: after `noDataFor` the guard is inconclusive, and its no-data policy applies. Never healthy. */
function judgeSilence(guard: GuardState, from: Date, now: Date, verdict: SampleVerdict | null, detail: string): Judgement {
  const silentMs = now.getTime() - (guard.lastUsableAt ?? from).getTime();
  const silent = silentMs >= parseDuration(guard.spec.noDataFor);
  const state: GuardStatus = silent && guard.state !== "tripped" ? "inconclusive" : guard.state;
  const rollback = silent && guard.spec.noData === "rollback" && guard.state !== "tripped";
  return {
    ...kept(guard),
    verdict: verdict ?? (silent ? "nodata" : null),
    state: rollback ? "tripped" : state,
    tripped: rollback ? "no-data" : null,
    silent,
    alarming: silent || silentMs >= SILENCE_ALARM_MS,
    detail: silent ? `no usable sample for ${guard.spec.noDataFor}: ${detail}` : detail,
  };
}
