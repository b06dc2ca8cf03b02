import { type CalendarMention, findCalendars } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import { BARE_PHASE, MOVE_ARROW, NAMED_PHASE, NUMBERED_HEADING, ORDINAL_HEADING, PHASE_HEADING, PHASE_LOOSE, STEP_HEADING } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { PlanCalendar } from "./migration-types";

/** How sure a title is one of a phase, and how it says so. */
export interface PhaseMark {
  kind: "phase" | "loose" | "time" | "step" | "named" | "numbered";
  /** "2", "-1", "1.3"; null without a number. */
  number: string | null;
  title: string;
  planned: PlanCalendar | undefined;
  /** An amount of money stands in the title: perhaps a stage of costs. */
  money: boolean;
}

const MONEY = /[$€£¥₹]\s?\d|\d\s?(?:[€£¥₹]|eur|usd|chf|gbp)\b/i;
const SEPARATOR = /^[\s:：.\-–—|,·•]+/u;
const PARENTHESIS = /\s*[([]([^()[\]]{1,80})[)\]]\s*$/u;

/** Reads a heading, a label or the beginning of an item as the name of a phase; null where it is none. Pure. */
export function phaseMark(text: string): PhaseMark | null {
  const title = text.slice(0, 300);
  if (MOVE_ARROW.test(title) && PHASE_HEADING.test(normalise(title.split(MOVE_ARROW)[1] ?? ""))) return null;
  const plain = normalise(title);
  const money = MONEY.test(title);
  const make = (kind: PhaseMark["kind"], number: string | null, rest: string): PhaseMark => {
    const inner = /^[([]([^()[\]]{2,60})[)\]][\s.:–—-]*(.*)$/u.exec(rest);
    const date = inner === null ? null : (plannedOf(inner[1] ?? "") ?? (DATE.test(normalise(inner[1] ?? "")) ? { text: inner[1] ?? "" } : null));
    const { name, planned = undefined } = inner === null || date === null ? withoutTime(rest) : { name: cleaned(inner[2] || (inner[1] ?? "")), planned: date };
    return { kind, number, title: name === "" ? cleaned(title) : name, planned, money };
  };
  const phase = PHASE_HEADING.exec(plain);
  if (phase !== null) return make("phase", phase[1] ?? null, afterPrefix(title, phase[0]));
  const ordinal = ORDINAL_HEADING.exec(plain);
  if (ordinal !== null) return make("phase", ordinal[1] ?? null, afterPrefix(title, ordinal[0]));
  const step = STEP_HEADING.exec(plain);
  if (step !== null) return make("step", step[1] ?? null, afterPrefix(title, step[0]));
  const time = timeInFront(title);
  if (time !== null) return { kind: "time", number: null, title: time.name === "" ? cleaned(title) : time.name, planned: time.planned, money };
  const loose = PHASE_LOOSE.exec(plain);
  if (loose !== null) return make("loose", loose[1] ?? null, title);
  const numbered = NUMBERED_HEADING.exec(title);
  const rest = numbered === null ? title : title.slice(numbered[0].length);
  const { name, planned } = withoutTime(rest);
  if (BARE_PHASE.test(normalise(name)) || (NAMED_PHASE.test(normalise(name)) && name.split(" ").length <= 6))
    return { kind: "named", number: numbered?.[1] ?? null, title: name, planned, money };
  if (planned !== undefined && (planned.weeks ?? planned.days ?? planned.months) !== undefined)
    return { kind: "named", number: numbered?.[1] ?? null, title: name, planned, money };
  return numbered === null ? null : { kind: "numbered", number: numbered[1] ?? null, title: name, planned, money };
}

/** Cuts as many words off the front as the normalised match has; normalising keeps words and their order. */
function afterPrefix(title: string, prefix: string): string {
  let at = 0;
  for (let left = prefix.replace(/\s/g, "").length; left > 0 && at < title.length; at++) {
    const sign = normalise(title[at] ?? "");
    left -= sign.length;
  }
  return title.slice(at).replace(SEPARATOR, "");
}

