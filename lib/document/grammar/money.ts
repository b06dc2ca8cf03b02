import * as words from "../lexicon/money-words";
import { periodOfAdverb } from "../lexicon/periods";
import { remembered } from "../remember";
import { formulaAt } from "./money-formula";
import { type Item, moneyItems } from "./money-items";
import { placeholderTest } from "./money-placeholders";
import { type Suffix, suffixAt } from "./money-suffix";
import { type NumberOptions, times } from "./number";

export type MoneyForm = "fixed" | "range" | "open" | "up-to" | "free" | "free-to" | "included" | "per-unit" | "percent" | "formula";
export type MoneyPeriod = "hour" | "day" | "week" | "month" | "quarter" | "year" | "once";

export interface MoneyMention {
  /** Positions in the text as given; words like "about", "up to" and "per month" belong to the mention. */
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
  /** "$0.20 per 10k messages": unit "messages", per 10000. "" where the text only counts: "per million". */
  unit: string | null;
  per: number | null;
  /** "2.9 % + 30¢": percent 2.9, fixed 0.3. */
  percent: number | null;
  fixed: number | null;
  /** "3 × $33 = $99", whose low and high are 99. */
  formula: string | null;
}

export interface MoneyOptions extends NumberOptions {
  /** Also numbers without a currency, as in the column of a price table; they count where the text has no amount with one. */
  bare?: boolean;
}

const LOOK_BACK = 40;

/** Amounts of money in a text, in order, without overlap. Pure, linear; never throws. */
export function findMoney(text: string, options: MoneyOptions = {}): readonly MoneyMention[] {
  if (options.decimal !== undefined) return moneyIn(text, options);
  return options.bare === true ? bareMoney(text) : plainMoney(text);
}

const plainMoney = remembered((text) => moneyIn(text, {}));
const bareMoney = remembered((text) => moneyIn(text, { bare: true }));

function moneyIn(text: string, options: MoneyOptions): MoneyMention[] {
  const items = moneyItems(text, options);
  const bare = options.bare === true && !items.some((item) => item.money);
  const isPlaceholder = placeholderTest(text, items);
  const wordy = wordMentions(text);
  const found: MoneyMention[] = [];
  let nextWord = 0;
  for (let i = 0; i < items.length; ) {
    const item = items[i];
    if (item === undefined) break;
    const floor = found.at(-1)?.end ?? 0;
    for (; nextWord < wordy.length && (wordy[nextWord]?.start ?? 0) < item.start; nextWord++) pushWord(found, wordy[nextWord]);
    const read = isPlaceholder(item) ? null : readAt(text, items, i, bare);
    if (read === null) {
      i++;
      continue;
    }
    const mention = withFront(text, Math.max(floor, found.at(-1)?.end ?? 0), read.mention);
    const free = found.at(-1);
    if (free?.form === "free" && words.RANGE_JOIN.test(text.slice(free.end, mention.start)) && mention.form === "fixed") {
      found.pop();
      found.push({ ...mention, form: "free-to", start: free.start, low: 0, text: text.slice(free.start, mention.end) });
    } else found.push(mention);
    i = read.next;
    while (i < items.length && (items[i]?.start ?? 0) < mention.end) i++;
  }
  for (; nextWord < wordy.length; nextWord++) pushWord(found, wordy[nextWord]);
  return found;
}

interface Read {
  mention: MoneyMention;
  /** Index of the first item behind it. */
  next: number;
}

function readAt(text: string, items: readonly Item[], first: number, bare: boolean): Read | null {
  const joined = calculated(text, items, first, bare) ?? percentPlus(text, items, first, bare) ?? range(text, items, first, bare);
  if (joined !== null) return joined;
  const item = items[first];
  const mention = item === undefined ? null : single(text, item, bare);
  return mention === null ? null : { mention, next: first + 1 };
}

