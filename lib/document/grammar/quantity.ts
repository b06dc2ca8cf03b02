import { SCALE_LETTERS, SCALE_WORDS } from "../lexicon/scale";
import { NUMBER_WORDS } from "../lexicon/time";
import { COUNTED, CURRENCIES, MEASURES, RATES } from "../lexicon/units";
import { remembered } from "../remember";
import { scanNumber, times } from "./number";

/** A number in running text with what it is a number of. */
export interface Quantity {
  /** From the sign of the currency or the number on to the end of the unit. */
  start: number;
  end: number;
  /** Where the number itself ends: a "+" or "or more" may follow in front of the unit. */
  numberEnd: number;
  value: number;
  /** Upper end where a range is written: "5-10". */
  high: number | null;
  /** A plus behind the number: "500+". */
  open: boolean;
  /** As a plan keeps it: percent, ms, GB, users, requests/day, USD/month; null where the text names none. */
  unit: string | null;
  /** ISO 4217 where the number is money. */
  currency: string | null;
}

const MAX_TEXT = 20_000;
const NUMBER = String.raw`\d{1,3}(?:,\d{2,3}){0,4},\d{3}(?:\.\d{1,6})?(?!\d)|\d{1,3}(?:\.\d{3}){1,5}(?:,\d{1,6})?(?!\d)|\d{1,3}(?:[ '’\u00A0\u202F]\d{3}){1,5}(?:[.,]\d{1,6})?(?!\d)|\d{1,15}(?:[.,]\d{1,8})?`;
const SCALE = String.raw`(?:\s?(?:thousand|[Mm]illion|billion|[Tt]ausend|[Mm]illionen|[Mm]illiarden|[Mm]io\.?|[Mm]rd\.?|[Tt]sd\.?|millions|milliards?|millones|millón|lakhs?|crores?)|bn|[kKMB])(?![\p{L}\p{N}])|m(?=\s?(?:[€£]|$))`;
const CURRENCY_BEFORE = String.raw`(?:[\p{L}]{0,3}[$€£₹¥₩₺₽]|Rs\.?|Fr\.|kr|[A-Z]{3}(?=\s?\d))\s?`;
const MENTION = new RegExp(
  String.raw`(?<![\p{L}\p{N}_#]|\d[.,:/]|[\p{L}][./-]|\.)(${CURRENCY_BEFORE})?(?<!-)(${NUMBER})(${SCALE})?(?:\s?(?:[-–—]|\.\.|\bto\b|\bbis\b|\bà\b)\s?(?:[\p{L}]{0,2}[$€£₹])?(${NUMBER})(${SCALE})?(?![\d:]|[-.]\d))?`,
  "gu",
);

/** The same text in lower case without accents, letter by letter: positions stay. */
export function fold(text: string): string {
  let folded = "";
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i);
    if (sign < "\u0080") folded += sign.toLowerCase();
    else if (sign === "\u2019" || sign === "\u2018") folded += "'";
    else if (sign === "\u00A0" || sign === "\u202F" || sign === "\u2009") folded += " ";
    else {
      const plain = sign.normalize("NFKD").charAt(0).toLowerCase();
      folded += /[a-z]/.test(plain) && /\p{L}/u.test(sign) ? plain : sign;
    }
  }
  return folded;
}

/** Finds numbers with their units in running text; parts of names, versions, dates and times are none. Pure, linear. */
export const findQuantities: (text: string) => readonly Quantity[] = remembered(quantitiesIn);

function quantitiesIn(text: string): Quantity[] {
  if (!/\d/.test(text)) return [];
  const part = text.slice(0, MAX_TEXT);
  const folded = fold(part);
  const found: Quantity[] = [];
  MENTION.lastIndex = 0;
  for (let match = MENTION.exec(part); match !== null; match = MENTION.exec(part)) {
    const one = quantity(part, folded, match);
    if (one === null) continue;
    found.push(one);
    MENTION.lastIndex = Math.max(one.end, match.index + 1);
  }
  return found;
}

const WORD = new RegExp(String.raw`(?<![\p{L}\p{N}-])(${[...NUMBER_WORDS.keys()].join("|")})(?=\s\p{L})`, "gu");

/** Numbers written as words with a unit behind them, "two engineers"; only a comparison makes limits of them. Pure, linear. */
export function findWrittenQuantities(text: string): Quantity[] {
  if (!/\p{L}/u.test(text)) return [];
  const part = text.slice(0, MAX_TEXT);
  const folded = fold(part);
  return [...folded.matchAll(WORD)].flatMap((match) => {
    const value = NUMBER_WORDS.get(match[1] ?? "");
    const numberEnd = match.index + match[0].length;
    const unit = value === undefined ? null : unitAfter(part, folded, numberEnd);
    if (value === undefined || unit === null) return [];
    return [{ start: match.index, end: unit.end, numberEnd, value, high: null, open: false, unit: unit.name, currency: null }];
  });
}

