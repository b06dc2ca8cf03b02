import type { Condition, TriggerState } from "./types";

/** `approaches` is met from this share of the threshold on: within 10 % below it, at it, or above. */
export const APPROACH_SHARE = 0.1;

/**
 * Whether the value meets the condition; null when that cannot be said (no value, or a threshold that makes no sense).
 * `between` includes both ends. `approaches` is met from 10 % below the threshold upwards. `is` compares with yes (1),
 * no (0) or a number. There is no hysteresis: the hold time is what damps.
 */
export function meets(condition: Condition, value: number | null): boolean | null {
  const { op, value: limit, high } = condition;
  if (value === null || !Number.isFinite(value) || !Number.isFinite(limit)) return null;
  switch (op) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case "between":
      return high === null || !Number.isFinite(high) || high < limit ? null : value >= limit && value <= high;
    case "approaches":
      return value >= limit - APPROACH_SHARE * Math.abs(limit);
    case "is":
      return Math.abs(value - limit) <= Math.abs(limit) * 1e-9;
  }
}

/**
 * State of a group. `any`: fires when one fires; `all`: when every one does. What cannot be known never counts as met
 * or as not met: a group in which an unknown member could still decide is unknown, unless a member is waiting.
 */
export function combineStates(combine: "any" | "all", states: readonly TriggerState[]): TriggerState {
  const has = (state: TriggerState) => states.includes(state);
  if (states.length === 0) return "unknown";
  if (combine === "any") {
    if (has("firing")) return "firing";
    if (has("pending")) return "pending";
    return has("unknown") ? "unknown" : "inactive";
  }
  if (has("inactive")) return "inactive";
  if (has("unknown")) return "unknown";
  return has("pending") ? "pending" : "firing";
}
