import { MONTHS, WEEKDAYS } from "../lexicon/months";
import { fold } from "./quantity";

/** A day of the calendar; the year where it is written. */
export interface Day {
  year: number | null;
  month: number;
  day: number;
}

/** A day, or the first and last of a stretch of days, as a text gives them. */
export interface DateMention {
  start: number;
  end: number;
  from: Day;
  to: Day;
  /** 1 (Monday) to 7 where the weekday of the first day is written in front of it. */
  weekday: number | null;
  /** Whole months: "August to October". */
  months: boolean;
}

const names = (list: ReadonlyMap<string, number>, least = 1) =>
  [...list.keys()]
    .filter((name) => name.length >= least)
    .toSorted((a, b) => b.length - a.length)
    .join("|");
const MONTH = names(MONTHS, 3);
const LONG_MONTH = names(MONTHS, 3);
const ORDINAL = String.raw`(?:st|nd|rd|th|er|\.)?`;
const DASH = String.raw`\s?(?:[-–—]|to|until|through|bis(?: zum)?|a|au|al|hasta(?: el)?)\s?`;
const OF = String.raw`[\s-](?:of |de |del )?`;
const YEAR = String.raw`(?:,?[\s-](?:de |del )?(20\d\d)(?!\d))?`;
const WEEKDAY = String.raw`(?:(${names(WEEKDAYS, 3)})\.?,?\s(?:the |den |der |dem |le |el |dia )?)?`;
const EDGE_L = String.raw`(?<![\p{L}\p{N}.,:/-])`;
const EDGE_R = String.raw`(?![\p{L}\p{N}])`;

/** "1–11 July 2025", "14 July – 8 August", "26. August", "21-Aug". */
const DAY_FIRST = new RegExp(
  `${EDGE_L}${WEEKDAY}(\\d{1,2})${ORDINAL}(?:${OF}(${MONTH})${EDGE_R}\\.?${YEAR})?(?:${DASH}(?:(?:${names(WEEKDAYS, 3)})\\.?,?\\s)?(\\d{1,2})${ORDINAL}${OF}(${MONTH})${EDGE_R}\\.?${YEAR})?`,
  "gu",
);
/** "July 1–11, 2025", "Feb 15 – Mar 2". */
const MONTH_FIRST = new RegExp(
  `${EDGE_L}${WEEKDAY}(${LONG_MONTH})\\.?\\s(\\d{1,2})(?:st|nd|rd|th)?(?!\\d|[:.]\\d)(?:,?\\s(20\\d\\d))?(?:${DASH}(?:(${LONG_MONTH})\\.?\\s)?(\\d{1,2})(?:st|nd|rd|th)?(?!\\d|[:.]\\d|\\s?%)(?:,?\\s(20\\d\\d))?)?${EDGE_R}`,
  "gu",
);
const ISO_DAY = String.raw`(20\d\d)-(\d{2})-(\d{2})`;
const ISO = new RegExp(`${EDGE_L}${ISO_DAY}(?:${DASH}${ISO_DAY})?(?!\\d)`, "gu");
const POINTED_DAY = String.raw`(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(20\d\d))?`;
/** "15.02. – 26.02.2026", "12.10.2025". */
const POINTED = new RegExp(`${EDGE_L}${WEEKDAY}${POINTED_DAY}(?:${DASH}${POINTED_DAY})?(?!\\d)`, "gu");
const SLASHED = new RegExp(`${EDGE_L}(\\d{1,2})/(\\d{1,2})/(20\\d\\d)(?:${DASH}(\\d{1,2})/(\\d{1,2})/(20\\d\\d))?(?!\\d)`, "gu");
/** "August–October", "from July to September": whole months. */
const WHOLE_MONTHS = new RegExp(`(?<![\\p{L}\\p{N}]|\\d[.\\s-])(${names(MONTHS, 4)})${DASH}(${names(MONTHS, 4)})${EDGE_R}(?!\\s\\d)`, "gu");