function make(text: string, start: number, end: number, low: number | null, high: number | null, fields: Partial<MoneyMention>): MoneyMention {
  return {
    start,
    end,
    text: text.slice(start, end),
    form: "fixed",
    low,
    high,
    currency: null,
    period: null,
    approximate: false,
    sign: 1,
    unit: null,
    per: null,
    percent: null,
    fixed: null,
    formula: null,
    ...fields,
  };
}

function calculated(text: string, items: readonly Item[], first: number, bare: boolean): Read | null {
  const formula = formulaAt(text, items, first, bare);
  const from = items[first];
  const last = items[formula?.last ?? first];
  if (formula === null || from === undefined || last === undefined) return null;
  if (bare && words.QUANTITY.test(text.slice(last.end, last.end + 20))) return null;
  const suffix = suffixAt(text, last.end);
  const mention = make(text, from.start, suffix.end, formula.value, formula.value, {
    form: "formula",
    currency: formula.currency,
    period: suffix.period ?? formula.period,
    formula: formula.text,
  });
  return { mention, next: formula.last + 1 };
}

/** "2.9 % + 30¢", "30¢ + 2.9 %", "1.5 % per transaction". */
function percentPlus(text: string, items: readonly Item[], first: number, bare: boolean): Read | null {
  const left = items[first];
  const right = items[first + 1];
  if (left === undefined || left.name) return null;
  if (
    !left.money &&
    right !== undefined &&
    (right.money || bare) &&
    !right.name &&
    right.start - left.end < 60 &&
    words.PERCENT_PLUS.test(text.slice(left.end, right.start))
  ) {
    const suffix = suffixAt(text, right.end);
    return { mention: percentMention(text, left.start, suffix, right, left.value, right.value), next: first + 2 };
  }
  if (
    left.money &&
    right !== undefined &&
    !right.money &&
    !right.name &&
    /^\s?(?:\+|plus|und|et|y|and)\s?$/i.test(text.slice(left.end, right.start).slice(0, 12))
  ) {
    const sign = words.PERCENT_SIGN.exec(text.slice(right.end, right.end + 14));
    if (sign !== null) {
      const suffix = suffixAt(text, right.end + sign[0].length);
      return { mention: percentMention(text, left.start, suffix, left, right.value, left.value), next: first + 2 };
    }
  }
  const sign = left.money ? null : words.PERCENT_SIGN.exec(text.slice(left.end, left.end + 14));
  const of = sign === null ? null : words.PER_TRANSACTION.exec(text.slice(left.end + sign[0].length, left.end + sign[0].length + 30));
  if (sign === null || of === null) return null;
  const end = left.end + sign[0].length + of[0].length;
  return { mention: make(text, left.start, end, null, null, { form: "percent", percent: left.value, unit: of[1] ?? null, per: 1 }), next: first + 1 };
}

function percentMention(text: string, start: number, suffix: Suffix, money: Item, percent: number, fixed: number): MoneyMention {
  return make(text, start, suffix.end, null, null, {
    form: "percent",
    percent,
    fixed,
    currency: money.currency,
    period: suffix.period,
    unit: suffix.unit,
    per: suffix.per,
  });
}

