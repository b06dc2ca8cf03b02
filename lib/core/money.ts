import { Decimal } from "decimal.js";

/** Decimal places kept by the database columns for money. */
export const MONEY_SCALE = 6;

/** An amount of money that is only known to lie in a range. `max: null` means open-ended ("$25+"). */
export interface Interval {
  min: Decimal;
  max: Decimal | null;
}

/** A closed interval from decimal strings or numbers; one argument makes a point. */
export function interval(min: Decimal.Value, max: Decimal.Value | null = min): Interval {
  return { min: new Decimal(min), max: max === null ? null : new Decimal(max) };
}

export const ZERO: Interval = interval(0);

/** Sum of two intervals; an open end stays open. */
export function addIntervals(a: Interval, b: Interval): Interval {
  return { min: a.min.plus(b.min), max: a.max === null || b.max === null ? null : a.max.plus(b.max) };
}

/**
 * a − b as intervals: [a.min − b.max, a.max − b.min]. The low end is unknown (null) when b is open.
 * Ranges subtract crosswise: 45–70 minus 21–46 is −1 to 49, not 24 to 24.
 */
export function subtractIntervals(a: Interval, b: Interval): { min: Decimal | null; max: Decimal | null } {
  return {
    min: b.max === null ? null : a.min.minus(b.max),
    max: a.max === null ? null : a.max.minus(b.min),
  };
}

/** Scales both ends by a non-negative factor. */
export function scaleInterval(a: Interval, factor: Decimal.Value): Interval {
  return { min: a.min.times(factor), max: a.max === null ? null : a.max.times(factor) };
}

/** Whether the interval is a single amount. */
export function isPoint(a: Interval): boolean {
  return a.max?.equals(a.min) ?? false;
}

/** Full amount for tables and approvals: `$1,243.18`. */
export function formatMoney(amount: Decimal.Value, currency: string): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    new Decimal(amount).toDecimalPlaces(2).toNumber(),
  );
}

/** Compact amount for axes and cards: `$1.24K`; below a thousand in full, `$51.52`, and whole amounts without cents. */
export function formatMoneyShort(amount: Decimal.Value, currency: string): string {
  const value = new Decimal(amount).toNumber();
  if (Math.abs(value) < 1_000 && !Number.isInteger(value)) return formatMoney(amount, currency);
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    notation: "compact",
    ...(Math.abs(value) < 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }),
  }).format(value);
}

/** `$45.00–$70.00`, `$25.00 or more`, or the one amount. */
export function formatInterval(value: Interval, currency: string): string {
  if (value.max === null) return `${formatMoney(value.min, currency)} or more`;
  if (isPoint(value)) return formatMoney(value.min, currency);
  return `${formatMoney(value.min, currency)}–${formatMoney(value.max, currency)}`;
}

/** Hours in the average billing month used by cloud price lists. */
export const HOURS_PER_MONTH = 730;

export type Period = "hour" | "day" | "month" | "quarter" | "year" | "once";

/** Factor that turns a price per `period` into a price per month; null for one-off prices. */
export function monthlyFactor(period: Period): Decimal | null {
  switch (period) {
    case "hour":
      return new Decimal(HOURS_PER_MONTH);
    case "day":
      return new Decimal(365).div(12);
    case "month":
      return new Decimal(1);
    case "quarter":
      return new Decimal(1).div(3);
    case "year":
      return new Decimal(1).div(12);
    case "once":
      return null;
  }
}