/** Finds dates and stretches of days in running text, in order, without overlap. Pure, linear. */
export function findDates(text: string): DateMention[] {
  const plain = fold(text.slice(0, 5_000));
  const found = [
    ...[...plain.matchAll(ISO)].map((match) =>
      span(match, day(match[1], match[2], match[3]), match[4] === undefined ? null : day(match[4], match[5], match[6])),
    ),
    ...[...plain.matchAll(POINTED)].map((match) =>
      span(match, day(match[4], match[3], match[2]), match[5] === undefined ? null : day(match[7], match[6], match[5]), match[1]),
    ),
    ...[...plain.matchAll(SLASHED)].map((match) =>
      span(match, slashed(match[3], match[1], match[2]), match[4] === undefined ? null : slashed(match[6], match[4], match[5])),
    ),
    ...[...plain.matchAll(DAY_FIRST)].flatMap(dayFirst),
    ...[...plain.matchAll(MONTH_FIRST)]
      .filter((match) => !isVerb(text, match))
      .map((match) =>
        span(
          match,
          day(match[4], monthOf(match[2]), match[3]),
          match[6] === undefined ? null : day(match[7], monthOf(match[5] ?? match[2]), match[6]),
          match[1],
        ),
      ),
    ...[...plain.matchAll(WHOLE_MONTHS)].map((match) => wholeMonths(match)),
  ].flatMap((one) => one ?? []);
  const kept: DateMention[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) if (one.start >= (kept.at(-1)?.end ?? 0)) kept.push(one);
  return kept;
}

/** "We may 3 times": a month is written with a capital where it is a word of English too. */
function isVerb(text: string, match: RegExpExecArray): boolean {
  return /^(?:may|mar|mai)$/.test(match[2] ?? "") && /^\p{Ll}/u.test(text.slice(match.index));
}

function dayFirst(match: RegExpExecArray): (DateMention | null)[] {
  const [, weekday, first, month, year, last, lastMonth, lastYear] = match;
  if (last === undefined) return month === undefined ? [] : [span(match, day(year, monthOf(month), first), null, weekday)];
  return [span(match, day(year ?? lastYear, monthOf(month ?? lastMonth), first), day(lastYear ?? year, monthOf(lastMonth), last), weekday)];
}

const monthOf = (name: string | undefined): string | undefined => (name === undefined ? undefined : String(MONTHS.get(name) ?? ""));

function day(year: string | undefined, month: string | undefined, of: string | undefined): Day | null {
  const [m, d] = [Number(month), Number(of)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? { year: year === undefined ? null : Number(year), month: m, day: d } : null;
}

/** Day first unless only the other order is a date. */
function slashed(year: string | undefined, a: string | undefined, b: string | undefined): Day | null {
  return day(year, b, a) ?? day(year, a, b);
}

function span(match: RegExpExecArray, from: Day | null, to: Day | null, weekday?: string): DateMention | null {
  if (from === null) return null;
  const end = to ?? from;
  // One year written for both.
  const year = from.year ?? (end.year !== null && (end.month > from.month || (end.month === from.month && end.day >= from.day)) ? end.year : from.year);
  const lead = /^\s*/.exec(match[0])?.[0].length ?? 0;
  return {
    start: match.index + lead,
    end: match.index + match[0].trimEnd().length,
    from: { ...from, year },
    to: { ...end, year: end.year ?? year },
    weekday: weekday === undefined ? null : (WEEKDAYS.get(weekday) ?? null),
    months: false,
  };
}

function wholeMonths(match: RegExpExecArray): DateMention | null {
  const [from, to] = [MONTHS.get(match[1] ?? ""), MONTHS.get(match[2] ?? "")];
  if (from === undefined || to === undefined) return null;
  return {
    start: match.index,
    end: match.index + match[0].length,
    from: { year: null, month: from, day: 1 },
    to: { year: null, month: to, day: 31 },
    weekday: null,
    months: true,
  };
}

/** Years written in a document; one alone is meant wherever a date has none. */
export function onlyYear(mentions: readonly DateMention[]): number | null {
  const years = new Set(mentions.flatMap(({ from, to }) => [from.year, to.year].filter((year) => year !== null)));
  return years.size === 1 ? ([...years][0] ?? null) : null;
}

/** "2025-08-26"; a day that does not exist ("31 June") is the last of its month. */
export function isoDay({ month, day: of }: Day, year: number): string {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return `${year}-${String(month).padStart(2, "0")}-${String(Math.min(of, last)).padStart(2, "0")}`;
}
