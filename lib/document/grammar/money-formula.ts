import { AND_JOIN, RANGE_JOIN } from "../lexicon/money-words";
import { periodOfNoun } from "../lexicon/periods";
import type { MoneyPeriod } from "./money";
import type { Item } from "./money-items";
import { times } from "./number";

/** A computed amount, from the item `first` to the item `last`. */
export interface Formula {
  last: number;
  value: number;
  currency: string | null;
  /** Period that follows from the operands: dollars an hour × 730 hours are a month's. */
  period: MoneyPeriod | null;
  text: string;
}

const UNIT = String.raw`(?:\s?\/?\s?[\p{L}%][\p{L}\p{N}/%.]*(?:[\s-][\p{L}][\p{L}\p{N}/]*){0,3})?`;
const GAP = new RegExp(String.raw`^(${UNIT})\s?\)?\s?([×xX*⋅@+\-−–÷/=≈]|times|mal|fois|por)\s?[~≈(]?\s?$`, "u");
/** "2 × t3.medium @ $30": a name between the count and the price. */
const NAMED_GAP = /^()\s?[×xX*]\s?[\p{L}\p{N}][\p{L}\p{N}._-]*(?:\s[\p{L}\p{N}._-]+){0,3}\s?(@)\s?$/u;
const PEOPLE = /(?:customers?|users?|clients?|subscribers?|members?|kunden|nutzer|clientes|usuarios|abonn[eé]s)$/i;
const MAX_GAP = 60;
const MAX_OPERANDS = 8;
/** Names looked past in one gap. */
const MAX_NAMES = 4;
const PERIOD_HOURS: readonly (readonly [of: MoneyPeriod, count: number, makes: MoneyPeriod])[] = [
  ["hour", 730, "month"],
  ["hour", 720, "month"],
  ["hour", 744, "month"],
  ["hour", 24, "day"],
  ["hour", 8760, "year"],
  ["day", 30, "month"],
  ["day", 31, "month"],
  ["day", 365, "year"],
  ["week", 52, "year"],
  ["month", 3, "quarter"],
  ["month", 12, "year"],
  ["quarter", 4, "year"],
];

/** "3 × $33 = $99", "100 GB × $0.10/GB", "$40 - $15 = $25" from an item on; null where there is no calculation with money in it. */
export function formulaAt(text: string, items: readonly Item[], first: number, bare: boolean): Formula | null {
  const operators: string[] = [];
  const units: string[] = [];
  const places = [first];
  let last = first;
  while (last + 1 < items.length && operators.length < MAX_OPERANDS) {
    let next = last + 1;
    while (items[next]?.name === true && next - last < MAX_NAMES) next++;
    const gap = gapBetween(text, items[last], items[next]);
    if (gap === null || (operators.includes("=") && gap.operator !== "=" && !isProduct(gap.operator))) break;
    // "$300 × 2" after a result begins something of its own.
    if (operators.includes("=")) break;
    operators.push(gap.operator);
    units.push(gap.unit);
    places.push(next);
    last = next;
  }
  if (operators.length === 0) return null;
  const operands = places.flatMap((place) => items[place] ?? []);
  if (operands.some((operand) => operand.name) || !operands.some((operand) => operand.money || bare)) return null;
  return operators.includes("=") ? solved(text, operands, operators, units, last, bare) : product(text, items, operands, operators, units, places);
}

function isProduct(operator: string): boolean {
  return /^(?:[×xX*⋅@]|times|mal|fois|por)$/.test(operator);
}

function gapBetween(text: string, left: Item | undefined, right: Item | undefined): { operator: string; unit: string } | null {
  if (left === undefined || right === undefined || right.start - left.end > MAX_GAP || right.name || left.name) return null;
  const between = text.slice(left.end, right.start);
  const match = GAP.exec(between) ?? NAMED_GAP.exec(between);
  if (match?.[2] === undefined) return null;
  const unit = (match[1] ?? "").replace(/[\s/]/g, "");
  if (unit === "%" || /^(?:per|pro|je|par|por)$/i.test(unit)) return null;
  // "2 customers @ $67" is what comes in.
  if (match[2] === "@" && PEOPLE.test(unit)) return null;
  return { operator: match[2], unit };
}

