import { fold, type Quantity } from "../../grammar/quantity";
import { DIVIDED, EACH, EQUALS, MAKES, MINUS, PLUS, SHARE_OF, TIMES } from "../../lexicon/arithmetic";
import type { Sentence } from "../../texts";
import { baseOf, type Figure, figureOf, figuresIn, rateOf, sizeOf } from "./figures";
import type { Calculation } from "./types";

type Operator = "times" | "each" | "plus" | "minus" | "divided" | "of";

const SIGNS: readonly (readonly [Operator, RegExp])[] = [
  ["times", TIMES],
  ["plus", PLUS],
  ["minus", MINUS],
  ["divided", DIVIDED],
  ["of", SHARE_OF],
  ["each", EACH],
];
const MOST_PARTS = 12;

/** Calculations with their result in one sentence: "3 × $40 = $120", "4 instances × 20 connections = 80". Pure. */
export function equations(sentence: Sentence): Calculation[] {
  const { text } = sentence;
  if (!/[=≈→×x*@+]|->|\p{L}/u.test(text)) return [];
  const quantities = figuresIn(text);
  const found: Calculation[] = [];
  for (let i = 0; i + 1 < quantities.length; ) {
    const chain = chainFrom(text, quantities, i);
    const calculation = chain === null ? null : calculated(sentence, chain);
    if (calculation !== null) found.push(calculation);
    i = chain === null ? i + 1 : chain.next;
  }
  return found;
}

interface Chain {
  parts: Quantity[];
  operators: Operator[];
  result: Quantity;
  next: number;
}

function chainFrom(text: string, quantities: readonly Quantity[], first: number): Chain | null {
  const start = quantities[first];
  // What a sign stands in front of is the tail of something that was not understood.
  const lead = text.slice(0, start?.start).slice(-16);
  if (start === undefined || /[×*/+÷^](?:\s?\()?\s?$|(?<=[\s\d])x\s$|[\d)]\s[−–-]\s$|\d\s?=\s?$/u.test(lead)) return null;
  const parts = [start];
  const operators: Operator[] = [];
  for (let i = first + 1; i < quantities.length && parts.length <= MOST_PARTS; i++) {
    const [left, right] = [quantities[i - 1], quantities[i]];
    if (left === undefined || right === undefined) return null;
    const gap = fold(text.slice(left.end, right.start));
    const sure = operators.length > 0 && operators.every((one) => one !== "each" && one !== "of");
    if (operators.length > 0 && (EQUALS.test(gap) || (sure && MAKES.test(gap)))) {
      // A result that goes on ("= 40 × 3") is a line of its own.
      const after = quantities[i + 1];
      const goesOn = after !== undefined && SIGNS.slice(0, 4).some(([, sign]) => sign.test(fold(text.slice(right.end, after.start))));
      return goesOn ? null : { parts, operators, result: right, next: i + 1 };
    }
    const operator = SIGNS.find(([, sign]) => sign.test(gap))?.[0];
    if (operator === undefined) return null;
    operators.push(operator);
    parts.push(right);
  }
  return null;
}

function calculated({ text, lineAt }: Sentence, { parts, operators, result }: Chain): Calculation | null {
  const kind = kindOf(operators);
  const values = kind === null ? null : inOneUnit(kind, parts, operators, result);
  if (kind === null || values === null) return null;
  const figures = parts.map((part, i): Figure => scaled(figureOf(part, text), values[i] ?? 1));
  const end = text.slice(parts[0]?.start ?? 0, result.end);
  return {
    kind,
    what: end.slice(0, 200),
    parts: figures,
    result: figureOf(result, text),
    ...(result.unit === null ? {} : { unit: result.unit }),
    place: "sentence",
    line: lineAt(result.start),
  };
}

function kindOf(operators: readonly Operator[]): Calculation["kind"] | null {
  if (operators.every((one) => one === "times" || one === "each" || one === "of")) return "product";
  if (operators.every((one) => one === "plus")) return "sum";
  if (operators.every((one) => one === "minus")) return "difference";
  return operators.length === 1 && operators[0] === "divided" ? "quotient" : null;
}

