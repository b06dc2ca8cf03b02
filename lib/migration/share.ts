import { formatPercent } from "@/lib/core/percent";
import { answersBetween, type Counts } from "@/lib/migration/executors/traffic/measure";
import type { ShareLook } from "@/lib/migration/executors/types";
import type { StepState } from "./snapshot";
import type { StepOf } from "./types";

/*
 * The share of traffic that was set beside the share that was measured, as it went on during a run. Pure; the worker looks
 * and stores (worker/share.ts), pages and reports read (share-store.ts).
 */

/** One way for traffic: steps of a ramp share it, a run may have several. */
export interface Way {
  /** Connection, backend and the two sides: names the way in the store. */
  key: string;
  /** The step that was begun last, whose executor is asked. */
  step: StepState;
  /** Percent of the new side as the run set it last. */
  set: number;
}

type TrafficStep = StepOf<"traffic.set">;

export function wayKey({ with: target }: Pick<TrafficStep, "with">): string {
  return [target.connection, target.backend, target.oldServer, target.newServer].join("/");
}

/** A title for each way by its key: where two would read alike, as on two load balancers, they are told in full. */
export function wayTitles(steps: readonly Pick<TrafficStep, "with">[]): Map<string, string> {
  const ways = new Map(steps.map((step) => [wayKey(step), step.with]));
  const short = ({ backend, newServer }: TrafficStep["with"]) => `${backend}/${newServer}`;
  const titles = [...ways.values()].map(short);
  return new Map(
    [...ways].map(([key, target]) => {
      const title = short(target);
      const alone = titles.filter((one) => one === title).length === 1;
      return [key, alone ? title : `${target.connection}: ${target.backend}, ${target.oldServer} → ${target.newServer}`];
    }),
  );
}

/** The ways a run has begun to set. Undoing one stage of a ramp leads everything back, so one undone step is 0 %. */
export function waysOf(steps: readonly StepState[]): Way[] {
  const ways = new Map<string, Way>();
  const undone = new Set<string>();
  for (const step of steps) {
    const { spec } = step;
    if (spec.kind !== "traffic.set" || step.startedAt === null) continue;
    const key = wayKey(spec);
    if (step.status === "undone") undone.add(key);
    const set = step.effectAt === null ? (ways.get(key)?.set ?? 0) : spec.with.percent;
    ways.set(key, { key, step, set: undone.has(key) ? 0 : set });
  }
  return [...ways.values()];
}

/** What of a look is kept. */
export interface SharePoint {
  set: number;
  /** Percent of the new side since the look before; null where it cannot be told. */
  percent: number | null;
  /** Answers of both sides since the look before; null where nobody counts them. */
  answers: number | null;
}

/** What an earlier look saw. */
export interface LastLook {
  set: number;
  counts: Counts | null;
}

/**
 * The point of a look. Answers between two looks tell of one share only where the same share was set at both; across a change,
 * and at the first look, there is none.
 */
export function pointOf(set: number, look: ShareLook, last: LastLook | null): SharePoint {
  if (look.counts === null) return { set, percent: look.percent === null ? null : Math.min(100, Math.max(0, look.percent)), answers: null };
  const more = last?.counts == null || last.set !== set ? null : answersBetween(last.counts, look.counts);
  const answers = more === null ? 0 : more.old + more.new;
  return { set, percent: more === null || answers === 0 ? null : (more.new / answers) * 100, answers };
}

/** A stretch of time in the chart: points of one set share. */
export interface ShareBucket extends SharePoint {
  at: Date;
}

/** A stretch during which one share was set. */
export interface ShareStage extends SharePoint {
  from: Date;
}

/** Buckets with an empty one in every stretch longer than `longestMs` without a look: a chart must not draw a line over what nobody saw. */
export function withGaps(buckets: readonly ShareBucket[], longestMs: number): ShareBucket[] {
  return buckets.flatMap((bucket, index) => {
    const before = buckets[index - 1];
    if (before === undefined || bucket.at.getTime() - before.at.getTime() <= longestMs) return [bucket];
    return [{ at: new Date(before.at.getTime() + 1), set: before.set, percent: null, answers: null }, bucket];
  });
}

/** Buckets of one way in order, put together where the set share stays the same; percents weighed by their answers. */
export function stagesOf(buckets: readonly ShareBucket[]): ShareStage[] {
  const groups: ShareBucket[][] = [];
  for (const bucket of buckets) {
    const last = groups.at(-1);
    if (last?.[0]?.set === bucket.set) last.push(bucket);
    else groups.push([bucket]);
  }
  return groups.flatMap((group) => (group[0] === undefined ? [] : [{ from: group[0].at, ...together(group) }]));
}

/** @param group of one set share, at least one */
function together(group: readonly SharePoint[]): SharePoint {
  const counted = group.filter((one) => one.answers !== null);
  const told = group.flatMap((one) => (one.percent === null ? [] : [{ percent: one.percent, weight: one.answers ?? 1 }]));
  const weight = told.reduce((sum, one) => sum + one.weight, 0);
  return {
    set: group[0]?.set ?? 0,
    percent: weight === 0 ? null : told.reduce((sum, one) => sum + one.percent * one.weight, 0) / weight,
    answers: counted.length === 0 ? null : counted.reduce((sum, one) => sum + (one.answers ?? 0), 0),
  };
}

/** Milliseconds that "now" reaches back in the sentence. */
const LATELY_MS = 60_000;

/** The chart's answer: what is set, and what was measured of it lately. `end`: now, or when the run ended. */
export function shareSentence(buckets: readonly ShareBucket[], end: Date): string {
  const newest = buckets.at(-1);
  if (newest === undefined) return "Nothing was measured yet.";
  const since = end.getTime() - LATELY_MS;
  const lately = buckets.filter((one) => one.set === newest.set && one.at.getTime() > since);
  const set = `${formatPercent(newest.set)} set`;
  if (lately.length === 0) return `${set}; no look succeeded in the last minute.`;
  const { percent, answers } = together(lately);
  if (percent === null) return answers === null ? `${set}; nobody measures the real share.` : `${set}; nobody was answered in the last minute.`;
  return `${set}, ${formatPercent(percent)} measured${answers === null ? "" : ` of ${answers.toLocaleString("en-GB")} answers in the last minute`}.`;
}
