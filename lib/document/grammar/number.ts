import { FRACTIONS, SCALE_LETTERS, SCALE_WORDS } from "../lexicon/scale";

export interface NumberMention {
  /** Positions in the text as given. */
  start: number;
  end: number;
  value: number;
  text: string;
}

export interface NumberOptions {
  /** The decimal mark of the document, where it is known; decides what "1.234" and "1,234" are. */
  decimal?: "." | ",";
}

/** A number as it is written, before its surroundings are looked at. */
export interface Scanned {
  end: number;
  /** Not finite where the digits are no number: versions, addresses, dates. */
  value: number;
  /** "1.234": a thousand and more, or one and a bit. `value` is the latter. */
  ambiguous: boolean;
}

const MAX_GROUPS = 8;
const MAX_DIGITS = 15;
const DIGIT = /\d/;
const WORD = /[\p{L}\p{N}_]/u;
const LETTER = /\p{L}/u;
const BLANK_GROUP = /[ \u00A0\u202F\u2009]/;
const ORDINAL = /^(?:st|nd|rd|th|er|ème|eme|º|ª)(?![\p{L}\p{N}])/iu;
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\/\d{1,2}\/\d{2,4}|\d{1,2}:\d{2})(?!\d)/;

/** Numbers of a text in every common way of writing them; no versions, dates, times, addresses or parts of names. Pure, linear. */
export function findNumbers(text: string, options: NumberOptions = {}): NumberMention[] {
  const found: NumberMention[] = [];
  const starts = /[\d¼½¾⅓⅔⅛]/g;
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const at = match.index;
    if (hasLeadingPoint(text, at)) {
      const digits = digitsAt(text, at);
      found.push({ start: at - 1, end: at + digits.length, value: digitValue(`0.${digits}`), text: text.slice(at - 1, at + digits.length) });
      starts.lastIndex = at + Math.max(digits.length, 1);
      continue;
    }
    const scanned = scanNumber(text, at, options);
    const scaled = scaleAfter(text, scanned.end);
    const dateEnd = skipDate(text, at);
    starts.lastIndex = Math.max(dateEnd ?? scaled.end, at + 1);
    if (dateEnd !== null || !Number.isFinite(scanned.value)) continue;
    if (isPartOfName(text, at, scaled.end)) {
      // "Q4 100 000": what follows the blank is a number of its own.
      const blank = text.slice(at, scanned.end).search(BLANK_GROUP);
      if (blank > 0) starts.lastIndex = at + blank;
      continue;
    }
    const negative = isNegative(text, at);
    const start = negative ? at - 1 : at;
    found.push({ start, end: scaled.end, value: (negative ? -1 : 1) * times(scanned.value, scaled.factor), text: text.slice(start, scaled.end) });
  }
  return found;
}

