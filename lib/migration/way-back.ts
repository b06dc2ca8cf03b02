import { isFresh } from "./meters";
import type { RunSnapshot } from "./snapshot";
import { crossedNoReturn, isUndoable, leftToPeople } from "./steps";
import { ENDED } from "./types";

/*
 * The reversibility meter: can the run go back now, what would be lost, how long would it take. Pure. What is measured
 * (run_meter) comes first; where nothing is, the steps say what is known, and not knowing is never "nothing lost" (R-PG-8).
 */

export type WayBackState = "nothing-done" | "lossless" | "lossy" | "impossible" | "unknown";

export interface WayBack {
  state: WayBackState;
  why: string;
  /** Seconds going back is expected to take, from measurements; null where nothing was measured. */
  seconds: number | null;
  /** Rows that going back would lose; null where it cannot be told. */
  writesAtRisk: number | null;
  lag: { bytes: number; seconds: number | null } | null;
  /** Oldest of the measurements behind the answer; null where nothing is measured. */
  measuredAt: Date | null;
  /** Steps a rollback would undo, and titles of those that people would have to. */
  undoes: number;
  byHand: string[];
  alarms: string[];
  breaches: string[];
}

const WORST = ["lossless", "lossy", "impossible"] as const;

/** Where the way back stands at `now`; null for a run that has ended. */
export function wayBackOf(run: RunSnapshot, now: Date): WayBack | null {
  if (ENDED.includes(run.status) || run.startedAt === null) return null;
  const undo = run.steps.filter((step) => isUndoable(run, step) && step.status !== "undone");
  const byHand = leftToPeople(run).map((step) => step.title);
  const facts = {
    seconds: sum(run.meters.map((meter) => meter.watch.backSeconds)),
    writesAtRisk: sum(run.meters.map((meter) => meter.watch.writesAtRisk)),
    lag: run.meters.findLast((meter) => meter.watch.lag !== null)?.watch.lag ?? null,
    measuredAt: run.meters.reduce<Date | null>((oldest, meter) => (oldest === null || meter.at < oldest ? meter.at : oldest), null),
    undoes: undo.length,
    byHand,
    alarms: run.meters.flatMap((meter) => meter.watch.alarms),
    breaches: run.meters.flatMap((meter) => (meter.watch.breach === null ? [] : [meter.watch.breach])),
  };
  return { ...facts, ...answer(run, now, undo.length) };
}

function answer(run: RunSnapshot, now: Date, undoes: number): { state: WayBackState; why: string } {
  const crossed = crossedNoReturn(run);
  if (crossed !== null)
    return { state: "lossy", why: `"${crossed.title}" was the point of no return: a rollback loses data and needs an approval of its own.` };
  if (run.meters.length > 0) return measured(run, now);
  if (undoes === 0) return { state: "nothing-done", why: "Nothing has been changed that would have to be undone." };
  const copy = run.steps.find((step) => step.spec.kind === "postgres.copy" && step.effectAt !== null && step.status !== "undone");
  if (copy !== undefined)
    return {
      state: "unknown",
      why: `"${copy.title}" copied a database and nothing copies back: what is written to the new side from then on is lost by a rollback.`,
    };
  return { state: "lossless", why: "Only settings were changed; they are put back." };
}

function measured(run: RunSnapshot, now: Date): { state: WayBackState; why: string } {
  const blind = run.meters.find((meter) => !isFresh(meter, now));
  if (blind !== undefined) {
    const why = blind.error === null ? "it has not been measured for more than 5 seconds" : blind.error;
    return { state: "unknown", why: `Whether going back loses anything is not known: ${why}` };
  }
  const worst = run.meters.toSorted((a, b) => WORST.indexOf(b.watch.back) - WORST.indexOf(a.watch.back))[0];
  return worst === undefined ? { state: "unknown", why: "" } : { state: worst.watch.back, why: worst.watch.why };
}

/** The sum; null as soon as one part is not known. */
function sum(parts: (number | null)[]): number | null {
  if (parts.length === 0) return null;
  return parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
}
