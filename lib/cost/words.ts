import { Decimal } from "decimal.js";
import { formatMoney } from "@/lib/core/money";

/** Ends of an interval as decimal strings; null is open, at the low end of a difference unknown. */
interface Ends {
  min: string | null;
  max: string | null;
}

/** `$45.00–$70.00`, `$50.00 or more`, `$10.00`. */
export function endsText(value: Ends, currency: string): string {
  const [min, max] = [value.min === null ? null : formatMoney(value.min, currency), value.max === null ? null : formatMoney(value.max, currency)];
  if (min === null && max === null) return "unknown";
  if (min === null) return `${max} or less`;
  if (max === null) return `${min} or more`;
  return min === max ? min : `${min}–${max}`;
}

/** Signed amount: `+$84.00`, `−$12.00`, `$0.00`. */
export function signed(amount: Decimal.Value, currency: string): string {
  const value = new Decimal(amount).toDecimalPlaces(2);
  if (value.isZero()) return formatMoney(0, currency);
  return `${value.isNegative() ? "−" : "+"}${formatMoney(value.abs(), currency)}`;
}

/** A difference as a range with signs: `−$49.00 to +$1.00`. */
export function signedEnds(value: Ends, currency: string): string {
  if (value.min === null && value.max === null) return "unknown";
  if (value.min === null) return `${signed(value.max ?? 0, currency)} or less`;
  if (value.max === null) return `${signed(value.min, currency)} or more`;
  const [min, max] = [signed(value.min, currency), signed(value.max, currency)];
  return min === max ? min : `${min} to ${max}`;
}

/**
 * An amount against a planned range in words: `$84.00 (+7.2 %) over plan`, `within plan`, `$3.00 under plan`. The
 * percentage is left out where the base is below 10.
 */
export function againstPlan(amount: Decimal.Value, plan: Ends, currency: string): { text: string; state: "over" | "within" | "under" } {
  const value = new Decimal(amount);
  const [min, max] = [plan.min === null ? null : new Decimal(plan.min), plan.max === null ? null : new Decimal(plan.max)];
  const share = (base: Decimal, difference: Decimal) =>
    base.lt(10) ? "" : ` (${difference.isNegative() ? "−" : "+"}${difference.abs().div(base).times(100).toFixed(1)} %)`;
  if (max !== null && value.toDecimalPlaces(2).gt(max.toDecimalPlaces(2))) {
    const difference = value.minus(max);
    return { text: `${formatMoney(difference, currency)}${share(max, difference)} over plan`, state: "over" };
  }
  if (min !== null && value.toDecimalPlaces(2).lt(min.toDecimalPlaces(2))) {
    const difference = value.minus(min);
    return { text: `${formatMoney(difference.abs(), currency)}${share(min, difference)} under plan`, state: "under" };
  }
  return { text: "within plan", state: "within" };
}

/** `November 2026` of `2026-11`. */
export function monthName(month: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" }).format(new Date(`${month}-01T00:00:00Z`));
}

/** `20 Nov 2026` of `2026-11-20`. */
export function dayName(day: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" }).format(
    new Date(`${day.slice(0, 10)}T00:00:00Z`),
  );
}