/** ".50" begins at its point; @returns whether the digit at a position is the first behind such a point. */
export function hasLeadingPoint(text: string, at: number): boolean {
  return text[at - 1] === "." && DIGIT.test(text[at] ?? "") && /^$|[\s(|$€£₹¥~≈<>=+-]/.test(text[at - 2] ?? "");
}

/** Reads the number that begins at a digit. Looks at a bounded number of groups. */
export function scanNumber(text: string, start: number, options: NumberOptions = {}): Scanned {
  const fraction = FRACTIONS.get(text[start] ?? "");
  if (fraction !== undefined) return { end: start + 1, value: fraction, ambiguous: false };
  const groups: { separator: string; digits: string; end: number }[] = [];
  let end = start;
  for (let separator = ""; groups.length <= MAX_GROUPS; ) {
    const digits = digitsAt(text, end);
    end += digits.length;
    groups.push({ separator, digits, end });
    const next = text[end] ?? "";
    separator = BLANK_GROUP.test(next) ? " " : next;
    // The third of "4,5,6" has no decimals either.
    const joins = separator === " " || (/[.,'’]/.test(separator) && !(separator === "," && text[start - 1] === "," && DIGIT.test(text[start - 2] ?? "")));
    if (!joins || !DIGIT.test(text[end + 1] ?? "")) break;
    end++;
  }
  const read = ofGroups(groups, options);
  const more = FRACTIONS.get(text[read.end] ?? "");
  return more === undefined || !Number.isInteger(read.value) ? read : { end: read.end + 1, value: read.value + more, ambiguous: false };
}

interface Group {
  separator: string;
  digits: string;
  end: number;
}

function ofGroups(groups: readonly Group[], { decimal }: NumberOptions): Scanned {
  const [first, second] = groups;
  if (first === undefined) return { end: 0, value: Number.NaN, ambiguous: false };
  const alone = { end: first.end, value: digitValue(first.digits), ambiguous: false };
  if (second === undefined) return alone;
  const separator = second.separator;
  const same = groups.slice(1).findIndex((group) => group.separator !== separator);
  const run = groups.slice(1, same === -1 ? undefined : same + 1);
  const grouped = first.digits.length <= 3 && isGrouped(run, separator);
  const after = groups[run.length + 1];
  if (separator !== "." && separator !== ",") return grouped && (after?.digits.length ?? 0) <= 2 ? withDecimals([first, ...run], after) : alone;
  if (run.length > 1) {
    if (grouped) return withDecimals([first, ...run], after?.separator === separator ? undefined : after);
    return separator === "." ? { end: run.at(-1)?.end ?? first.end, value: Number.NaN, ambiguous: false } : alone;
  }
  const asDecimal = { end: second.end, value: digitValue(`${first.digits}.${second.digits}`), ambiguous: false };
  if (!grouped || first.digits.startsWith("0")) return asDecimal;
  if (after !== undefined && (after.separator === "." || after.separator === ",")) return withDecimals([first, second], after);
  if (decimal !== undefined) return decimal === separator ? asDecimal : withDecimals([first, second], undefined);
  return separator === "," ? withDecimals([first, second], undefined) : { ...asDecimal, ambiguous: true };
}

/** "234,567" after "1,"; with commas also "37,430" as written in India. */
function isGrouped(run: readonly Group[], separator: string): boolean {
  const last = run.at(-1);
  if (last?.digits.length !== 3) return false;
  const before = run.slice(0, -1);
  return before.every((group) => group.digits.length === 3) || (separator === "," && before.every((group) => group.digits.length === 2));
}

function withDecimals(groups: readonly Group[], decimals: Group | undefined): Scanned {
  const whole = groups.map((group) => group.digits).join("");
  const end = groups.at(-1)?.end ?? 0;
  if (decimals === undefined || !/[.,]/.test(decimals.separator)) return { end, value: digitValue(whole), ambiguous: false };
  return { end: decimals.end, value: digitValue(`${whole}.${decimals.digits}`), ambiguous: false };
}

export function digitValue(digits: string): number {
  return digits.length > MAX_DIGITS + 1 ? Number.NaN : Number(digits);
}

export function digitsAt(text: string, from: number): string {
  let end = from;
  while (end < text.length && DIGIT.test(text[end] ?? "")) end++;
  return text.slice(from, end);
}

/** The factor that follows a number: "k", "M", "million", "lakh". */
export function scaleAfter(text: string, end: number): { end: number; factor: number } {
  const letter = SCALE_LETTERS.get(text[end] ?? "");
  if (letter !== undefined && !WORD.test(text[end + 1] ?? "")) return { end: end + 1, factor: letter };
  const word = /^[\s\u00A0-]?(\p{L}{2,10})(?![\p{L}\p{N}_])/u.exec(text.slice(end, end + 13));
  if (word?.[1] === undefined) return { end, factor: 1 };
  const plain = word[1]
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  const factor = SCALE_WORDS.get(plain);
  return factor === undefined ? { end, factor: 1 } : { end: end + word[0].length, factor };
}

/** A product without the noise of binary fractions: 1.1 × 1000 is 1100. */
export function times(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15));
}

/** The end of the date or time of day that begins at a digit; null where none does. */
export function skipDate(text: string, at: number): number | null {
  const date = DATE.exec(text.slice(at, at + 12));
  return date === null ? null : at + date[0].length;
}

/** Whether what is written from `start` to `end` belongs to a word, a version, an address or a port: "S3", "t3.2xlarge", "#12". */
export function isPartOfName(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? "";
  const earlier = text[start - 2] ?? "";
  if (WORD.test(before) || before === "#" || (before === ":" && DIGIT.test(earlier)) || (before === "." && WORD.test(earlier))) return true;
  if (before === "-" && LETTER.test(earlier) && !/(?:^|[^\p{L}])(?:sub|unter|sous)-$/iu.test(text.slice(Math.max(0, start - 8), start))) return true;
  const after = text.slice(end, end + 12);
  if (/^_|^:\d/.test(after) || ORDINAL.test(after) || /^x(?:l|large|small)\b/i.test(after) || /^\p{L}+\d/u.test(after)) return true;
  return /^24\/7(?!\d)/.test(text.slice(start, start + 5)) || /^24\/7(?!\d)/.test(text.slice(Math.max(0, start - 3), start + 2));
}

function isNegative(text: string, at: number): boolean {
  return /[-−]/.test(text[at - 1] ?? "") && /^$|[\s(|<>=~≥≤]/.test(text[at - 2] ?? "") && !/[\d%]\s?$/.test(text.slice(Math.max(0, at - 4), at - 1));
}
