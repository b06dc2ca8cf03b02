import type { Entry } from "../draft";
import { findCalendars } from "../grammar/calendar";
import { type DateMention, findDates, isoDay, onlyYear } from "../grammar/dates";
import { findDurations } from "../grammar/duration";
import { fold } from "../grammar/quantity";
import { PROVIDERS, SERVICES } from "../lexicon/services";
import * as words from "../lexicon/timetable";
import { normalise } from "../lexicon/words";
import { linesOf } from "../locate";
import { sentencesOf } from "../texts";
import { type DocumentTree, headingPath, type Section } from "../tree";
import type { Extract } from "./types";

type Moment = Entry<"moments">;
type Kind = Moment["kind"];
type When = Pick<Moment, "from" | "to" | "weeks" | "day" | "lasting">;

const DAY = 86_400_000;
const LONGEST = 400;
const NO_YEAR = 2001;

/** One thing that is said, with the heading it stands under. */
interface Said {
  text: string;
  line: number;
  lineAt: (position: number) => number;
  section: Section;
  heading: boolean;
}

/** When users move, until when the old side stays and when it goes, as far as it is said with a time. */
export const timetable: Extract = ({ tree, outline, draft }) => {
  const said = saidIn(tree);
  const year = yearOf(said);
  const phases = phaseTimes(said, year);
  const back = new Set(tree.sections.filter((section) => outline.within(section).has("rollback")));
  const saved = new Set(tree.sections.filter((section) => outline.within(section).has("backup")));
  const full = new Set(
    draft.plan.migrations.flatMap((migration) => (migration.traffic ?? []).flatMap((stage) => (stage.percent >= 100 ? linesOf(stage) : []))),
  );
  for (const one of said) {
    // A heading is read for its own words, a sentence for every part of it.
    const [date] = full.has(one.line) ? findDates(one.text) : [];
    if (date !== undefined) draft.add("moments", { kind: "switch", what: one.text.slice(0, 300), ...rangeOf(date, year), line: one.line }, one.line);
    for (const part of one.heading ? [one.text] : clausesOf(one.text)) {
      const moment = momentIn(part, one, year, phases);
      // What a way back removes is the new side, and what is kept among backups are backups.
      const elsewhere =
        (moment?.kind === "remove-old" && back.has(one.section) && moment.from === undefined && moment.weeks === undefined) ||
        (moment?.kind === "keep-old" && saved.has(one.section));
      const line = one.lineAt(Math.max(0, one.text.indexOf(part)));
      if (moment !== null && !elsewhere) draft.add("moments", { ...moment, line }, line);
    }
  }
};

/** Sentences, headings and whole rows: a row says in one cell what happens and in another when. */
function saidIn(tree: DocumentTree): Said[] {
  const sentences = sentencesOf(tree).flatMap(({ text, section, block, kind, lineAt }): Said[] =>
    block?.type === "table" || text.length > LONGEST || kind === "comment" ? [] : [{ text, line: lineAt(0), lineAt, section, heading: kind === "heading" }],
  );
  const rows = tree.blocks.flatMap((block): Said[] =>
    block.type !== "table"
      ? []
      : block.rows.map((row) => ({
          text: row.cells
            .map((cell) => cell.text)
            .join(" | ")
            .slice(0, LONGEST),
          line: row.line,
          lineAt: () => row.line,
          section: block.section,
          heading: false,
        })),
  );
  return [...sentences, ...rows].toSorted((a, b) => a.line - b.line);
}

function yearOf(said: readonly Said[]): number {
  return onlyYear(said.flatMap(({ text }) => (/20\d\d/.test(text) ? findDates(text) : []))) ?? NO_YEAR;
}

/** Parts of a sentence; what stands in brackets belongs to its part. */
function clausesOf(text: string): string[] {
  const both = text.includes(" | ") ? [text] : halvesOf(text);
  return both.length > 1 || text.includes(" | ")
    ? both
    : text.split(/(?<=[^\d\s]),\s+(?![^()]*\))|;\s+|\s+[–—]\s+(?=\p{L})|(?<=\p{L})\.\s+/u).filter((part) => part.length > 6);
}

const CONDITION = /[<>≥≤]|(?<![a-z])(?:above|below|over|exceeds?|uber|unter|ueber|au-dessus|superieur\w*|por encima|supera)(?![a-z])/;
const PHASE = /(?<![a-z])(?:phase|phases|fase|fases|etape|etapa|stage|schritt|step)\s(\d{1,2}|[a-f])(?![a-z\d])/;

