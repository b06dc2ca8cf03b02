import { CALENDAR_WORDS, UNIT_MS } from "../lexicon/time";
import { remembered } from "../remember";
import { durationText, findDurations } from "./duration";

/** When something is meant to happen, as the text says it. Spans are inclusive. */
export interface CalendarMention {
  start: number;
  end: number;
  text: string;
  weeks?: [number, number];
  days?: [number, number];
  months?: [number, number];
  /** Time on the cutover clock: "25m", "-24h", "0". */
  offset?: string;
  /** Upper end of "T+0:15 - T+0:45" or "Hour 1-2". */
  offsetEnd?: string;
}

type Numbered = "weeks" | "days" | "months" | "hours" | "minutes";

const KIND_OF = new Map<string, Numbered>(Object.entries(CALENDAR_WORDS).flatMap(([kind, words]) => words.map((word) => [word, kind as Numbered] as const)));
/** "Week 1-2", "Weeks 3 & 4", "Woche 2 bis 3", "Day 0". */
const NUMBERED =
  /(?<![\p{L}\p{N}])(\p{L}{2,9})\.?\s?#?(-?\d{1,3})(?!\d|[.,:]\d|%)(?:\s?(?:[-–—&+]|to|and|bis|und|au?|à|et|y)\s?(?:(\p{L}{3,9})\s)?(\d{1,3})(?!\d|[.,:]\d|%|\s?\/))?/giu;
/** "T+0:15", "T-24h", "T + 15 min", "T-0", "H+2", "D-1", "J+7". */
const CLOCK = /(?<![\p{L}\p{N}_])([TDJH])\s?([+\-−–±]|(?<=\s)(?:minus|plus|moins|menos|más)(?=\s))\s?(\d{1,4})(?::(\d{2})(?::(\d{2}))?)?(?:\s?(\p{L}{1,9}))?/gu;
const ZERO = /(?<![\p{L}\p{N}_])T\s?=?\s?0(?![\p{L}\p{N}.:])|^\s*[TH](?=\s*$|:\s)/gu;

/** The first mention of a week, day, month or place on the cutover clock; null without one. Pure. */
export function findCalendar(text: string): CalendarMention | null {
  return findCalendars(text)[0] ?? null;
}

/** All mentions, in the order of the text. Pure, linear. */
export const findCalendars: (text: string) => readonly CalendarMention[] = remembered(calendarsIn);

function calendarsIn(text: string): CalendarMention[] {
  const part = text.slice(0, 5_000);
  const found = [...numbered(part), ...clocks(part)].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: CalendarMention[] = [];
  for (const one of found) {
    const last = kept.at(-1);
    if (last !== undefined && one.start < last.end) continue;
    // "T+0:15 - T+0:45" is one stretch.
    if (
      last?.offset !== undefined &&
      one.offset !== undefined &&
      last.offsetEnd === undefined &&
      /^\s?(?:[-–—]|to|bis|à|a)\s?$/u.test(part.slice(last.end, one.start))
    ) {
      last.offsetEnd = one.offset;
      last.end = one.end;
      last.text = part.slice(last.start, one.end);
    } else kept.push(one);
  }
  return kept;
}

function numbered(text: string): CalendarMention[] {
  const found: CalendarMention[] = [];
  for (const match of text.matchAll(NUMBERED)) {
    const kind = kindOf(match[1]);
    const low = Number(match[2]);
    if (kind === undefined) continue;
    if (low < 0) continue;
    const sameWord = match[3] === undefined || kindOf(match[3]) === kind;
    const high = match[4] !== undefined && sameWord && Number(match[4]) >= low ? Number(match[4]) : low;
    const whole =
      high === low && match[4] !== undefined && Number(match[4]) !== low ? match[0].slice(0, match[0].search(/\d/) + String(match[2]).length) : match[0];
    const at = { start: match.index, end: match.index + whole.length, text: whole };
    if (kind === "hours" || kind === "minutes") {
      const size = kind === "hours" ? UNIT_MS.h : UNIT_MS.m;
      found.push({ ...at, offset: offsetText(low * size), ...(high > low ? { offsetEnd: offsetText(high * size) } : {}) });
    } else found.push({ ...at, [kind]: [low, high] });
  }
  return found;
}

function kindOf(word: string | undefined): Numbered | undefined {
  if (word === undefined) return undefined;
  return KIND_OF.get(
    word
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase(),
  );
}

function clocks(text: string): CalendarMention[] {
  const found: CalendarMention[] = [...text.matchAll(ZERO)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
    offset: "0",
  }));
  // "+45 min", "-24h": counted from the start.
  const since =
    /^\s*(?:\+\s?|[-−–](?=\d{1,3}\s?(?:m|min|h|d)\s))(?=\d{1,3}\s?(?:m|min|mins|minutes?|minuten|minutos?|h|hrs?|hours?|std|stunden?|heures?|horas?)(?!\p{L}))/iu.exec(
      text,
    );
  const after = since === null ? undefined : findDurations(text.slice(since[0].length, since[0].length + 20))[0];
  if (since !== null && after?.start === 0) {
    const end = since[0].length + after.end;
    const start = since[0].search(/\S/);
    found.push({ start, end, text: text.slice(0, end).trim(), offset: offsetText(since[0].includes("+") ? after.ms : -after.ms) });
  }
  for (const match of text.matchAll(CLOCK)) {
    const [whole, letter = "T", sign = "+", first = "0", minutes, seconds, word] = match;
    let ms: number;
    let end = match.index + whole.length;
    if (minutes !== undefined) {
      ms = Number(first) * UNIT_MS.h + Number(minutes) * UNIT_MS.m + Number(seconds ?? 0) * UNIT_MS.s;
      end = match.index + whole.length - (word === undefined ? 0 : whole.length - whole.trimEnd().lastIndexOf(word));
    } else {
      const unit = word === undefined ? undefined : (findDurations(`${first} ${word}`)[0] ?? findDurations(`${first}${word}`)[0]);
      if (unit === undefined && word !== undefined) end -= whole.length - whole.lastIndexOf(word);
      ms = unit?.ms ?? Number(first) * (letter === "T" ? UNIT_MS.m : letter === "H" ? UNIT_MS.h : UNIT_MS.d);
    }
    const before = /[-−–]|minus|moins|menos/.test(sign) && ms > 0;
    const trimmed = text.slice(match.index, end).trimEnd();
    found.push({ start: match.index, end: match.index + trimmed.length, text: trimmed, offset: offsetText(before ? -ms : ms) });
  }
  return found;
}

/** Milliseconds as an offset on the cutover clock: "0", "25m", "-24h". */
export function offsetText(ms: number): string {
  if (ms === 0) return "0";
  const size = Math.abs(ms);
  const text = size % UNIT_MS.d === 0 && size >= 2 * UNIT_MS.d ? `${size / UNIT_MS.d}d` : size % UNIT_MS.h === 0 ? `${size / UNIT_MS.h}h` : durationText(size);
  return ms < 0 ? `-${text}` : text;
}
