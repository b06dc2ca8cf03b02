import { monthlyFactor, type Period } from "@/lib/core/money";
import { fold, type Quantity } from "../../grammar/quantity";
import {
  ARROW,
  FROM_BEFORE,
  INSTEAD,
  INSTEAD_OF,
  LESS_AFTER,
  LESS_BEFORE,
  MORE_AFTER,
  MORE_BEFORE,
  OFFERED_EITHER,
  PREPAID,
  SAME_AMOUNT,
  SAVES_MONEY,
  TIMES_AS,
  TO,
} from "../../lexicon/arithmetic";
import type { Sentence } from "../../texts";
import { type Figure, figureOf, figuresIn, rateOf } from "./figures";
import type { Calculation } from "./types";

const PERIODS = new Set(["hour", "day", "week", "month", "quarter", "year"]);

/** The same cost per month and per year in one sentence: "$310 a month ($3,720 a year)". Pure. */
export function perPeriod({ text, lineAt }: Sentence): Calculation[] {
  const quantities = figuresIn(text).filter((one) => one.currency !== null);
  const plain = fold(text);
  if (PREPAID.test(plain)) return [];
  return quantities.flatMap((one, i): Calculation[] => {
    const other = quantities[i + 1];
    if (other === undefined || other.currency !== one.currency) return [];
    const [from, to] = [periodOf(one), periodOf(other)];
    const gap = plain.slice(one.end, other.start).replace(/^\s?(?:less|cheaper|lower|weniger|gunstiger|de moins|moins|menos)(?![a-z])/, "");
    // "20 a month or 200 a year" is an offer; of a saving it is the same said twice.
    const offered = OFFERED_EITHER.test(gap) && !SAVES_MONEY.test(plain);
    if (from === null || to === null || from === to || !SAME_AMOUNT.test(gap) || offered) return [];
    const factor = (monthlyFactor(from)?.toNumber() ?? 0) / (monthlyFactor(to)?.toNumber() ?? 1);
    if (![12, 4, 3, 1 / 12, 1 / 4, 1 / 3].some((whole) => Math.abs(factor - whole) < 1e-9)) return [];
    // The longer period is checked: what it gives is the figure that was reckoned out.
    const [parts, result] = factor > 1 ? [one, other] : [other, one];
    const by = Math.round(factor > 1 ? factor : 1 / factor);
    return [
      {
        kind: "product",
        what: text.slice(one.start, other.end).slice(0, 200),
        parts: [figureOf(parts, text), { min: by }],
        result: figureOf(result, text),
        unit: result.unit ?? one.currency ?? "",
        place: "sentence",
        line: lineAt(result.start),
      },
    ];
  });
}

function periodOf(quantity: Quantity): Period | null {
  const rate = rateOf(quantity.unit);
  return rate !== null && PERIODS.has(rate) ? (rate as Period) : null;
}

interface Pair {
  before: Quantity;
  after: Quantity;
  /** Whether the sentence says which of the two comes first. */
  ordered: boolean;
}

/** A change of which the sentence names both ends and what lies between: an amount, a percentage, a multiple. Pure. */
export function changes(sentence: Sentence): Calculation[] {
  const { text, lineAt } = sentence;
  const quantities = figuresIn(text);
  const plain = fold(text);
  const pairs = pairsOf(plain, quantities);
  const [pair] = pairs;
  // Two changes in a sentence share their percentages in no way that can be known.
  if (pair === undefined || pairs.length > 1 || pair.before.value === 0 || pair.before.value === pair.after.value) return [];
  const falls = pair.after.value < pair.before.value;
  const parts: Figure[] = [figureOf(pair.before, text), figureOf(pair.after, text)];
  const others = quantities.filter((one) => one !== pair.before && one !== pair.after);
  const found: Calculation[] = [];
  for (const other of others) {
    const line = lineAt(other.start);
    const says = saysChange(plain, other, pair);
    const base = { what: text.slice(Math.min(pair.before.start, pair.after.start, other.start)).slice(0, 200), place: "sentence" as const, line };
    if (other.unit === "percent" && says !== null && (says === "less") === falls)
      found.push({ ...base, kind: "change-percent", parts, result: figureOf(other, text), unit: "percent" });
    else if (other.currency !== null && other.currency === (pair.before.currency ?? pair.after.currency) && says !== null && (says === "less") === falls) {
      const scale = scaleTo(pair.before, other);
      if (scale !== null)
        found.push({
          ...base,
          kind: "difference",
          parts: (falls ? parts : parts.toReversed()).map((part) => times(part, scale)),
          result: figureOf(other, text),
          unit: other.unit ?? "",
        });
    }
  }
  const multiple = multipleIn(text, plain, pair, lineAt);
  if (multiple !== null) found.push({ ...multiple, parts });
  const percents = found.filter((one) => one.kind === "change-percent");
  return percents.length > 1 ? found.filter((one) => one.kind !== "change-percent") : found;
}

