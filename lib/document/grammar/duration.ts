import { NUMBER_WORDS, type TimeUnit, UNIT_MS, UNIT_OF } from "../lexicon/time";
import { remembered } from "../remember";

export interface DurationMention {
  /** Positions in the text as given. */
  start: number;
  end: number;
  text: string;
  ms: number;
  /** Upper end of a range, "1-2 hours"; null for a point. */
  maxMs: number | null;
  /** As lib/core/duration writes it: "24h". */
  duration: string;
  maxDuration: string | null;
}

const NUMBER = String.raw`\d{1,7}(?:[.,]\d{1,3})?`;
const RANGE = String.raw`(?:\s?[-–—]\s?|\s(?:to|bis|a|à)\s)`;
/** A number or number word, perhaps a range of them, then a word. The word decides whether it is a duration. */
const MENTION = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,:$€£₹¥+_/-])(~\s?)?(?:(${NUMBER})\+?(?:${RANGE}(${NUMBER})\+?)?|(\p{L}{3,7})(?:${RANGE}(\p{L}{3,7}))?)([\s-]?)(?:(?:full|business|working|calendar|consecutive|more|additional|further|weitere|volle|autres|mas)\s)?(\p{L}{1,14})(?![\p{L}\p{N}_])`,
  "giu",
);
/** "1h30m", "2h15". */
const COMPACT = /(?<![\p{L}\p{N}.,:$€£₹¥_/-])(\d{1,3})\s?h\s?(\d{1,2})(?:\s?m(?:in)?)?(?![\p{L}\p{N}_])/giu;
const JOIN = /^(?:\s|,\s?|\s(?:and|und|et|y)\s)?$/;
/** "an hour", "a week", but not "twice a week". */
const ARTICLE =
  /(?<![\p{L}\p{N}])(?:for|after|within|in|about|takes?|wait|roughly|another|half|under|at least)\s(?:an?\s)?(hour|day|week|month|minute|year)(?![\p{L}\p{N}])/giu;

/** Finds stretches of time in running text: "24 hours", "5-10 min", "1h30m", "30 Tage", "deux semaines". A month is 30 days. Pure, linear. */
export const findDurations: (text: string) => readonly DurationMention[] = remembered(durationsIn);

function durationsIn(text: string): DurationMention[] {
  if (text.length > 20_000) return durationsIn(text.slice(0, 20_000));
  const found = [...compact(text), ...counted(text), ...articles(text)].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: DurationMention[] = [];
  for (const one of found) {
    const last = kept.at(-1);
    if (last === undefined || one.start >= last.end) kept.push(one);
  }
  return joined(text, kept);
}

/** Milliseconds as a duration text in whole units, largest first: 90 minutes are "90m", 36.5 hours "36h30m". */
export function durationText(ms: number): string {
  if (ms === 0) return "0s";
  const sizes = [UNIT_MS.d, UNIT_MS.h, UNIT_MS.m, UNIT_MS.s, 1];
  const names = ["d", "h", "m", "s", "ms"];
  let rest = Math.round(ms);
  let text = "";
  sizes.forEach((size, i) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${names[i]}`;
  });
  return text;
}

function counted(text: string): DurationMention[] {
  const found: DurationMention[] = [];
  MENTION.lastIndex = 0;
  for (let match = MENTION.exec(text); match !== null; match = MENTION.exec(text)) {
    const [whole, , first, second, word, secondWord, gap = "", unitText = ""] = match;
    const unit = unitOf(unitText, gap);
    const low = first === undefined ? wordValue(word) : numberValue(first);
    const clock = unit === "h" && /^\s?[-–—]\s?\d{1,2}\s?h(?![a-z])/.test(text.slice(match.index + whole.length));
    if (unit === null || low === null || clock || (unitText === "s" && gap === "" && low >= 1_000)) {
      // What was taken for the number may be the unit of the next one: "nach zwei Wochen".
      const gapAt = whole.search(/[\s-]/);
      MENTION.lastIndex = match.index + (gapAt > 0 ? gapAt + 1 : (whole.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
      continue;
    }
    const high = second === undefined ? wordValue(secondWord) : numberValue(second);
    found.push(mention(text, match.index, match.index + whole.length, low, high === null || high <= low ? null : high, unit));
  }
  return found;
}

function compact(text: string): DurationMention[] {
  return [...text.matchAll(COMPACT)].map((match) => {
    const ms = Number(match[1]) * UNIT_MS.h + Number(match[2]) * UNIT_MS.m;
    return { ...span(text, match.index, match.index + match[0].length), ms, maxMs: null, duration: durationText(ms), maxDuration: null };
  });
}

function articles(text: string): DurationMention[] {
  return [...text.matchAll(ARTICLE)].flatMap((match) => {
    const unit = UNIT_OF.get((match[1] ?? "").toLowerCase());
    if (unit === undefined) return [];
    // "in day two", "for minute details": without an article only "half" and "another" count.
    if (!/\s(?:an?\s)|^(?:half|another)/i.test(match[0])) return [];
    const start = match.index + match[0].search(/\S+\s\S+$/);
    return [mention(text, start, match.index + match[0].length, /^half/i.test(match[0]) ? 0.5 : 1, null, unit)];
  });
}

function unitOf(word: string, gap: string): TimeUnit | null {
  const plain = word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  const unit = UNIT_OF.get(plain);
  if (unit === undefined) return null;
  // A single letter belongs to the number it touches; a capital M is a million, not a minute.
  if (plain.length === 1 && (gap === "-" || (gap !== "" && plain !== "h") || word !== plain)) return null;
  return unit;
}

function numberValue(text: string): number | null {
  const thousands = /^[1-9]\d{0,2},\d{3}$/.test(text);
  const value = Number(thousands ? text.replace(",", "") : text.replace(",", "."));
  return Number.isFinite(value) ? value : null;
}

function wordValue(word: string | undefined): number | null {
  if (word === undefined) return null;
  const plain = word
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();
  return NUMBER_WORDS.get(plain) ?? null;
}

function mention(text: string, start: number, end: number, low: number, high: number | null, unit: TimeUnit): DurationMention {
  return {
    ...span(text, start, end),
    ms: Math.round(low * UNIT_MS[unit]),
    maxMs: high === null ? null : Math.round(high * UNIT_MS[unit]),
    duration: written(low, unit),
    maxDuration: high === null ? null : written(high, unit),
  };
}

/** Keeps the unit as written where it can: 72 hours stay "72h", 2 weeks "2w". */
function written(value: number, unit: TimeUnit): string {
  const short = ["month", "quarter", "year"].includes(unit) ? null : unit;
  return short !== null && Number.isInteger(value) ? `${value}${short}` : durationText(value * UNIT_MS[unit]);
}

function span(text: string, start: number, end: number) {
  return { start, end, text: text.slice(start, end) };
}

/** "1 hour 30 minutes" is one stretch. */
function joined(text: string, found: DurationMention[]): DurationMention[] {
  const out: DurationMention[] = [];
  for (const one of found) {
    const last = out.at(-1);
    if (last !== undefined && last.maxMs === null && one.maxMs === null && one.ms < smallestUnit(last) && JOIN.test(text.slice(last.end, one.start))) {
      const ms = last.ms + one.ms;
      out[out.length - 1] = { ...span(text, last.start, one.end), ms, maxMs: null, duration: durationText(ms), maxDuration: null };
    } else out.push(one);
  }
  return out;
}

function smallestUnit(one: DurationMention): number {
  const unit = /([a-z]+)$/.exec(one.duration)?.[1] as TimeUnit | undefined;
  return unit === undefined ? 0 : UNIT_MS[unit];
}
