import { parseDuration } from "@/lib/core/duration";
import { REHEARSAL_LONGEST_MS, REHEARSAL_MOST_REQUESTS } from "./run-plan";
import type { RunStepSpec } from "./types";

/* What a rehearsal makes of long times. All else is as in the live run. Pure. */

/** A step as a rehearsal executes it: holds and waits are capped at `longestMs`, and so are the answers a stage waits for. */
export function rehearsed(step: RunStepSpec, longestMs = REHEARSAL_LONGEST_MS): RunStepSpec {
  const held = step.hold === undefined ? step : { ...step, hold: shortened(step.hold, longestMs) };
  switch (held.kind) {
    case "wait":
      return { ...held, with: { ...held.with, for: shortened(held.with.for, longestMs) } };
    case "traffic.set":
      return { ...held, with: { ...held.with, minRequests: Math.min(held.with.minRequests, REHEARSAL_MOST_REQUESTS) } };
    case "traffic.mirror":
      return { ...held, with: { ...held.with, duration: shortened(held.with.duration, longestMs) } };
    default:
      return held;
  }
}

/** The duration, or the longest one allowed. */
export function shortened(duration: string, longestMs = REHEARSAL_LONGEST_MS): string {
  return parseDuration(duration) > longestMs ? `${longestMs / 1_000}s` : duration;
}