function range(text: string, items: readonly Item[], first: number, bare: boolean): Read | null {
  const left = items[first];
  const right = items[first + 1];
  if (left === undefined || right === undefined || left.name || right.name || right.negative || !(left.money || right.money || bare)) return null;
  const inner = left.money ? suffixAt(text, left.end) : { end: left.end, period: null, unit: null, per: null, open: false };
  const approximate = /[~≈]\s?$/.exec(text.slice(inner.end, right.start));
  const gap = text.slice(inner.end, right.start - (approximate?.[0].length ?? 0));
  const before = text.slice(Math.max(0, left.start - LOOK_BACK), left.start);
  if (gap.length > 12 || !(words.RANGE_JOIN.test(gap) || (words.AND_JOIN.test(gap) && words.BETWEEN.test(before)))) return null;
  if (left.money && right.money && left.currency !== right.currency && left.currency !== null && right.currency !== null && right.prefixed === left.prefixed)
    return null;
  if (!belongTogether(text, left, right, gap, before)) return null;
  const outer = suffixAt(text, right.end);
  if (inner.period !== null && outer.period !== null && inner.period !== outer.period) return null;
  // "$29/month up to 5,000 subscribers" says two things.
  if (inner.period !== null && outer.period === null && !right.money) return null;
  if (bare && words.PERCENT_SIGN.test(text.slice(right.end, right.end + 14))) return null;
  const [low, high] = ends(grouped(text, left, right), right);
  if (low >= high || (/(?<!\p{L})(?:from|von|de|desde)\s$/iu.test(before) && words.CHANGE.test(before.replace(/\S+\s$/, "")))) return null;
  const unit = outer.unit ?? inner.unit;
  const mention = make(text, left.start, outer.end, low, outer.open || right.open ? null : high, {
    form: unit === null ? (outer.open || right.open ? "open" : "range") : "per-unit",
    currency: right.currency ?? left.currency,
    period: outer.period ?? inner.period,
    approximate: approximate !== null,
    sign: left.negative ? -1 : 1,
    unit,
    per: outer.unit === null ? inner.per : outer.per,
  });
  return { mention, next: first + 2 };
}

/** Whether a number without a currency next to one with it is really the other end. */
function belongTogether(text: string, left: Item, right: Item, gap: string, before: string): boolean {
  const spaced = /^\s/.test(gap);
  if (!left.money && right.money) {
    if (right.prefixed && spaced && !words.BETWEEN.test(before)) return /^\s(?:to|bis|[aà]|hasta)\s$/i.test(gap) && !words.NAMING.test(before);
    return !words.NAMING.test(before);
  }
  if (left.money && right.money) return true;
  const after = text.slice(right.end, right.end + 24);
  if (words.PERCENT_SIGN.test(after) || /^\p{L}{2,}/u.test(after)) return false;
  // "$20 - 30 GB" says two things, "$20-30 per GB" one.
  return !words.QUANTITY.test(after) || (!spaced && suffixAt(text, right.end).end > right.end);
}

/** "2.053 – 2.473 €": both ends are grouped alike. */
function grouped(text: string, left: Item, right: Item): Item {
  const alike =
    !left.money &&
    right.money &&
    right.value >= 1_000 &&
    /^\d{1,3}\.\d{3}$/.test(text.slice(left.start, left.numberEnd)) &&
    /\d\.\d{3}/.test(text.slice(right.start, right.numberEnd));
  return alike && left.value < 1_000 ? { ...left, value: times(left.value, 1_000), unscaled: times(left.unscaled, 1_000) } : left;
}

/** "$1-2K" are 1,000 to 2,000, "$500-2K" 500 to 2,000. */
function ends(left: Item, right: Item): [number, number] {
  const shared = left.factor === 1 && right.factor > 1 && left.unscaled < right.unscaled;
  const cents = right.money && !left.money && right.unscaled !== 0 && times(right.unscaled, right.factor) !== right.value ? 0.01 : 1;
  return [times(left.value, (shared ? right.factor : 1) * cents), right.value];
}

function single(text: string, item: Item, bare: boolean): MoneyMention | null {
  if (item.name || !(item.money || bare)) return null;
  const after = text.slice(item.end, item.end + 24);
  if (!item.money && (words.PERCENT_SIGN.test(after) || /^\p{L}/u.test(after) || words.QUANTITY.test(after))) {
    const suffix = suffixAt(text, item.end);
    if (suffix.end === item.end) return null;
  }
  // "10-20 %" has no money in either end.
  if (!item.money && /^\s?[-–]\s?[\d.,]{1,8}\s?%/.test(after)) {
    return null;
  }
  const suffix = suffixAt(text, item.end);
  const open = suffix.open || item.open;
  const mention = make(text, item.start, suffix.end, item.value, open ? null : item.value, {
    form: suffix.unit !== null ? "per-unit" : open ? "open" : "fixed",
    currency: item.currency,
    period: suffix.period,
    sign: item.negative ? -1 : 1,
    unit: suffix.unit,
    per: suffix.per,
  });
  return mention;
}

