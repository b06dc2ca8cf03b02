import { currencyAfter, currencyBefore } from "../lexicon/currencies";
import { periodOfAdverb, periodOfNoun } from "../lexicon/periods";
import { suffixAt } from "./money-suffix";
import { digitsAt, digitValue, hasLeadingPoint, isPartOfName, type NumberOptions, scaleAfter, scanNumber, skipDate, times } from "./number";

/** A number of a text with the currency that touches it. */
export interface Item {
  /** With the currency and its sign. */
  start: number;
  end: number;
  /** Where the number itself ends, with its scale. */
  numberEnd: number;
  value: number;
  /** The value without "k", "M" …, for "$1-2K". */
  unscaled: number;
  factor: number;
  currency: string | null;
  /** Whether a currency touches it, also one without a code such as cents. */
  money: boolean;
  /** The currency stands in front. */
  prefixed: boolean;
  negative: boolean;
  /** "$25+". */
  open: boolean;
  /** Part of a name, a version, a date: nothing but a place in the text. */
  name: boolean;
}

const SHORT_SCALE: ReadonlyMap<string, number> = new Map([
  ["m", 1e6],
  ["b", 1e9],
  ["L", 1e5],
  ["Cr", 1e7],
  ["cr", 1e7],
]);
/** Currencies in which "1.234" has thousands more often than three decimals. */
const POINT_GROUPS: ReadonlySet<string> = new Set(["EUR", "BRL", "ARS", "CLP", "COP", "UYU", "IDR", "VND", "TRY", "DKK", "NOK", "ISK"]);
/** "20,-", "20.–", "20,--" and "20/-" are whole amounts. */
const NO_CENTS = /^[.,][-–—]{1,2}(?![\d-])|^\/-/;
const LOOK_BACK = 14;

/** Every number of a text, in order. Linear. */
export function moneyItems(text: string, options: NumberOptions): Item[] {
  const items: Item[] = [];
  const starts = /[\d¼½¾⅓⅔⅛]/g;
  let floor = 0;
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const at = match.index;
    if (hasLeadingPoint(text, at)) {
      const item = pointItem(text, at, floor);
      items.push(item);
      floor = item.end;
      starts.lastIndex = item.numberEnd;
      continue;
    }
    const dateEnd = skipDate(text, at);
    const item = dateEnd === null ? itemAt(text, at, floor, options) : null;
    starts.lastIndex = Math.max(at + 1, dateEnd ?? item?.numberEnd ?? scanNumber(text, at).end);
    if (item === null) continue;
    items.push(item);
    floor = item.end;
  }
  return items;
}

/** "$.50" and ".50 €". */
function pointItem(text: string, at: number, floor: number): Item {
  const digits = digitsAt(text, at);
  const numberEnd = at + digits.length;
  const value = Number.isFinite(digitValue(`0.${digits}`)) ? digitValue(`0.${digits}`) : 0;
  const before = currencyBefore(text.slice(Math.max(floor, at - LOOK_BACK), at - 1));
  const after = before === null ? currencyAfter(text.slice(numberEnd, numberEnd + 16)) : null;
  const currency = before ?? after;
  const place = { start: at - 1 - (before?.length ?? 0), end: numberEnd + (after?.length ?? 0), numberEnd };
  const rest = { factor: 1, negative: false, open: false, name: false, prefixed: before !== null };
  return { ...place, ...rest, value: value / (currency?.cents ? 100 : 1), unscaled: value, currency: currency?.code ?? null, money: currency !== null };
}

