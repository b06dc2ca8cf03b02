import { Decimal } from "decimal.js";
import type { Plan } from "../types";
import { plain, tolerance } from "./amounts";

export type Calculation = Plan["calculations"][number];
type Figure = Calculation["result"];

/** What a calculation really gives, as a range where one of its parts is one. */
export interface Computed {
  min: Decimal;
  max: Decimal;
}

const least = (figure: Figure) => new Decimal(Decimal.min(figure.min, figure.max ?? figure.min));
const most = (figure: Figure) => new Decimal(Decimal.max(figure.min, figure.max ?? figure.min));

/** Reckons a calculation again, exactly; null where it cannot be: nothing divided, nothing to compare with. */
export function compute({ kind, parts }: Calculation): Computed | null {
  const [first, second] = parts;
  if (first === undefined) return null;
  if (kind === "sum") return all(parts, (sum, part) => ({ min: sum.min.plus(part.min), max: sum.max.plus(part.max) }));
  if (kind === "product") return all(parts, (product, part) => ({ min: product.min.times(part.min), max: product.max.times(part.max) }));
  if (kind === "difference") return all(parts, (rest, part) => ({ min: rest.min.minus(part.max), max: rest.max.minus(part.min) }));
  if (second === undefined) return null;
  const [a, b] = [first, second].map((figure) => ({ min: least(figure), max: most(figure) }));
  if (a === undefined || b === undefined || a.min.isZero() || b.min.isZero()) return null;
  if (kind === "quotient") return { min: a.min.div(b.max), max: a.max.div(b.min) };
  if (kind === "share") return { min: a.min.div(b.max).times(100), max: a.max.div(b.min).times(100) };
  if (kind === "ratio") {
    const ratio = Decimal.max(a.min.div(b.min), b.min.div(a.min));
    return { min: ratio, max: ratio };
  }
  const change = a.min.minus(b.min).div(a.min).times(100).abs();
  return { min: change, max: change };
}

function all(parts: readonly Figure[], join: (one: Computed, other: Computed) => Computed): Computed {
  const ranges = parts.map((part) => ({ min: least(part), max: most(part) }));
  return ranges.slice(1).reduce(join, ranges[0] ?? { min: new Decimal(0), max: new Decimal(0) });
}

/** Whether the stated result is what the parts give, as far as the digits of all of them say. */
export function holds(calculation: Calculation, computed: Computed): boolean {
  const { kind, result, parts } = calculation;
  const approximate = result.approximate === true || parts.some((part) => part.approximate === true);
  const slack = Decimal.max(slackOf(result, approximate), rounded(calculation, computed));
  const [low, high] = [least(result), most(result)];
  // Percentages are cut as often as rounded, and a multiple is rarely more exact than its half.
  const below = kind === "change-percent" || kind === "share" ? slack.times(2) : slack;
  const above = kind === "ratio" && Decimal.sub(low, low.floor()).isZero() ? Decimal.max(slack, "0.5") : slack;
  // One figure for a range: any value inside it.
  if (low.equals(high) && !computed.min.equals(computed.max))
    return low.plus(below).greaterThanOrEqualTo(computed.min) && low.minus(above).lessThanOrEqualTo(computed.max);
  return near(low, computed.min, below, above) && near(high, computed.max, below, above);
}

const near = (stated: Decimal, value: Decimal, below: Decimal, above: Decimal) =>
  value.minus(stated).lessThanOrEqualTo(below) && stated.minus(value).lessThanOrEqualTo(above);

function slackOf(figure: Figure, approximate: boolean): Decimal {
  const own = tolerance(figure.min, approximate);
  return figure.step === undefined ? own : Decimal.max(own, new Decimal(figure.step).div(2));
}

/** How far the rounding of the parts alone can move the result: only parts that are visibly rounded, with decimals or a "K". */
function rounded({ kind, parts }: Calculation, computed: Computed): Decimal {
  const size = computed.max.abs();
  return parts.reduce((sum, part) => {
    const value = new Decimal(part.min).abs();
    if (part.step === 0) return sum;
    const unit = part.step === undefined ? (value.decimalPlaces() > 0 ? new Decimal(10).pow(-value.decimalPlaces()) : null) : new Decimal(part.step);
    if (unit === null || value.isZero()) return sum;
    const half = unit.div(2);
    return sum.plus(kind === "sum" || kind === "difference" ? half : size.times(half.div(value)));
  }, new Decimal(0));
}

/** A computed value as a sentence shows it. */
export function shownComputed({ min, max }: Computed, places = 2): string {
  const [low, high] = [plain(min, places), plain(max, places)];
  return low === high ? low : `${low} to ${high}`;
}

export function shownFigure({ min, max }: Figure): string {
  return max === undefined || max === min ? plain(min, 4) : `${plain(min, 4)} to ${plain(max, 4)}`;
}