/** Takes in the words in front: "about", "up to", "from", "saves". */
function withFront(text: string, floor: number, read: MoneyMention): MoneyMention {
  const mention = { ...read };
  const front = () => text.slice(Math.max(floor, mention.start - LOOK_BACK), mention.start);
  const take = (test: RegExp): boolean => {
    const match = test.exec(front());
    if (match === null || match[0] === "") return false;
    mention.start -= match[0].length;
    return true;
  };
  if (/\+$/.test(front()) && mention.form !== "percent") mention.start--;
  let approximate = take(words.APPROXIMATE);
  if (words.SAVES.test(front())) mention.sign = -1;
  if (mention.form === "range" || (mention.form === "per-unit" && mention.low !== mention.high)) take(words.BETWEEN);
  else if (mention.form === "fixed" || mention.form === "per-unit") {
    if (take(words.UP_TO)) Object.assign(mention, { low: 0, form: mention.form === "fixed" ? "up-to" : mention.form });
    else if (!isChange(text, front(), mention) && take(words.FROM))
      Object.assign(mention, { high: null, form: mention.form === "fixed" ? "open" : mention.form });
    approximate = take(words.APPROXIMATE) || approximate;
  }
  if (mention.period === null) mention.period = periodInFront(front());
  const after = words.APPROXIMATE_AFTER.exec(text.slice(mention.end, mention.end + 20));
  if (after !== null) mention.end += after[0].length;
  if (words.SAVES.test(front())) mention.sign = -1;
  mention.approximate ||= approximate || after !== null;
  mention.text = text.slice(mention.start, mention.end);
  return mention;
}

/** "Monthly: $20", "one-time fee of $500". */
function periodInFront(front: string): MoneyPeriod | null {
  const word = words.PERIOD_BEFORE.exec(front)?.[1];
  return word === undefined ? null : periodOfAdverb(word.replace(/\s/, "-"));
}

/** "Falls from $917 to $133", "from $20 → $40": a change has no open end. */
function isChange(text: string, front: string, mention: MoneyMention): boolean {
  if (!/(?<!\p{L})(?:from|desde)\s?[~≈]?$/iu.test(front)) return false;
  return (
    words.CHANGE.test(front.replace(/\S+\s?$/, "")) ||
    /^[^.;]{0,40}?(?:\s(?:to|down to|hasta|a)\s[~≈]?[^\s\d]{0,3}\d|→|->)/.test(text.slice(mention.end, mention.end + 60))
  );
}

/** "free", "kostenlos", "included": amounts that are words. */
function wordMentions(text: string): MoneyMention[] {
  const found: MoneyMention[] = [];
  for (const match of text.matchAll(words.FREE)) {
    const end = match.index + match[0].length;
    if (words.NOT_FREE_AFTER.test(text.slice(end, end + 20)) || words.NOT_FREE_BEFORE.test(text.slice(Math.max(0, match.index - 14), match.index))) continue;
    found.push(make(text, match.index, end, 0, 0, { form: "free" }));
  }
  for (const match of text.matchAll(words.INCLUDED)) {
    if (!words.ALONE_BEFORE.test(text.slice(Math.max(0, match.index - 8), match.index))) continue;
    found.push(make(text, match.index, match.index + match[0].length, 0, 0, { form: "included" }));
  }
  return found.sort((a, b) => a.start - b.start);
}

function pushWord(found: MoneyMention[], mention: MoneyMention | undefined): void {
  if (mention !== undefined && mention.start >= (found.at(-1)?.end ?? 0)) found.push(mention);
}