/** With a result: the result counts. A sum or difference is believed only where it is about right, "20-40" is a range. */
function solved(text: string, operands: readonly Item[], operators: readonly string[], units: readonly string[], last: number, bare: boolean): Formula | null {
  const result = operands.at(-1);
  const inputs = operands.slice(0, -1);
  if (result === undefined || operators.at(-1) !== "=" || inputs.length < 2) return null;
  const additive = operators.slice(0, -1).some((operator) => !isProduct(operator));
  if (!(bare || result.money || inputs.some((input) => input.money))) return null;
  if (additive && Math.abs(evaluate(inputs, operators) - result.value) > Math.max(0.02 * Math.abs(result.value), 1)) return null;
  return {
    last,
    value: result.value,
    currency: result.currency ?? inputs.find((input) => input.currency !== null)?.currency ?? null,
    period: periodOf(inputs, operators.slice(0, -1), units),
    text: text.slice(operands[0]?.start, result.end),
  };
}

/** Without a result: only counts times one amount are sure to be a calculation. */
function product(
  text: string,
  items: readonly Item[],
  operands: readonly Item[],
  operators: readonly string[],
  units: readonly string[],
  places: readonly number[],
): Formula | null {
  let count = operators.findIndex((operator) => !isProduct(operator));
  if (count === -1) count = operators.length;
  const factors = operands.slice(0, count + 1);
  const amounts = factors.filter((factor) => factor.money);
  if (count === 0 || amounts.length > 1 || (amounts.length === 0 && factors.length < 2)) return null;
  const end = factors.at(-1);
  if (end === undefined) return null;
  const at = places[factors.length - 1] ?? 0;
  const following = items[at + 1];
  // "3 × $20-40" is a range, not sixty.
  if (
    following !== undefined &&
    !following.name &&
    RANGE_JOIN.test(text.slice(end.end, following.start)) &&
    !AND_JOIN.test(text.slice(end.end, following.start))
  )
    return null;
  return {
    last: at,
    value: evaluate(factors, operators.slice(0, count)),
    currency: amounts[0]?.currency ?? null,
    period: periodOf(factors, operators.slice(0, count), units),
    text: text.slice(factors[0]?.start, end.end),
  };
}

/** Products before sums, from the left. */
function evaluate(operands: readonly Item[], operators: readonly string[]): number {
  let sum = 0;
  let term = (operands[0]?.negative ? -1 : 1) * (operands[0]?.value ?? 0);
  operands.slice(1).forEach((operand, i) => {
    const operator = operators[i] ?? "+";
    if (isProduct(operator)) term = times(term, operand.value);
    else if (operator === "/" || operator === "÷") term = operand.value === 0 ? Number.NaN : Number((term / operand.value).toPrecision(15));
    else {
      sum += term;
      term = operator === "+" ? operand.value : -operand.value;
    }
  });
  return Number((sum + term).toPrecision(12));
}

/** "$0.003/hr × 730 hrs": the unit after the slash is the price's period, a matching count lifts it. */
function periodOf(operands: readonly Item[], operators: readonly string[], units: readonly string[]): MoneyPeriod | null {
  const at = operands.findIndex((operand) => operand.money);
  const named = (units[at] ?? "").split("/")[0] ?? "";
  // "$0.20/M" is per million.
  let period = named === "M" ? null : periodOfNoun(named.replace(/\.$/, ""));
  if (period === null || !operators.every(isProduct)) return null;
  for (const { value } of operands.filter((operand) => !operand.money))
    period = PERIOD_HOURS.find(([of, count]) => of === period && count === value)?.[2] ?? period;
  return period;
}
