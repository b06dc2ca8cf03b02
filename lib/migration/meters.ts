import type { Watch } from "./watch-types";

/*
 * What a step goes on measuring after its effect is there: whether the way back is open, what going back would cost, and
 * what forbids to go on. Pure; the worker measures and stores (worker/watch.ts), guards and pages read.
 */

/** The newest measurement of a step. */
export interface Meter {
  stepId: string;
  stepKey: string;
  /** When it was measured, by the database's clock. */
  at: Date;
  watch: Watch;
  /** Why the newest look saw nothing; null when it did. `at` and `watch` are then of the last one that did. */
  error: string | null;
}

/** Milliseconds after which a measurement says nothing about now (R-PG-8, F-PG-25). */
export const METER_FRESH_MS = 5_000;

export function isFresh(meter: Pick<Meter, "at">, now: Date): boolean {
  return now.getTime() - meter.at.getTime() <= METER_FRESH_MS;
}

/**
 * Whether going back loses nothing, as measured: every watched step says so, and none of them long ago. True where
 * nothing is watched: then no step has a state of its own to lose (R-GRD-8).
 */
export function losslessNow(meters: readonly Pick<Meter, "at" | "watch">[], now: Date): boolean {
  return meters.every((meter) => meter.watch.back === "lossless" && isFresh(meter, now));
}

/** Why the run may not go on, as far as watched steps say. Empty: they do not object. */
export function breaches(meters: readonly Pick<Meter, "stepKey" | "watch">[]): string[] {
  return meters.flatMap((meter) => (meter.watch.breach === null ? [] : [`${meter.stepKey}: ${meter.watch.breach}`]));
}

export interface MeterEvent {
  type: "meter.breached" | "meter.cleared" | "meter.back" | "meter.alarm";
  message: string;
  /** The run stops here until a person resumes it. */
  holds: boolean;
}

const BACK_TEXT: Record<Watch["back"], string> = {
  lossless: "Going back loses nothing",
  lossy: "Going back would lose writes",
  impossible: "Going back is not possible",
};

/** What is worth telling between two measurements. `before` null: the first one. */
export function meterEvents(title: string, before: Watch | null, now: Watch): MeterEvent[] {
  const events: MeterEvent[] = [];
  if (now.breach !== null && now.breach !== before?.breach) events.push({ type: "meter.breached", message: `"${title}": ${now.breach}`, holds: true });
  if (now.breach === null && before !== null && before.breach !== null)
    events.push({ type: "meter.cleared", message: `"${title}": no longer: ${before.breach}`, holds: false });
  if (now.back !== (before?.back ?? "lossless")) events.push({ type: "meter.back", message: `"${title}": ${BACK_TEXT[now.back]}: ${now.why}`, holds: false });
  for (const alarm of now.alarms) if (!before?.alarms.includes(alarm)) events.push({ type: "meter.alarm", message: `"${title}": ${alarm}`, holds: false });
  return events;
}

/** Milliseconds between two points of the history, and how long each grain is kept. */
export const HISTORY = [
  { everyMs: 10_000, keptMs: 3_600_000 },
  { everyMs: 60_000, keptMs: 86_400_000 },
  { everyMs: 600_000, keptMs: null },
] as const;

/**
 * Grain of a point of the history at `at` when the last one was at `last`: 2 for the first of ten minutes, 1 of a minute,
 * 0 of ten seconds; null when the point is not kept. A change of what going back means is always kept.
 */
export function grainOf(last: Date | null, at: Date, changed: boolean): 0 | 1 | 2 | null {
  const first = (everyMs: number) => last === null || Math.floor(last.getTime() / everyMs) !== Math.floor(at.getTime() / everyMs);
  if (changed || first(HISTORY[2].everyMs)) return 2;
  if (first(HISTORY[1].everyMs)) return 1;
  return first(HISTORY[0].everyMs) ? 0 : null;
}
