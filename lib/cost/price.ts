import { Decimal } from "decimal.js";
import { addIntervals, type Interval, interval, monthlyFactor, type Period, scaleInterval, ZERO } from "@/lib/core/money";

/*
 * What a declared price amounts to. Pure. The shapes are structural, so that prices of a plan document and rows of
 * the line_item table go through the same rules.
 */

/** A price as a plan declares it (lib/plan/types/price.ts), reduced to what counts. */
export type PriceTerms =
  | { form: "fixed"; amount: number; period: Period }
  | { form: "range"; min: number; max: number; period: Period }
  | { form: "open"; min: number; period: Period }
  | { form: "free" | "included"; period: Period }
  | { form: "per-unit"; unitPrice: number; per: number; base?: number | undefined; period: Period }
  | {
      form: "tiered";
      tiers: { name: string; amount?: number | undefined; min?: number | undefined; max?: number | undefined }[];
      current?: string | undefined;
      period: Period;
    }
  | { form: "formula"; amount?: number | undefined; period: Period }
  | { form: "percent" | "unknown"; period: Period };

/**
 * The amount of a line item per the price's own period; `max: null` is open-ended, null is unknown.
 *
 * Free and included count as 0. A per-unit price is base + unit price × quantity / per; without a quantity only the
 * base is known, so the amount is open-ended from there, and unknown where there is no base either.
 */
export function priceBounds(price: PriceTerms, quantity?: number): Interval | null {
  switch (price.form) {
    case "fixed":
      return interval(price.amount);
    case "range":
      return interval(price.min, price.max);
    case "open":
      return interval(price.min, null);
    case "free":
    case "included":
      return ZERO;
    case "per-unit": {
      if (quantity === undefined) return price.base === undefined ? null : interval(price.base, null);
      return interval(
        new Decimal(price.unitPrice)
          .times(quantity)
          .div(price.per)
          .plus(price.base ?? 0),
      );
    }
    case "tiered": {
      const tier = price.tiers.find((candidate) => candidate.name === price.current);
      if (tier?.amount !== undefined) return interval(tier.amount);
      return tier?.min === undefined ? null : interval(tier.min, tier.max ?? null);
    }
    case "formula":
      return price.amount === undefined ? null : interval(price.amount);
    case "percent":
    case "unknown":
      return null;
  }
}

/** Amount per month of a declared line item; null when it is unknown or paid once. */
export function monthlyInterval(item: { price: PriceTerms; quantity?: number | undefined }): Interval | null {
  return perMonth(priceBounds(item.price, item.quantity), item.price.period);
}

/** Amount per month of a row of line_item, whose bounds already include the quantity; null when unknown or paid once. */
export function monthlyOfRow(row: { min: Decimal.Value | null; max: Decimal.Value | null; period: string }): Interval | null {
  if (row.min === null) return null;
  return perMonth(interval(row.min, row.max), row.period as Period);
}

function perMonth(bounds: Interval | null, period: Period): Interval | null {
  if (bounds === null) return null;
  const factor = monthlyFactor(period);
  return factor === null ? null : scaleInterval(bounds, factor);
}

/** Sum of monthly amounts; unknown ones are counted, never taken for zero. */
export function sumMonthly(amounts: readonly (Interval | null)[]): { total: Interval; unknown: number } {
  let total = ZERO;
  let unknown = 0;
  for (const amount of amounts) {
    if (amount === null) unknown++;
    else total = addIntervals(total, amount);
  }
  return { total, unknown };
}