type Phases = ReadonlyMap<string, When>;

/** When each numbered phase is: from the headings and rows that name it first. */
function phaseTimes(said: readonly Said[], year: number): Phases {
  const times = new Map<string, When>();
  for (const { text } of said) {
    const number = PHASE.exec(normalise(text.slice(0, 40)))?.[1];
    if (number === undefined || times.has(number)) continue;
    const [date] = findDates(text);
    const dates = findDates(text);
    const weeks = findCalendars(text).find((one) => one.weeks !== undefined)?.weeks;
    const last = dates.at(-1);
    if (date !== undefined && last !== undefined) times.set(number, rangeOf({ ...date, to: last.to }, year));
    else if (weeks !== undefined) times.set(number, { weeks });
  }
  return times;
}

/** "Deleted in phase 5": the end of that phase. */
function phaseNamed(plain: string, phases: Phases): When | null {
  const when = phases.get(PHASE.exec(plain)?.[1] ?? "");
  return when === undefined ? null : atItsEnd(when);
}

/** Something without a day of its own in a phase may be on its last one. */
const atItsEnd = (when: When): When =>
  when.to === undefined ? (when.weeks === undefined ? when : { weeks: [when.weeks[1], when.weeks[1]] }) : { from: when.to, to: when.to };

/** "They serve as fallback for four weeks and go after two": one half keeps, the other removes. */
function halvesOf(text: string): string[] {
  const at = [...text.matchAll(/\s(?:and|und|et|y)\s(?:are\s|is\s|will be\s|werden\s|wird\s|sont\s|est\s|se\s)?/giu)].find(({ index, 0: joint }) => {
    const [front, rest] = [normalise(text.slice(0, index)), normalise(text.slice(index + joint.length))];
    return words.KEEPS.test(front) && words.REMOVES.test(rest) && !words.REMOVES.test(front) && /\d/.test(rest);
  });
  return at === undefined ? [text] : [text.slice(0, at.index), text.slice(at.index + at[0].length)];
}

function momentIn(part: string, said: Said, year: number, phases: Phases): Omit<Moment, "line"> | null {
  const plain = normalise(part);
  const kind = kindOf(plain, said);
  if (kind === null) return null;
  // "When errors stay above 3 % for ten minutes": a condition.
  if (kind !== "switch" && CONDITION.test(plain)) return null;
  const own = whenIn(part, kind, year) ?? phaseNamed(plain, phases);
  const all = own === null && words.ALL_ALONG.test(plain) && (kind === "keep-old" || kind === "return") ? phaseTime(said.section, year) : null;
  // "We watch for 14 days. The rack stays for those 14 days": a time in the sentence serves its parts.
  const when =
    own ?? all ?? (said.heading || kind === "switch" || kind === "remove-old" ? null : whenIn(said.text, kind, year)) ?? underHeading(kind, said, year);
  if (when === null) return null;
  const of = thingsIn(part);
  return { kind, what: part.trim().slice(0, 300), ...(of.length === 0 ? {} : { of: of.slice(0, 20) }), ...when };
}

function kindOf(plain: string, said: Said): Kind | null {
  const copies = words.NOT_A_SIDE.test(plain);
  if (
    words.FREEZES.test(plain) &&
    !said.heading &&
    !/(?<![a-z])(?:(?:code|feature|content|schema|release|deploy\w*) freeze|code-freeze|writes?|read[- ]only|schreib\w*|ecritures|escrituras)(?![a-z])/.test(
      plain,
    )
  )
    return "freeze";
  // A phase that watches and then removes does so at its end.
  if (said.heading && words.WATCHES.test(plain)) return words.REMOVES.test(plain) ? null : "watch";
  const removes = words.REMOVES.test(plain) || words.CONTRACTS.test(plain);
  const keeps = words.KEEPS.test(plain) && !copies;
  if (removes && !keeps && !copies && !words.NOT_THE_OLD.test(plain)) return "remove-old";
  if (words.RETURN_POSSIBLE.test(plain) && words.POSSIBLE.test(plain) && !said.heading) return "return";
  if (keeps && !said.heading) return "keep-old";
  if (words.SWITCHES.test(plain)) return "switch";
  return words.WATCHES.test(plain) && !copies ? "watch" : null;
}