/** "Q1 2026", "2026-03-01", "March 3-7", "Montag". */
const DATE =
  /^(?:(?:q[1-4]|[1-4]\. quartal|t[1-4])(?:\s?[/-]?\s?(?:20\d\d))?|20\d\d-\d{2}(?:-\d{2})?|(?:\d{1,2}\.?\s)?(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|januar|februar|marz|mai|juni|juli|oktober|dezember|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)(?:\s\d{1,2}(?:\s?-\s?\d{1,2})?)?(?:,?\s20\d\d)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s\d{1,2}:\d{2})?|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo))(?=\s*(?:$|[:|(]|- ))/u;

/** "Copy the data (Feb 15 – Feb 26)": a name with its dates behind it; null for any other text. */
export function datedName(text: string): { title: string; planned: PlanCalendar } | null {
  const inner = PARENTHESIS.exec(text)?.[1];
  if (inner === undefined) return null;
  const planned = datesOf(inner);
  const title = cleaned(text.replace(PARENTHESIS, ""));
  return planned === undefined || title === "" ? null : { title, planned };
}

/** What is planned, or dates as they are written: "1 July → 25 July". */
function datesOf(text: string): PlanCalendar | undefined {
  const begins = normalise(text)
    .replace(/,.*$/, "")
    .split(/\s(?:→|->|=>|-|to|until|bis|au|hasta)\s/)[0];
  return plannedOf(text) ?? (DATE.test(begins ?? "") || DAY_FIRST.test(text) ? { text: text.trim() } : undefined);
}

/** "15.02. – 26.02.", "15/02/2027". */
const DAY_FIRST = /^\d{1,2}[./]\d{1,2}[./]/;

function timeInFront(title: string): { name: string; planned: PlanCalendar } | null {
  const date = DATE.exec(normalise(title));
  if (date !== null) return { name: cleaned(afterPrefix(title, date[0])), planned: { text: title.slice(0, date[0].length).trim() } };
  const [first, second] = findCalendars(title.replace(/^\d{1,2}[.)]\s+/, ""));
  const shown = title.replace(/^\d{1,2}[.)]\s+/, "");
  if (first === undefined || first.start > 0) return null;
  const rest = shown.slice(first.end);
  if (rest !== "" && !/^\s*(?:[:：.\-–—|,(/]|$)/u.test(rest)) return null;
  const planned = calendarOf([first, ...(second === undefined ? [] : [second])], rest);
  return { name: cleaned(rest.replace(SEPARATOR, "").replace(/^\(([^()]*)\)\s*[:\-–—]?\s*/, "")), planned };
}

function withoutTime(text: string): { name: string; planned: PlanCalendar | undefined } {
  const inner = PARENTHESIS.exec(text)?.[1];
  if (inner !== undefined) {
    const planned = datesOf(inner) ?? (/\d{1,2}[:h]\d{2}/.test(inner) ? { text: inner.trim() } : undefined);
    const name = cleaned(text.replace(PARENTHESIS, ""));
    if (planned !== undefined) return { name: name === "" ? cleaned(inner) : name, planned };
    return { name: cleaned(text), planned: undefined };
  }
  // "Prepare - Week 1", "Prepare | 2 days"
  const tail = /^(.{2,120}?)\s*(?:[-–—|,]\s+)([^-–—|,]{2,40})$/u.exec(text);
  if (tail !== null) {
    const planned = plannedOf(tail[2] ?? "");
    if (planned !== undefined) return { name: cleaned(tail[1] ?? text), planned };
  }
  return { name: cleaned(text), planned: undefined };
}

/** What a text says about when something is planned; undefined where it says nothing. */
export function plannedOf(text: string): PlanCalendar | undefined {
  const calendars = findCalendars(text);
  const planned = calendarOf(calendars, text);
  if (Object.keys(planned).length > 0) return planned;
  const before = /\b(?:before|prior|vor|avant|antes)\b/i.test(text);
  const [duration] = findDurations(text);
  if (duration === undefined) return undefined;
  if (before) return { offset: `-${duration.duration}`, text: text.slice(0, 200) };
  if (/\b(?:after|later|nach|spater|apres|tras|despues)\b/.test(normalise(text))) return { offset: duration.duration, text: text.slice(0, 200) };
  return {
    duration: duration.duration,
    ...(duration.maxDuration === null ? {} : { durationMax: duration.maxDuration }),
    ...(duration.text.length === text.trim().length ? {} : { text: text.trim().slice(0, 200) }),
  };
}

function calendarOf(mentions: readonly CalendarMention[], rest: string): PlanCalendar {
  const planned: PlanCalendar = {};
  for (const one of mentions) {
    if (one.weeks !== undefined) planned.weeks ??= one.weeks;
    if (one.days !== undefined) planned.days ??= one.days;
    if (one.months !== undefined) planned.months ??= one.months;
    if (one.offset !== undefined) planned.offset ??= one.offset;
  }
  if (mentions.length > 0) {
    const [duration] = findDurations(rest.replace(mentions[0]?.text ?? "", " "));
    if (duration !== undefined && duration.start < 60) {
      planned.duration = duration.duration;
      if (duration.maxDuration !== null) planned.durationMax = duration.maxDuration;
    }
  }
  return planned;
}

function cleaned(text: string): string {
  return text
    .replace(/[:：]\s*$/u, "")
    .replace(SEPARATOR, "")
    .trim()
    .slice(0, 200);
}