function quantity(text: string, folded: string, match: RegExpExecArray): Quantity | null {
  const [whole, sign, first = "", scale, second, secondScale] = match;
  let numberEnd = match.index + whole.length;
  let factor = scaleOf(scale ?? secondScale);
  // "5-3" and "10-node" are no ranges: the first number stands alone.
  const range = second !== undefined && times(figureOf(second, null), scaleOf(secondScale)) >= times(figureOf(first, null), factor);
  if (second !== undefined && !range) {
    numberEnd = match.index + (sign ?? "").length + first.length + (scale ?? "").length;
    factor = scaleOf(scale);
  }
  if (/^(?:[.,:]\d|[-–/]\d{1,4}[-–/]\d)/.test(text.slice(numberEnd, numberEnd + 12))) return null;
  const open = /^\s?\+(?!\s?[\d$€£₹])/.test(text.slice(numberEnd, numberEnd + 4));
  const afterNumber = open ? numberEnd + text.slice(numberEnd).indexOf("+") + 1 : numberEnd;
  const currency = currencyBefore(sign) ?? currencyAfter(text, afterNumber);
  const known = currency?.code ?? null;
  const moneyEnd = currency === null ? afterNumber : Math.max(afterNumber, currency.end);
  const plus = !open && known !== null && /^\+(?!\s?\d)/.test(text.slice(moneyEnd, moneyEnd + 2));
  const from = plus ? moneyEnd + 1 : moneyEnd;
  const unit = known === null ? unitAfter(text, folded, from) : moneyUnit(folded, from, known);
  // What is glued to a number without being a unit makes a name of it: 95th, 5xx, 3rd.
  if (unit === null && known === null && /^[\p{L}\p{N}_]/u.test(text.slice(from, from + 1))) return null;
  return {
    start: match.index,
    end: unit?.end ?? from,
    numberEnd: from,
    value: times(figureOf(first, unit?.name ?? null), factor),
    high: range ? times(figureOf(second, unit?.name ?? null), scaleOf(secondScale)) : null,
    open: open || plus || (unit !== null && /^\+(?!\s?\d)/.test(text.slice(unit.end, unit.end + 2))),
    unit: unit?.name ?? null,
    currency: known,
  };
}

/**
 * "1.234" is a thousand and more, as in "1.234 users" and "2.500 GB": fractions are written of what is measured, without
 * noughts at their end, and of shares. "99,950 %" has decimals as well.
 */
function figureOf(written: string, unit: string | null): number {
  const { value, ambiguous } = scanNumber(written, 0);
  if (unit === "percent" && value > 100 && /^\d{1,2},\d{3}$/.test(written)) return Number(written.replace(",", "."));
  const fraction = unit === "percent" || /^99\.9/.test(written) || (MEASURED.has(unit?.split("/")[0] ?? "") && !written.endsWith("0"));
  return ambiguous && !fraction ? times(value, 1000) : value;
}

function scaleOf(scale: string | undefined): number {
  const word = scale?.trim().replace(/\.$/, "") ?? "";
  return SCALE_LETTERS.get(word) ?? SCALE_WORDS.get(fold(word)) ?? (word === "m" ? 1e6 : 1);
}

function currencyBefore(sign: string | undefined): { code: string; end: number } | null {
  const text = sign?.trim();
  if (text === undefined || text === "") return null;
  const known = CURRENCIES.find(([written]) => written === text) ?? CURRENCIES.find(([written]) => !/^[A-Z]/.test(written) && text.endsWith(written));
  return known === undefined ? null : { code: known[1], end: 0 };
}

function currencyAfter(text: string, from: number): { code: string; end: number } | null {
  const blank = text.charAt(from) === " " ? 1 : 0;
  const rest = text.slice(from + blank, from + blank + 8);
  for (const [written, code] of CURRENCIES) {
    if (!rest.startsWith(written) || (/\p{L}$/u.test(written) && /^\p{L}/u.test(rest.slice(written.length)))) continue;
    // "500 $20": the sign belongs to the number behind it.
    if (/^\s?\d/.test(rest.slice(written.length)) && !/[\p{L}]/u.test(written)) return null;
    return { code, end: from + blank + written.length };
  }
  return null;
}

interface UnitMention {
  name: string;
  end: number;
}

