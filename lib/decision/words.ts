import { formatDuration } from "@/lib/core/duration";
import { formatMoney } from "@/lib/core/money";
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
  return formatAmount(value, unit);
}

/** A money unit of a plan in its parts: `usd/month` is US dollars per month; null for every other unit. */
function moneyUnit(unit: string): { currency: string; per: string } | null {
  const found = /^(usd|eur|gbp|chf)(?:\s*\/\s*(\w+))?$/i.exec(unit.trim());
  return found?.[1] === undefined ? null : { currency: found[1].toUpperCase(), per: found[2] === undefined ? "" : ` / ${found[2]}` };
}

/** A number with its unit: `1,188 users`, `98 %`; money as the cost pages write it: `$947.30 / month`. */
export function formatAmount(value: number, unit: string): string {
  const money = moneyUnit(unit);
  return money === null ? `${formatNumber(value)}${unitText(unit)}` : `${formatLimit(value, unit)}${money.per}`;
}

/** A limit beside an amount of the same unit: only money keeps its sign, `$1,000`; whole amounts without cents. */
export function formatLimit(value: number, unit: string): string {
  const money = moneyUnit(unit);
  if (money === null) return formatNumber(value);
  return Number.isInteger(value) ? formatMoney(value, money.currency).replace(/\.00$/, "") : formatMoney(value, money.currency);
}

/** The unit as it follows a number: ` users`, ` %`, ` USD / month`; nothing for none. */
export function unitText(unit: string): string {
  if (unit === "") return "";
  const money = moneyUnit(unit);
  if (money !== null) return ` ${money.currency}${money.per}`;
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

/** An operator of a rule in words: `above`, `at least`. */
export function operatorWord(op: string): string {
  return op in OPERATOR_WORDS ? OPERATOR_WORDS[op as TriggerView["op"]] : op;
}

/** The condition in words: `above $1,000`, `between 10 and 20`, `yes`. */
export function conditionText(trigger: Pick<TriggerView, "op" | "value" | "high" | "qualitative"> & { unit?: string }): string {
  const limit = (value: number) => formatLimit(value, trigger.unit ?? "");
  if (trigger.op === "is" && (trigger.value === 0 || trigger.value === 1)) return trigger.value === 1 ? "yes" : "no";
  if (trigger.op === "between") return `between ${limit(trigger.value)} and ${trigger.high === null ? "?" : limit(trigger.high)}`;
  return `${OPERATOR_WORDS[trigger.op]} ${limit(trigger.value)}`;
}

/** `MRR is $1,450 / month, above $1,000`, with how long it has held where a hold is asked for. */
export function triggerSentence(trigger: TriggerView): string {
  const limit = conditionText(trigger);
  if (trigger.lastValue === null) return `${trigger.metricName} is not known (${limit})`;
  if (trigger.op === "is" && (trigger.value === 0 || trigger.value === 1)) return `${trigger.metricName}: ${trigger.lastValue === 0 ? "no" : "yes"}`;
  const base = `${trigger.metricName} is ${formatAmount(trigger.lastValue, trigger.unit)}, ${limit}`;
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
