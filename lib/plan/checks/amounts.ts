import { Decimal } from "decimal.js";
import type { Interval } from "@/lib/core/money";
import { monthlyFactor, type Period } from "@/lib/core/money";

/** Half a unit of the last digit that was written: 535 stands for 534.5 to 535.5, 44.58 for 44.575 to 44.585. */
export function roundingOf(value: Decimal.Value): Decimal {
  const places = new Decimal(value).decimalPlaces();
  return new Decimal(10).pow(-places).div(2);
}

/** How far a stated figure may be from the computed one: its own rounding; when it says "about" 5 %, a round number up to 10 %. */
export function tolerance(value: Decimal.Value, approximate = false): Decimal {
  const rounding = roundingOf(value);
  if (!approximate) return rounding;
  const amount = new Decimal(value).abs();
  const zeros = amount.isInteger() ? (/0*$/.exec(amount.toFixed())?.[0].length ?? 0) : 0;
  const round = Decimal.min(new Decimal(10).pow(zeros).div(2), amount.times("0.1"));
  return Decimal.max(rounding, amount.times("0.05"), round);
}

/** Whether a stated figure is the computed one as far as its digits say. */
export function agrees(stated: Decimal.Value, computed: Decimal.Value, approximate = false): boolean {
  return new Decimal(stated).minus(computed).abs().lessThanOrEqualTo(tolerance(stated, approximate));
}

/** A monthly amount per another period; null for one-off amounts. */
function perPeriod(monthly: Decimal, period: Period): Decimal | null {
  const factor = monthlyFactor(period);
  return factor === null ? null : monthly.div(factor);
}

/** Stated bounds as an interval: `max` absent means open-ended. Bounds in the wrong order are put right. */
export function statedInterval(stated: { min: number; max?: number | undefined }): { min: Decimal; max: Decimal | null } {
  if (stated.max === undefined) return { min: new Decimal(stated.min), max: null };
  return { min: Decimal.min(stated.min, stated.max), max: Decimal.max(stated.min, stated.max) };
}

/** `45 to 70`, `25 or more`, `917`. */
export function shownRange(value: { min: Decimal | null; max: Decimal | null }, money: (amount: Decimal) => string): string {
  if (value.min === null) return value.max === null ? "unknown" : `up to ${money(value.max)}`;
  if (value.max === null) return `${money(value.min)} or more`;
  return value.min.equals(value.max) ? money(value.min) : `${money(value.min)} to ${money(value.max)}`;
}

/** An interval per another period. */
export function intervalPer(monthly: Interval, period: Period): Interval | null {
  const min = perPeriod(monthly.min, period);
  return min === null ? null : { min, max: monthly.max === null ? null : perPeriod(monthly.max, period) };
}

/** A number without trailing zeros, at most `places` decimals. */
export function plain(value: Decimal.Value, places = 2): string {
  return new Decimal(value).toDecimalPlaces(places).toString();
}