/** Case tells French megabytes from English months. */
const CAPITAL_FIRST = new Set(["ko", "mo", "go", "to", "po"]);
const MEASURE_OF = new Map(Object.entries(MEASURES).flatMap(([unit, words]) => words.map((word) => [word, unit] as const)));
/** What is measured rather than counted; milliseconds and megabytes are written whole. */
const MEASURED = new Set(["s", "minutes", "hours", "days", "weeks", "months", "years", "GB", "TB", "PB", "Gbit", "vCPU", "x"]);
const COUNTED_OF = new Map(Object.entries(COUNTED).flatMap(([unit, words]) => words.map((word) => [word, unit] as const)));
const RATE_OF = new Map(Object.entries(RATES).flatMap(([unit, words]) => words.map((word) => [word, unit] as const)));
const BETWEEN =
  /^(?:and|or|in|for|to|of|on|at|with|per|is|are|und|oder|in|fur|zu|pro|bei|mit|et|ou|dans|pour|par|y|o|en|para|por|from|the|then|when|if|by|after|before|within)$/;

function unitAfter(text: string, folded: string, from: number): UnitMention | null {
  const rest = folded.slice(from, from + 80);
  const measure = /^(\s?|-)(%|×|[a-z][a-z/-]{0,13}\.?(?:\s(?:cent|ciento|days|points))?)/.exec(rest);
  if (measure?.[2] !== undefined) {
    const gap = measure[1] ?? "";
    for (const word of [measure[2], measure[2].replace(/\.$/, ""), measure[2].split(/[\s/-]/)[0] ?? ""]) {
      const unit = measureOf(word, gap, text.charAt(from + gap.length));
      const end = from + gap.length + word.length;
      if (unit !== null && !/^[\p{L}\p{N}]/u.test(text.slice(end, end + 1))) return withRate({ name: unit, end }, folded);
    }
  }
  return counted(folded, from);
}

function measureOf(word: string, gap: string, first: string): string | null {
  if (CAPITAL_FIRST.has(word)) {
    if (/[A-Z]/.test(first)) return MEASURE_OF.get(word) ?? null;
    return word === "mo" ? "months" : null;
  }
  if (word === "m" && gap === "" && first === "m") return "minutes";
  if ((word === "d" || word === "x") && gap !== "") return null;
  return MEASURE_OF.get(word) ?? null;
}

/** Kinds whose many words mean one unit; of the others the word itself is the unit. */
const KEPT = new Set(["users", "customers", "developers", "requests", "connections"]);

/** "50 concurrent users", "10,000 requests per day", "1000 concurrent". */
function counted(folded: string, from: number): UnitMention | null {
  const words = /^[\s-]\(?((?:[\p{L}'’-]{1,24}[\s/]){0,4}[\p{L}'’-]{1,24})/u.exec(folded.slice(from, from + 100));
  if (words?.[1] === undefined) return null;
  const start = from + (words[0].length - words[1].length);
  let at = start;
  for (const word of words[1].split(/[\s/]/)) {
    const unit = COUNTED_OF.get(word) ?? COUNTED_OF.get(word.split("-").at(-1) ?? "");
    if (unit !== undefined) return withRate({ name: KEPT.has(unit) ? unit : word, end: at + word.length }, folded);
    if (BETWEEN.test(word)) break;
    at += word.length + 1;
  }
  return /^(?:concurrent|gleichzeitige|simultanes|simultaneos)(?![\p{L}])/u.test(words[1])
    ? { name: "users", end: start + (words[1].match(/^\p{L}+/u)?.[0].length ?? 0) }
    : null;
}

const RATE = /^\s?(?:\/\s?|(?:per|pro|par|por|al|a|each|je|im)\s)([\p{L}]{1,10}\.?)/u;

function rateAfter(folded: string, from: number): UnitMention | null {
  const match = RATE.exec(folded.slice(from, from + 24));
  const word = match?.[1];
  const rate = word === undefined ? undefined : (RATE_OF.get(word) ?? RATE_OF.get(word.replace(/\.$/, "")));
  return rate === undefined || match === null ? null : { name: rate, end: from + match[0].length };
}

function withRate(unit: UnitMention, folded: string): UnitMention {
  const rate = rateAfter(folded, unit.end) ?? (unit.name === "requests" ? daily(folded, unit.end) : null);
  return rate === null ? unit : { name: `${unit.name}/${rate.name}`, end: rate.end };
}

function daily(folded: string, from: number): UnitMention | null {
  const match = /^\s(daily|monthly)(?!\p{L})/u.exec(folded.slice(from, from + 10));
  return match === null ? null : { name: match[1] === "daily" ? "day" : "month", end: from + match[0].length };
}

function moneyUnit(folded: string, from: number, code: string): UnitMention {
  const rate = rateAfter(folded, from);
  if (rate !== null) return { name: `${code}/${rate.name}`, end: rate.end };
  const word = /^\s(monthly|mrr|a month|im monat|mensuels?|mensuelles?|mensuales?|al mes|par mois)(?!\p{L})/u.exec(folded.slice(from, from + 14));
  return word === null ? { name: code, end: from } : { name: `${code}/month`, end: from + (word[1] === "mrr" ? 0 : word[0].length) };
}
