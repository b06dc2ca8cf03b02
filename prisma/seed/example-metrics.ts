import { createHash } from "node:crypto";

/** What the generator needs to know of a metric: its name, kind and the limits that matter to it. */
export interface ExampleMetric {
  projectSlug: string;
  key: string;
  unit: string;
  kind: "number" | "boolean";
  /** Thresholds of triggers and alert rules on the metric, in its unit. */
  thresholds: { op: string; value: number }[];
  /** Limits of guards on the metric: an example system is well, so that its runbook can be rehearsed. */
  guards?: { op: string; value: number }[];
  /** What the stack of today is planned to cost a month, in the currency of the plan; 0 when nothing has a price. */
  monthlyCost?: number;
}

const DAY_MS = 86_400_000;

/** A number in [0, 1) that depends on the text alone: the same demo every time. */
function fraction(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}

const GROWING = /user|visitor|booking|request|command|storage|bandwidth|size|revenue|mrr|cost|bill|customer|email|gb|mb|hours|calls/;

/** Value at the end of the example year: below, at or beyond the nearest limit, decided by the name. */
function finalValue(metric: ExampleMetric): number {
  const pick = fraction(`${metric.projectSlug} ${metric.key} final`);
  const upper = (metric.guards ?? []).filter((one) => one.op.startsWith(">")).map((one) => one.value);
  const lower = (metric.guards ?? []).filter((one) => one.op.startsWith("<")).map((one) => one.value);
  if (upper.length > 0) return Math.min(...upper) * (0.3 + 0.4 * pick);
  if (lower.length > 0) return Math.max(...lower) * (1.02 + 0.2 * pick);
  const limits = metric.thresholds.map((one) => one.value).filter((value) => Number.isFinite(value) && value !== 0);
  if (limits.length === 0) return defaultValue(metric, pick);
  const rising = metric.thresholds.every((one) => one.op !== "<" && one.op !== "<=");
  const limit = Math.min(...limits.map(Math.abs)) * Math.sign(limits[0] ?? 1);
  // Upper limits are approached from below and now and then passed; lower limits stay respected.
  return rising ? limit * (0.45 + 0.75 * pick) : limit * (1.05 + 0.4 * pick);
}

/** Things that come whole: nobody has 1.96 developers. */
const COUNTED = /^(users?|developers?|people|customers?|visitors?|teams?)$|\/(day|month|week)$/;
const MONEY = /usd|\$|eur/i;

function defaultValue({ key, unit, monthlyCost = 0 }: ExampleMetric, pick: number): number {
  if (/uptime|availability/.test(key)) return 99.9 + 0.08 * pick;
  if (/infra\w*_percent|percent_of_revenue/.test(key)) return 4 + 4 * pick;
  if (/per_user/.test(key) && MONEY.test(unit)) return 0.02 + 0.06 * pick;
  if (/^(infrastructure|monthly|infra)_cost/.test(key) && monthlyCost > 0) return monthlyCost * 1.15;
  if (unit.includes("percent") || unit === "%") return 20 + 40 * pick;
  if (unit === "ms") return 40 + 160 * pick;
  if (unit === "s") return 0.3 + pick;
  if (MONEY.test(unit)) return 50 + 500 * pick;
  return 100 + 900 * pick;
}

/**
 * The example value of a metric at a time. `end` is the last day of the example year: what grows has grown to its
 * final value there; what does not swings around it. Deterministic.
 */
export function exampleValue(metric: ExampleMetric, at: Date, end: Date): number {
  if (metric.kind === "boolean") return fraction(`${metric.projectSlug} ${metric.key} yes`) < 0.25 ? 1 : 0;
  const last = finalValue(metric);
  const day = Math.floor(at.getTime() / DAY_MS);
  const years = (at.getTime() - end.getTime()) / (365 * DAY_MS);
  const growth = GROWING.test(metric.key) ? Math.exp(years * (0.7 + 0.8 * fraction(`${metric.key} rate`))) : 1;
  const week = Math.sin((2 * Math.PI * (day % 7)) / 7) * 0.02;
  const noise = (fraction(`${metric.projectSlug} ${metric.key} ${Math.floor(at.getTime() / 3_600_000)}`) - 0.5) * 0.05;
  const value = last * growth * (1 + week + noise);
  if (/uptime|availability/.test(metric.key)) return Number(Math.min(99.99, last + noise).toFixed(2));
  if (COUNTED.test(metric.unit) && !MONEY.test(metric.unit)) return Math.round(value);
  const bounded = metric.unit.includes("percent") || metric.unit === "%" ? Math.min(100, Math.max(0, value)) : value;
  return Number(bounded.toPrecision(4));
}

/** Times of the example year, oldest first: one a day, one an hour for the last two days. */
export function exampleTimes(end: Date): Date[] {
  const times: Date[] = [];
  for (let days = 365; days > 2; days--) times.push(new Date(end.getTime() - days * DAY_MS));
  for (let hours = 48; hours >= 1; hours--) times.push(new Date(end.getTime() - hours * 3_600_000));
  times.push(end);
  return times;
}