/** Factors that bring every part to the unit of the result; null where they do not fit together. */
function inOneUnit(kind: Calculation["kind"], parts: readonly Quantity[], operators: readonly Operator[], result: Quantity): number[] | null {
  if (kind === "product") return ofProduct(parts, operators, result);
  if (kind === "quotient") {
    const [top, bottom] = parts;
    if (top === undefined || bottom === undefined || bottom.value === 0 || bottom.unit === "percent") return null;
    // Sizes divided by speeds need more than a division.
    if ([top, bottom, result].some((one) => sizeOf(baseOf(one.unit))?.kind === "bytes")) return null;
    if ((result.currency === null) !== (top.currency === null) && bottom.currency === null) return null;
    if (result.unit === "percent") return top.unit === bottom.unit ? [100, 1] : null;
    const [over, under] = [sizeOf(baseOf(top.unit)), sizeOf(baseOf(bottom.unit))];
    return over !== null || under !== null ? null : [1, 1];
  }
  const factors = parts.flatMap((part) => toUnit(part, result) ?? []);
  return factors.length === parts.length ? factors : null;
}

/** Terms of a sum are all of one kind; a bare number is of the kind of the others. */
function toUnit(part: Quantity, result: Quantity): number | null {
  if (part.currency !== null || result.currency !== null) {
    if (part.currency !== null && result.currency !== null && part.currency !== result.currency) return null;
    const [a, b] = [rateOf(part.unit), rateOf(result.unit)];
    return a !== null && b !== null && a !== b ? null : 1;
  }
  const [own, whole] = [sizeOf(part.unit), sizeOf(result.unit)];
  if (own === null && whole === null) return part.unit === "percent" && result.unit !== "percent" && result.unit !== null ? null : 1;
  if (own === null || whole === null) return own === null && part.unit === null ? 1 : null;
  return own.kind === whole.kind ? own.size / whole.size : null;
}

function ofProduct(parts: readonly Quantity[], operators: readonly Operator[], result: Quantity): number[] | null {
  const money = parts.filter((part) => part.currency !== null);
  if (result.currency === null ? money.length > 0 : money.length !== 1) return null;
  if (money[0] !== undefined && money[0].currency !== result.currency) return null;
  const percents = parts.filter((part) => part.unit === "percent");
  if (percents.length > 0 && (result.unit === "percent" || percents.length > 1)) return null;
  if (operators.includes("of") && (percents.length !== 1 || parts[0]?.unit !== "percent")) return null;
  const factors: number[] = parts.map((part) => (part.unit === "percent" ? 0.01 : 1));
  const whole = sizeOf(baseOf(result.unit));
  const sized = parts.flatMap((part, i) => {
    const size = sizeOf(baseOf(part.unit));
    return size === null ? [] : [{ i, ...size }];
  });
  if (result.currency !== null) {
    const rate = rateOf(money[0]?.unit ?? null);
    const times = sized.filter((one) => one.kind === "time");
    // "$0.05 per hour × 30 days" mixes units.
    const fits = times.every((one) => rate === null || sameStretch(rate, baseOf(parts[one.i]?.unit ?? null)));
    return fits && times.length <= 1 ? factors : null;
  }
  if (whole === null) return factors;
  const [same, ...more] = sized.filter((one) => one.kind === whole.kind);
  if (same === undefined || more.length > 0) return null;
  factors[same.i] = (factors[same.i] ?? 1) * (same.size / whole.size);
  return factors;
}

const STRETCH: Record<string, string> = { hour: "hours", day: "days", week: "weeks", month: "months", year: "years", min: "minutes", s: "s" };
const sameStretch = (rate: string, unit: string | null) => STRETCH[rate] === unit;

function scaled(figure: Figure, factor: number): Figure {
  if (factor === 1) return figure;
  const times = (value: number) => Number((value * factor).toPrecision(14));
  // A whole number in another unit is as exact as before.
  const exact = figure.step === undefined && Number.isInteger(figure.min) ? { step: 0 } : {};
  return { ...figure, ...exact, min: times(figure.min), ...(figure.max === undefined ? {} : { max: times(figure.max) }) };
}