function pairsOf(plain: string, quantities: readonly Quantity[]): Pair[] {
  const found: Pair[] = [];
  for (let i = 0; i + 1 < quantities.length; i++) {
    const [one, other] = [quantities[i], quantities[i + 1]];
    if (one === undefined || other === undefined || one.high !== null || other.high !== null || !alike(one, other)) continue;
    const gap = plain.slice(one.end, other.start);
    const lead = plain.slice(Math.max(0, one.start - 24), one.start);
    if (ARROW.test(gap) || (TO.test(gap) && FROM_BEFORE.test(lead))) found.push({ before: one, after: other, ordered: true });
    else if (INSTEAD.test(gap)) found.push({ before: other, after: one, ordered: true });
    else if (INSTEAD_OF.test(lead) && gap.length < 48 && !/[.;:]/.test(gap)) found.push({ before: one, after: other, ordered: true });
    else continue;
    i++;
  }
  return found;
}

/** Of the same kind; a bare number takes the unit of its neighbour. */
function alike(one: Quantity, other: Quantity): boolean {
  if (one.unit === "percent" || other.unit === "percent") return false;
  if (one.currency !== null && other.currency !== null) {
    const [a, b] = [rateOf(one.unit), rateOf(other.unit)];
    return one.currency === other.currency && (a === null || b === null || a === b);
  }
  return one.unit === other.unit || one.unit === null || other.unit === null;
}

function saysChange(plain: string, { start, end }: Quantity, pair: Pair): "less" | "more" | null {
  const before = plain.slice(Math.max(0, start - 48), start);
  const after = plain.slice(end, end + 48);
  // "below 70 %" is a limit.
  if (/(?:[<>≤≥]|\b(?:below|above|under|over|at least|more than|less than|unter|uber|mindestens|sous|au moins|menos de|mas de))\s?$/u.test(before)) return null;
  if (LESS_AFTER.test(after) || LESS_BEFORE.test(before)) return "less";
  if (MORE_AFTER.test(after) || MORE_BEFORE.test(before)) return "more";
  // "→ $310 (22 %)": right behind the second figure.
  const gap = plain.slice(Math.max(pair.before.end, pair.after.end), start);
  return /^\s?\(\s?[-−–+]?\s?$/u.test(gap) && /^\s?\)/.test(after) ? (pair.after.value < pair.before.value ? "less" : "more") : null;
}

/** What turns amounts of the pair into the period of the difference: 12 from months to a year. */
function scaleTo(of: Quantity, result: Quantity): number | null {
  const [from, to] = [periodOf(of), periodOf(result)];
  if (from === null || to === null || from === to) return from === null && to === "year" ? null : 1;
  const [a, b] = [monthlyFactor(from), monthlyFactor(to)];
  return a === null || b === null ? null : Number(a.div(b).toPrecision(12));
}

function times(figure: Figure, by: number): Figure {
  return by === 1 ? figure : { ...figure, min: Number((figure.min * by).toPrecision(12)) };
}

/** "3 times cheaper", "4× faster". */
function multipleIn(text: string, plain: string, pair: Pair, lineAt: (position: number) => number): Omit<Calculation, "parts"> | null {
  for (const match of plain.matchAll(/(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)/g)) {
    const end = match.index + match[0].length;
    const inside = [pair.before, pair.after].some((one) => match.index >= one.start && match.index < one.end);
    if (inside || !TIMES_AS.test(plain.slice(end, end + 40))) continue;
    const value = Number(match[0].replace(",", "."));
    const approximate = /(?:about|roughly|almost|nearly|etwa|rund|fast|environ|casi|unas|~|≈)\s?$/.test(
      plain.slice(Math.max(0, match.index - 10), match.index),
    );
    return {
      kind: "ratio",
      what: text.slice(0, 200),
      result: { min: value, ...(approximate ? { approximate: true } : {}) },
      unit: "x",
      place: "sentence",
      line: lineAt(match.index),
    };
  }
  return null;
}
