import type { GuardView, ReactionView, StateWord } from "@/components/migration/view";
import { baselineText, conditionText, guardWord, marginText, withUnit } from "@/components/migration/words";
import { formatDuration } from "@/lib/core/duration";
import { cannotEvaluate } from "@/lib/migration/guard-actions";
import { crossedLimit, nearestLimit } from "@/lib/migration/guard-baseline";
import { measuredText, tierOf } from "@/lib/migration/guard-types";
import { countsFrom, isArmed } from "@/lib/migration/guards";
import type { Reaction } from "@/lib/migration/reaction";
import type { GuardState, RunSnapshot } from "@/lib/migration/snapshot";

export interface StripSample {
  at: Date;
  value: number | null;
  verdict: string;
  detail: string;
}

interface GuardSurroundings {
  /** Its newest samples, oldest first. */
  strip: readonly StripSample[];
  now: Date;
  /** A worker drives the run. Without one nobody samples, and the last answer says nothing about now. */
  watched: boolean;
}

const WAITS: StateWord = { word: "Waits out the change", tone: "unknown" };
const ASLEEP: StateWord = { word: "Asleep", tone: "bad" };

/** One guard as the pages show it: value, limit, margin, state word; no data is its own state. */
export function guardView(run: Pick<RunSnapshot, "steps" | "plan">, guard: GuardState, { strip, now, watched }: GuardSurroundings): GuardView {
  const { spec, lastValue } = guard;
  const idle = guard.state === "idle";
  const from = countsFrom(run, guard);
  const waitsUntil = isArmed(guard) && guard.state !== "tripped" && from > now ? from : null;
  const crossed = lastValue === null ? null : crossedLimit(spec, guard.baseline, lastValue);
  const nearest = nearestLimit(spec, guard.baseline);
  return {
    key: spec.key,
    title: spec.title,
    condition: conditionText(spec),
    measured: measuredText(spec.source),
    tier: tierOf(spec),
    state: !watched && isArmed(guard) && guard.state !== "tripped" ? ASLEEP : waitsUntil === null ? guardWord(guard, spec) : WAITS,
    value: lastValue,
    breached: crossed !== null,
    valueText: lastValue === null ? (idle ? "not measured yet" : "no value") : withUnit(lastValue, spec.unit),
    limitText: withUnit(nearest, spec.unit),
    margin: lastValue === null ? null : marginText({ ...spec, value: nearest }, lastValue),
    used: lastValue === null ? null : usedShare(spec.op, nearest, lastValue),
    baseline: baselineText(spec, guard.baseline),
    effect: spec.effect,
    at: guard.lastUsableAt?.toISOString() ?? null,
    why: watched ? whyText(guard, strip, waitsUntil, now) : null,
    trippedAt: guard.trippedAt?.toISOString() ?? null,
    strip: strip.map((sample) => ({ at: sample.at.toISOString(), value: sample.value, verdict: sample.verdict })),
    limit: nearest,
  };
}

/** Why there is no verdict, in the words of the source; null when there is one. */
function whyText(guard: GuardState, strip: readonly StripSample[], waitsUntil: Date | null, now: Date): string | null {
  if (waitsUntil !== null)
    return `Its samples count in ${formatDuration(Math.max(1_000, waitsUntil.getTime() - now.getTime()))}, when its window is past the change.`;
  if (!cannotEvaluate(guard)) return null;
  const last = strip.findLast((sample) => sample.verdict === "nodata" || sample.verdict === "error");
  return last === undefined || last.detail === "" ? null : last.detail;
}

/** How much of the way to the limit is used; only where a share means something (positive limits). */
function usedShare(op: GuardState["spec"]["op"], limit: number, value: number): number | null {
  if (limit <= 0 || value < 0) return null;
  return op === ">" || op === ">=" ? value / limit : value === 0 ? null : limit / value;
}

/** Measured times of an automatic rollback. */
export function reactionView(reaction: Reaction | null): ReactionView | null {
  if (reaction === null) return null;
  const since = (at: Date) => at.getTime() - reaction.firstBadAt.getTime();
  return {
    guard: reaction.title,
    firstBadAt: reaction.firstBadAt.toISOString(),
    decidedAfterMs: since(reaction.decidedAt),
    backAfterMs: reaction.backAt === null ? null : since(reaction.backAt),
  };
}
