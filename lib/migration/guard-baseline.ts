import { z } from "zod";
import { type GuardSpec, MIN_BASELINE } from "./guard-types";

/* What was normal before the change, and the limits that follow from it (R-GRD-7). Pure. */

/** The window before the change as it was recorded, or why there is none. */
export const baseline = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("known"),
    median: z.number(),
    low: z.number(),
    high: z.number(),
    count: z.number().int(),
    from: z.string(),
    to: z.string(),
  }),
  z.strictObject({ type: z.literal("missing"), reason: z.string() }),
]);
export type Baseline = z.infer<typeof baseline>;

/** What the values of the window say. Their median, because one spike is no normal state; too few values say nothing. */
export function baselineOf(values: readonly number[], from: Date, to: Date): Baseline {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || sorted.length < MIN_BASELINE)
    return { type: "missing", reason: `${sorted.length} values in the window before the change; ${MIN_BASELINE} are needed` };
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? low) + (sorted[Math.floor(middle)] ?? low)) / 2;
  return { type: "known", median, low, high, count: sorted.length, from: from.toISOString(), to: to.toISOString() };
}

export interface Limit {
  kind: "absolute" | "baseline";
  value: number;
}

const OPERATORS: Record<GuardSpec["op"], (measured: number, limit: number) => boolean> = {
  ">": (measured, limit) => measured > limit,
  ">=": (measured, limit) => measured >= limit,
  "<": (measured, limit) => measured < limit,
  "<=": (measured, limit) => measured <= limit,
};

type Limited = Pick<GuardSpec, "op" | "value" | "baseline">;

/** The limits in force: the absolute one, and the one from the baseline where it is known. A ratio never goes below (for `<` above) its floor. */
export function limitsOf(spec: Limited, known: Baseline | null): Limit[] {
  const absolute: Limit = { kind: "absolute", value: spec.value };
  if (spec.baseline === undefined || known?.type !== "known") return [absolute];
  const scaled = known.median * spec.baseline.ratio;
  const upwards = spec.op === ">" || spec.op === ">=";
  return [absolute, { kind: "baseline", value: upwards ? Math.max(scaled, spec.baseline.floor) : Math.min(scaled, spec.baseline.floor) }];
}

/** The limit that the value passes; null while it is within all of them. */
export function crossedLimit(spec: Limited, known: Baseline | null, measured: number): Limit | null {
  return limitsOf(spec, known).find((limit) => OPERATORS[spec.op](measured, limit.value)) ?? null;
}

/** The limit that is reached first. */
export function nearestLimit(spec: Limited, known: Baseline | null): number {
  const values = limitsOf(spec, known).map((limit) => limit.value);
  return spec.op === ">" || spec.op === ">=" ? Math.min(...values) : Math.max(...values);
}