/** The time in a part, read as its kind asks: an end for what lasts, a beginning for what happens. */
function whenIn(part: string, kind: Kind, year: number): When | null {
  const dates = findDates(part);
  const [date] = dates;
  const plain = fold(part);
  const calendars = findCalendars(part);
  const weeks = calendars.find((one) => one.weeks !== undefined)?.weeks;
  const day = calendars.find((one) => one.days !== undefined)?.days?.[0];
  const lasts = kind === "keep-old" || kind === "return" || kind === "watch";
  if (kind === "freeze") return date === undefined ? null : rangeOf(date, year);
  if (date !== undefined) {
    const end = lasts ? (dates.find((one) => words.UNTIL.test(plain.slice(0, one.start))) ?? (isRange(date) ? date : null)) : date;
    if (end !== null) return rangeOf(end, year);
  }
  const lengths = findDurations(part).filter((one) => one.ms >= (kind === "return" ? DAY / 24 : DAY));
  const [length] = lengths;
  if (weeks !== undefined) return { weeks };
  if (kind === "switch") return null;
  if (day !== undefined && !lasts) return { day };
  if (length !== undefined && lasts && kind !== "watch") return { lasting: length.duration };
  if (length !== undefined && kind === "watch") return { lasting: length.duration };
  if (length !== undefined && words.AFTER_SWITCH.test(plain) && !/(?<![a-z])(?:stable|without|stabil\w*|sans|sin)(?![a-z])/.test(plain))
    return { day: (length.maxMs ?? length.ms) / DAY };
  return null;
}

const isRange = ({ from, to }: DateMention) => from.month !== to.month || from.day !== to.day;

function rangeOf({ from, to }: DateMention, year: number): When {
  const first = isoDay(from, from.year ?? year);
  const last = isoDay(to, to.year ?? from.year ?? year);
  return last < first ? { from: first, to: first } : { from: first, to: last };
}

/** Time of the nearest heading that has one. */
function phaseTime(section: Section, year: number): When | null {
  for (const at of headingPath(section).toReversed()) {
    const [date] = findDates(at.title);
    if (date !== undefined) return rangeOf(date, year);
    const weeks = findCalendars(at.title).find((one) => one.weeks !== undefined)?.weeks;
    if (weeks !== undefined) return { weeks };
  }
  return null;
}

/** What is removed in a phase goes when the phase begins; all else needs a time of its own. */
function underHeading(kind: Kind, said: Said, year: number): When | null {
  if (said.heading || (kind !== "remove-old" && kind !== "return")) return null;
  const when = phaseTime(said.section, year);
  return when === null || kind === "return" ? when : atItsEnd(when);
}

/** Names of one word; parts of longer ones are words of every day. */
const KNOWN = new Set(
  [...Object.values(PROVIDERS), ...Object.values(SERVICES).flatMap((kinds) => Object.values(kinds))]
    .flat()
    .filter((name) => name.length > 2 && !name.includes(" ")),
);

/** The things a part names: known products, words with a capital, words with figures in them. */
function thingsIn(part: string): string[] {
  const found = new Set<string>();
  const names = part.split(/[^\p{L}\p{N}_-]+/u).flatMap((word) => (/\d/.test(word) ? [word] : word.split("-")));
  for (const [i, word] of names.entries()) {
    const plain = normalise(word);
    if (plain.length < 2 || /^\d+$/.test(plain) || words.WHOLE_SIDE.has(plain) || STOP.has(plain)) continue;
    const capital = /^\p{Lu}/u.test(word) && (i > 0 || /^\p{Lu}{2}/u.test(word));
    if (KNOWN.has(plain) || (/\d/.test(plain) && /[a-z]/.test(plain)) || capital || HARDWARE.has(plain))
      found.add(plain.length > 4 ? plain.replace(/s$/, "") : plain);
  }
  return [...found].filter((word) => ![words.KEEPS, words.REMOVES, words.WATCHES, words.SWITCHES].some((test) => test.test(word)));
}

const HARDWARE = new Set(
  "rack racks database databases cluster clusters node nodes datenbank knoten base serveurs rds vm vms droplet droplets dyno dynos apps".split(" "),
);
const STOP = new Set(
  "the day week phase kw tag woche wochen semaine semana jour dia january february march april may june july august september october november december januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun tage wochen tagen monate utc cet dns".split(
    " ",
  ),
);
