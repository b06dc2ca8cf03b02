import { currencyAfter, currencyBefore } from "../lexicon/currencies";
import { findNumbers, type NumberOptions } from "./number";

export type MoneyForm = "fixed" | "range" | "open" | "up-to" | "free" | "free-to" | "included" | "per-unit" | "percent" | "formula";
export type MoneyPeriod = "hour" | "day" | "week" | "month" | "quarter" | "year" | "once";

export interface MoneyMention {
  /** Positions in the text as given. */
  start: number;
  end: number;
  text: string;
  form: MoneyForm;
  /** Money of the whole mention per `period`, in units of the currency, without sign; null where that end is not known. */
  low: number | null;
  high: number | null;
  /** ISO 4217; null where the text names none. */
  currency: string | null;
  period: MoneyPeriod | null;
  approximate: boolean;
  /** −1 for "-$20" and "saves $20". */
  sign: 1 | -1;
  /** "$0.20 per 100k commands": unit "commands", per 100000. */
  unit: string | null;
  per: number | null;
  /** "2.9 % + 30¢": percent 2.9, fixed 0.3. */
  percent: number | null;
  fixed: number | null;
  /** "3 × $33 = $99", whose low and high are 99. */
  formula: string | null;
}

export interface MoneyOptions extends NumberOptions {
  /** Also numbers without a currency, as in the column of a price table. */
  bare?: boolean;
}

/** Amounts of money in a text. Pure, linear; never throws. */
export function findMoney(text: string, options: MoneyOptions = {}): MoneyMention[] {
  const found: MoneyMention[] = [];
  for (const number of findNumbers(text, options)) {
    const before = currencyBefore(text.slice(Math.max(0, number.start - 12), number.start));
    const after = currencyAfter(text.slice(number.end, number.end + 14));
    const currency = before ?? after;
    if (currency === null && !options.bare) continue;
    const start = number.start - (before?.length ?? 0);
    const end = number.end + (before === null ? (after?.length ?? 0) : 0);
    const value = Math.abs(number.value) / (currency?.cents ? 100 : 1);
    found.push({
      start,
      end,
      text: text.slice(start, end),
      form: "fixed",
      low: value,
      high: value,
      currency: currency?.code ?? null,
      period: null,
      approximate: false,
      sign: number.value < 0 ? -1 : 1,
      unit: null,
      per: null,
      percent: null,
      fixed: null,
      formula: null,
    });
  }
  return found;
}
