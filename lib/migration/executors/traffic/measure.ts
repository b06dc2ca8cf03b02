import { z } from "zod";

/* The share that was measured beside the share that was set. Pure. */

/** Requests both sides must have answered together before their share says anything. */
export const ENOUGH = 50;
/** A window that does not fit is given up after this time, so that an old deviation does not count for ever (milliseconds). */
const WINDOW_MS = 60_000;

/** Answers of both sides as one process of a load balancer counts them, from its start. */
export interface Counts {
  /** Names the process: another one counts from zero. */
  process: string;
  old: number;
  new: number;
}

export const measuredFacts = z.object({
  process: z.string(),
  /** Counts at the last look. */
  last: z.object({ old: z.number(), new: z.number() }),
  /** Answers of both sides since the change, and of those in the present window. */
  total: z.object({ old: z.number(), new: z.number() }),
  window: z.object({ old: z.number(), new: z.number(), since: z.number() }),
});
export type Measured = z.infer<typeof measuredFacts>;

/** Nothing counted yet, from these counts on. */
export function startMeasuring(counts: Counts, now: Date): Measured {
  const zero = { old: 0, new: 0 };
  return { process: counts.process, last: { old: counts.old, new: counts.new }, total: zero, window: { ...zero, since: now.getTime() } };
}

/** Answers of both sides between two looks; null after a restart: what a new process answered before it was seen is not known. */
export function answersBetween(before: Counts, counts: Counts): { old: number; new: number } | null {
  if (counts.process !== before.process || counts.old < before.old || counts.new < before.new) return null;
  return { old: counts.old - before.old, new: counts.new - before.new };
}

/** Adds what was answered since the last look. After a restart the window begins anew, because until the weights were set again the requests went by others. */
export function measureOn(before: Measured, counts: Counts, now: Date): Measured {
  const last = { old: counts.old, new: counts.new };
  const more = answersBetween({ process: before.process, ...before.last }, counts);
  if (more === null) return { ...before, process: counts.process, last, window: { old: 0, new: 0, since: now.getTime() } };
  const add = (sum: { old: number; new: number }) => ({ old: sum.old + more.old, new: sum.new + more.new });
  return { ...before, last, total: add(before.total), window: { ...add(before.window), since: before.window.since } };
}

/** Begins a new window where the present one is old, has enough requests and still does not fit. */
export function giveUpWindow(measured: Measured, now: Date): Measured {
  const { window } = measured;
  if (now.getTime() - window.since < WINDOW_MS || window.old + window.new < ENOUGH) return measured;
  return { ...measured, window: { old: 0, new: 0, since: now.getTime() } };
}

/** Percent of the new side in the present window; null while there is none. */
export function measuredPercent({ window }: Measured): number | null {
  const sum = window.old + window.new;
  return sum === 0 ? null : (window.new / sum) * 100;
}

export interface StageWish {
  percent: number;
  minRequests: number;
  tolerance: number | "none";
}

/** Whether the stage has what it waits for; otherwise what is missing, for people. */
export function stageVerdict(wish: StageWish, measured: Measured): { good: boolean; message: string } {
  const answers = `${measured.total.new} of ${wish.minRequests} answers of the new side`;
  if (measured.total.new < wish.minRequests) return { good: false, message: answers };
  const percent = measuredPercent(measured);
  const requests = measured.window.old + measured.window.new;
  const shown = percent === null ? "no request was measured yet" : `measured ${percent.toFixed(1)} % of ${requests} requests, set ${wish.percent} %`;
  if (wish.tolerance === "none") return { good: true, message: shown };
  if (percent === null || requests < ENOUGH) return { good: false, message: `${shown}; ${ENOUGH} requests are needed` };
  if (Math.abs(percent - wish.percent) > wish.tolerance) return { good: false, message: `${shown}; allowed are ${wish.tolerance} points` };
  return { good: true, message: shown };
}