function itemAt(text: string, at: number, floor: number, options: NumberOptions): Item | null {
  // A hyphen right behind an amount joins: "20 kr-40 kr" and "Rs. 20-Rs. 40" have no names in them.
  const joined = floor > 0 && /[-‑]/.test(text[floor] ?? "");
  let before = currencyBefore(text.slice(Math.max(joined ? floor + 1 : floor, at - LOOK_BACK), at).replace(/[-−]$/, ""));
  let signed = before !== null && /[-−]/.test(text[at - 1] ?? "");
  let scanned = scanNumber(text, at, options);
  const mayBeName = before === null && !(joined && at - 1 === floor);
  if (mayBeName && isPartOfName(text, at, scanned.end) && /[ \u00A0\u202F\u2009]/.test(text.slice(at, scanned.end)))
    scanned = { end: at + text.slice(at, scanned.end).search(/[ \u00A0\u202F\u2009]/), value: 0, ambiguous: false };
  if (!Number.isFinite(scanned.value)) return null;
  const scaled = scale(text, scanned.end, before !== null);
  let end = scaled.end + (NO_CENTS.exec(text.slice(scaled.end, scaled.end + 4))?.[0].length ?? 0);
  const plus = /^\+\s?(?=\D)/.exec(text.slice(end, end + 3));
  const after = currencyAfter(text.slice(end + (plus?.[0].trimEnd().length ?? 0), end + 16));
  const named = mayBeName && isPartOfName(text, at, scaled.end);
  if (before !== null && !touchesNothing(text, end, scaled.factor)) before = null;
  // "$20 CAD": the code says which dollar.
  const refined = before !== null && after !== null && !after.cents && /[A-Z]{3}/.test(text.slice(end, end + after.length)) ? after : null;
  const currency = refined ?? before ?? (named ? null : after);
  let start = at;
  if (before !== null) start = at - before.length - (signed ? 1 : 0);
  else signed = false;
  if (currency !== null && currency === after) end += (plus?.[0].trimEnd().length ?? 0) + after.length;
  const value = scanned.ambiguous ? amount(text, end, scanned.value, currency?.code ?? null, before !== null) : scanned.value;
  const negative = signed || minusBefore(text, start, floor);
  return {
    start: negative && !signed ? start - 1 : start,
    end,
    numberEnd: Math.max(scaled.end, scanned.end),
    value: times(value, scaled.factor) / (currency?.cents ? 100 : 1),
    unscaled: value,
    factor: scaled.factor,
    currency: currency?.code ?? null,
    money: currency !== null,
    prefixed: before !== null,
    negative,
    open: plus !== null && currency === after && after !== null,
    name: named || (before === null && currency === null && text[at - 1] === "$"),
  };
}

/** Scales that only mean so beside a currency: "$3m", "₹1.5L", "₹2 Cr", "20 k€", "2 Mio. €". */
function scale(text: string, end: number, money: boolean): { end: number; factor: number } {
  const common = scaleAfter(text, end);
  if (common.factor !== 1 && text[common.end] === "." && currencyAfter(text.slice(common.end + 1, common.end + 8)) !== null)
    return { ...common, end: common.end + 1 };
  const touching = /^\s?([kKM])(?=\s?[€$£₹])/.exec(text.slice(end, end + 5));
  if (touching?.[1] !== undefined) return { end: end + touching[0].length, factor: touching[1] === "M" ? 1e6 : 1e3 };
  if (common.factor !== 1 || !money) return common;
  const short = /^(m|b|L)(?![\p{L}\p{N}_])|^\s?(Cr)(?![\p{L}\p{N}_])|^(cr)(?![\p{L}\p{N}_])/u.exec(text.slice(end, end + 5));
  const factor = SHORT_SCALE.get(short?.[1] ?? short?.[2] ?? short?.[3] ?? "");
  return short === null || factor === undefined ? common : { end: end + short[0].length, factor };
}

/**
 * "1.234" is a thousand and more where the sign stands behind it or is one of those countries, or where there is none, as
 * in a column; prices of an hour or of a unit have three decimals.
 */
function amount(text: string, end: number, value: number, currency: string | null, before: boolean): number {
  if (before && (currency === null || !POINT_GROUPS.has(currency))) return value;
  const { period, unit } = suffixAt(text, end);
  return period === "hour" || unit !== null ? value : times(value, 1000);
}

/** After "$20" no letters follow but those of a period or a word like "each": "$2a$10", "$1abc" and "$20GB" are no money. */
function touchesNothing(text: string, end: number, factor: number): boolean {
  const next = text.slice(end, end + 16);
  if (/^[$_{]|^\.\p{Ll}/u.test(next)) return false;
  const word = /^\p{L}+/u.exec(next)?.[0];
  if (word === undefined) return true;
  if (factor !== 1) return false;
  return periodOfAdverb(word) !== null || (word.length > 1 && periodOfNoun(word) !== null) || /^(?:ea|each|USD|EUR|GBP|CAD|AUD)$/i.test(word);
}

/** A minus in front of an amount is its sign unless it joins it to the amount before. */
function minusBefore(text: string, start: number, floor: number): boolean {
  if (start - 1 < floor || (floor > 0 && start - 1 === floor) || !/[-−]/.test(text[start - 1] ?? "")) return false;
  return /[\s(|<>=~:,;/→[]/.test(text[start - 2] ?? " ");
}
