import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findMoney } from "./money";
import { findNumbers } from "./number";

const whole = fc.integer({ min: 0, max: 999_999_999 });
const cents = fc.integer({ min: 0, max: 99 }).map((part) => String(part).padStart(2, "0"));

function grouped(value: number, mark: string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, mark);
}

function indian(value: number): string {
  const digits = String(value);
  return digits.length <= 3 ? digits : `${digits.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ",")},${digits.slice(-3)}`;
}

/** Ways in which amounts are written; `cents` marks where the decimals stand. */
const NUMBER_STYLES: readonly ((value: number, part: string) => string)[] = [
  (value, part) => `${grouped(value, ",")}.${part}`,
  (value, part) => `${grouped(value, ".")},${part}`,
  (value, part) => `${grouped(value, " ")},${part}`,
  (value, part) => `${grouped(value, "\u202F")},${part}`,
  (value, part) => `${grouped(value, "'")}.${part}`,
  (value, part) => `${grouped(value, "’")}.${part}`,
  (value, part) => `${indian(value)}.${part}`,
  (value, part) => `${value}.${part}`,
  (value, part) => `${value},${part}`,
];

const CURRENCY_STYLES: readonly (readonly [code: string, write: (amount: string) => string])[] = [
  ["USD", (amount) => `$${amount}`],
  ["USD", (amount) => `US$ ${amount}`],
  ["USD", (amount) => `${amount} USD`],
  ["EUR", (amount) => `${amount} €`],
  ["EUR", (amount) => `€${amount}`],
  ["EUR", (amount) => `EUR ${amount}`],
  ["GBP", (amount) => `£${amount}`],
  ["INR", (amount) => `₹${amount}`],
  ["INR", (amount) => `Rs. ${amount}`],
  ["AUD", (amount) => `A$${amount}`],
  ["CAD", (amount) => `C$${amount}`],
  ["CHF", (amount) => `CHF ${amount}`],
  ["SEK", (amount) => `${amount} kr`],
  ["PLN", (amount) => `${amount} zł`],
  ["BRL", (amount) => `R$ ${amount}`],
  ["JPY", (amount) => `¥${amount}`],
];

const PERIOD_STYLES: readonly (readonly [period: string | null, text: string])[] = [
  [null, ""],
  ["month", "/mo"],
  ["month", " per month"],
  ["month", " pro Monat"],
  ["month", " par mois"],
  ["month", " al mes"],
  ["year", "/yr"],
  ["year", " p.a."],
  ["year", " pro Jahr"],
  ["hour", "/hr"],
  ["day", " per day"],
  ["week", "/week"],
  ["quarter", " per quarter"],
  ["once", " one-time"],
];

const numberStyle = fc.constantFrom(...NUMBER_STYLES);
const currencyStyle = fc.constantFrom(...CURRENCY_STYLES);
const periodStyle = fc.constantFrom(...PERIOD_STYLES);

describe("whatever the way an amount is written", () => {
  it("is read back from it", () => {
    fc.assert(
      fc.property(whole, cents, numberStyle, currencyStyle, periodStyle, (value, part, style, [code, write], [period, suffix]) => {
        const text = `It costs ${write(style(value, part))}${suffix} in all.`;
        expect(findMoney(text)).toMatchObject([
          { form: "fixed", low: Number(`${value}.${part}`), high: Number(`${value}.${part}`), currency: code, period, sign: 1 },
        ]);
      }),
      { seed: 41, numRuns: 2_000 },
    );
  });

  it("is read back without a currency", () => {
    fc.assert(
      fc.property(whole, cents, numberStyle, (value, part, style) => {
        const text = style(value, part);
        expect(findNumbers(text)).toMatchObject([{ start: 0, end: text.length, value: Number(`${value}.${part}`) }]);
        expect(findMoney(text, { bare: true })).toMatchObject([{ low: Number(`${value}.${part}`), currency: null }]);
      }),
      { seed: 42, numRuns: 1_000 },
    );
  });

  it("is read back as a range", () => {
    const join = fc.constantFrom("-", "–", " – ", " - ", " to ", " bis ", " à ");
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 1_000_000 }), numberStyle, currencyStyle, join, (low, more, style, [code, write], between) => {
        const high = low + more;
        const text = `${write(style(low, "00"))}${between}${write(style(high, "00"))}`;
        expect(findMoney(text)).toMatchObject([{ form: "range", low, high, currency: code, start: 0, end: text.length }]);
      }),
      { seed: 43, numRuns: 1_000 },
    );
  });
});

const PIECES = [
  "$",
  "€",
  "A$",
  "kr",
  "USD",
  "¢",
  "1",
  "22",
  "333",
  "4,444.50",
  "1.234,56",
  "½",
  "k",
  "M",
  " ",
  " ",
  "-",
  "–",
  "+",
  "×",
  "=",
  "/",
  "%",
  "(",
  ")",
  ".",
  ",",
  "~",
  "to",
  "from",
  "up to",
  "free",
  "included",
  "/mo",
  " per ",
  "100k commands",
  "GB-month",
  "p.a.",
  "each",
  "bis",
  "à",
  "\n",
  "|",
  "SELECT",
  "$1",
  "𝟙",
  "٣",
];

describe("any text", () => {
  it("is read without an error, in order, inside itself, without overlap", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (given, bare) => {
        let last = 0;
        for (const one of findMoney(given, { bare })) {
          expect(one.start).toBeGreaterThanOrEqual(last);
          expect(one.end).toBeGreaterThan(one.start);
          expect(one.end).toBeLessThanOrEqual(given.length);
          expect(given.slice(one.start, one.end)).toBe(one.text);
          for (const value of [one.low, one.high, one.percent, one.fixed]) expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
          if (one.low !== null && one.high !== null) expect(one.low).toBeLessThanOrEqual(one.high);
          last = one.end;
        }
        for (const one of findNumbers(given)) expect(given.slice(one.start, one.end)).toBe(one.text);
      }),
      { seed: 44, numRuns: 5_000 },
    );
  });

  it.each([
    ["digits", "9".repeat(1_000_000), 0],
    ["signs", "$".repeat(1_000_000), 0],
    ["commas", "1,".repeat(500_000), 0],
    ["points", "1.".repeat(500_000), 0],
    ["prices", "$1 ".repeat(20_000), 20_000],
    ["calculations", "1 × ".repeat(250_000), 0],
  ])("a megabyte of %s is read in one go", (_what, given, expected) => {
    expect(findMoney(given)).toHaveLength(expected);
  });
});
