import { findQuantities, type Quantity } from "../../grammar/quantity";
import { UNIT_MS } from "../../lexicon/time";

/** A figure of a plan's calculation. */
export interface Figure {
  min: number;
  max?: number;
  approximate?: boolean;
  step?: number;
}

const TIME: Record<string, number> = {
  ms: 1,
  s: UNIT_MS.s,
  minutes: UNIT_MS.m,
  hours: UNIT_MS.h,
  days: UNIT_MS.d,
  weeks: UNIT_MS.w,
  months: UNIT_MS.month,
  years: UNIT_MS.year,
};
const BYTES: Record<string, number> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };

/** The unit without its rate: "GB" of "GB/day". */
export const baseOf = (unit: string | null): string | null => unit?.split("/")[0] ?? null;
export const rateOf = (unit: string | null): string | null => unit?.split("/")[1] ?? null;

/** Milliseconds or bytes in one of a unit; null for units that are only themselves. */
export function sizeOf(unit: string | null): { kind: "time" | "bytes"; size: number } | null {
  const time = unit === null ? undefined : TIME[unit];
  if (time !== undefined) return { kind: "time", size: time };
  const bytes = unit === null ? undefined : BYTES[unit];
  return bytes === undefined ? null : { kind: "bytes", size: bytes };
}

/** What the last digit is worth in "3.7K" or "1.2 million"; undefined where the number itself shows it. */
export function stepOf(written: string, value: number): number | undefined {
  const number = /\d[\d.,'’\u00A0\u202F]*/.exec(written)?.[0].replace(/[.,]$/, "") ?? "";
  const plain = Number(number.replace(/,(?=\d{1,2}$)/, ".").replace(/['’,\u00A0\u202F]/g, ""));
  if (!/\d\s?(?:k|m|bn|mio|mrd|tsd|thousand|million|tausend|mille|mil|lakh|crore)/i.test(written) || !(plain > 0) || value / plain < 99) return undefined;
  const places = /[.,](\d{1,2})$/.exec(number)?.[1]?.length ?? 0;
  return Number(((value / plain) * 10 ** -places).toPrecision(6));
}

export function figureOf(quantity: Quantity, text: string): Figure {
  const before = text.slice(Math.max(0, quantity.start - 12), quantity.start);
  const approximate = /(?:[~≈]|\b(?:about|around|roughly|approx\.?|circa|ca\.|etwa|rund|gut|knapp|environ|unos|unas|aprox\.?|nearly|almost|fast))\s?$/iu.test(
    before,
  );
  const step = stepOf(text.slice(quantity.start, quantity.end), quantity.value);
  return {
    ...(step === undefined ? {} : { step }),
    min: quantity.value,
    ...(quantity.high === null ? {} : { max: quantity.high }),
    ...(approximate ? { approximate: true } : {}),
  };
}

/** Quantities of a text that may take part in a calculation: an open end is none, and the cross of a product no unit. */
export function figuresIn(text: string): Quantity[] {
  // "(−25 %)": the sign says that it falls, which is looked at elsewhere.
  return findQuantities(text.replaceAll(/(?<=\()[-−–+](?=\d)/g, " "))
    .filter((one) => !one.open && Number.isFinite(one.value))
    .map((one) => (one.unit === "x" ? { ...one, unit: null, end: one.numberEnd } : one));
}
