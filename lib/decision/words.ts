import { formatDuration } from "@/lib/core/duration";
import type { MetricKind } from "@/lib/metric/types";
import { heldMs } from "@/lib/trigger/state";
import type { TriggerView } from "@/lib/trigger/types";

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const SMALL = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** A number for people: thousands separated, at most two decimals, three digits below one. */
export function formatNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1 ? SMALL.format(value) : NUMBER.format(value);
}

/** Value with its unit, yes or no for yes/no metrics. */
export function formatMetric(value: number, kind: MetricKind, unit: string): string {
  if (kind === "boolean") return value === 0 ? "no" : "yes";
  return `${formatNumber(value)}${unitText(unit)}`;
}

/** The unit as it follows a number: ` users`, ` %`; nothing for none. */
export function unitText(unit: string): string {
  if (unit === "") return "";
  return unit === "percent" ? " %" : ` ${unit}`;
}

const OPERATOR_WORDS: Record<TriggerView["op"], string> = {
  ">": "above",
  ">=": "at least",
  "<": "below",
  "<=": "at most",
  between: "between",
  approaches: "near",
  is: "is",
};

/** The condition in words: `above 1,000`, `between 10 and 20`, `yes`. */
export function conditionText(trigger: Pick<TriggerView, "op" | "value" | "high" | "qualitative">): string {
  if (trigger.op === "is" && (trigger.value === 0 || trigger.value === 1)) return trigger.value === 1 ? "yes" : "no";
  if (trigger.op === "between") return `between ${formatNumber(trigger.value)} and ${trigger.high === null ? "?" : formatNumber(trigger.high)}`;
  return `${OPERATOR_WORDS[trigger.op]} ${formatNumber(trigger.value)}`;
}

/** `MRR is 1,450 usd/month, above 1,000`, with how long it has held where a hold is asked for. */
export function triggerSentence(trigger: TriggerView): string {
  const limit = conditionText(trigger);
  if (trigger.lastValue === null) return `${trigger.metricName} is not known (${limit})`;
  if (trigger.op === "is" && (trigger.value === 0 || trigger.value === 1)) return `${trigger.metricName}: ${trigger.lastValue === 0 ? "no" : "yes"}`;
  const base = `${trigger.metricName} is ${formatNumber(trigger.lastValue)}${unitText(trigger.unit)}, ${limit}`;
  const held = holdOf(trigger);
  if (trigger.holdMs === 0 || held === null) return base;
  return trigger.state === "firing"
    ? `${base}, which has held for ${formatDuration(held)}`
    : `${base} for ${formatDuration(held)} of ${formatDuration(trigger.holdMs)}`;
}

/** How long the condition is proven to hold, in milliseconds; null while it is not met. */
export function holdOf(trigger: Pick<TriggerView, "trueSince" | "lastSampleAt">): number | null {
  return heldMs({
    trueSince: trigger.trueSince === null ? null : new Date(trigger.trueSince),
    lastSampleAt: trigger.lastSampleAt === null ? null : new Date(trigger.lastSampleAt),
  });
}

/** `a`, `a and b`, `a, b and c`; `a, b and 3 more` beyond `most`. */
export function listWords(words: readonly string[], most = 3): string {
  return join(words, most, ", ", " and ");
}

/** The same for clauses that have commas of their own: `a; b; and 3 more`. */
export function listClauses(clauses: readonly string[], most = 2): string {
  return join(clauses, most, "; ", "; and ");
}

function join(words: readonly string[], most: number, between: string, last: string): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : [...words];
  if (shown.length < 2) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(between)}${last}${shown.at(-1)}`;
}
