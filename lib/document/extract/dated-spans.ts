import type { Entry } from "../draft";
import { findCalendars } from "../grammar/calendar";
import { findDates, isoDay, onlyYear } from "../grammar/dates";
import { findDurations } from "../grammar/duration";
import { normalise } from "../lexicon/words";
import { sentencesOf } from "../texts";
import type { Extract } from "./types";

type Span = Entry<"datedSpans">;
const DAY = 86_400_000;
const DAYS_COLUMN = /^(?:days?|no\.? of days|tage|dauer \(tage\)|jours?|dias?|calendar days)$/;
/** The length of the stretch, not of something in it. */
const WORKING = /(?<![a-z])(?:working|business|werktag\w*|arbeitstag\w*|ouvr\w+|laborables|habiles)(?![a-z])/;

/** Stretches of days with the length that is written beside them. */
export const datedSpans: Extract = ({ tree, draft }) => {
  const sentences = sentencesOf(tree).filter(({ text, kind }) => kind !== "code" && text.length <= 300);
  const year = onlyYear(sentences.flatMap(({ text }) => (/20\d\d/.test(text) ? findDates(text) : []))) ?? 2001;
  const add = (span: Span, line: number) => draft.add("datedSpans", { ...span, line }, line);
  for (const { text, block, lineAt } of sentences) {
    if (block?.type === "table") continue;
    const lengths = findDurations(text).filter((one) => one.ms >= DAY && one.maxMs === null);
    const [length] = lengths;
    if (length === undefined || lengths.length > 1) continue;
    const unit = unitOf(length.text);
    if (unit === null) continue;
    const stated = {
      amount: amountOf(length.ms, unit),
      unit: WORKING.test(normalise(text.slice(length.start, length.end + 16))) ? ("working-days" as const) : unit,
    };
    const dates = findDates(text);
    const [date] = dates;
    const near = (end: number) =>
      length.start >= end &&
      length.start - end <= 12 &&
      !/(?<![\p{L}])(?:after|nach|apr[eè]s|despu[eé]s|before|vor|within|every|alle)(?![\p{L}])/iu.test(text.slice(end, length.start));
    if (dates.length === 1 && date !== undefined && !date.months && near(date.end)) {
      const [from, to] = [isoDay(date.from, date.from.year ?? year), isoDay(date.to, date.to.year ?? date.from.year ?? year)];
      if (from < to) add({ what: text.slice(0, 300), from, to, length: stated }, lineAt(date.start));
    }
    const run = findCalendars(text).find((one) => one.days !== undefined && one.days[1] > one.days[0]);
    if (dates.length === 0 && run?.days !== undefined && near(run.end)) {
      // Days of the plan, put on a calendar that begins on its first.
      const on = (day: number) => new Date(Date.UTC(2001, 0, 1 + day)).toISOString().slice(0, 10);
      add({ what: text.slice(0, 300), from: on(run.days[0]), to: on(run.days[1]), length: stated }, lineAt(run.start));
    }
  }
  for (const block of tree.blocks) {
    if (block.type !== "table") continue;
    const column = block.header.cells.findIndex((cell) => DAYS_COLUMN.test(normalise(cell.text)));
    if (column < 0) continue;
    for (const row of block.rows) {
      const days = Number(row.cells[column]?.text.trim());
      const [first, last] = row.cells.flatMap((cell) => findDates(cell.text));
      if (!Number.isInteger(days) || days <= 0 || first === undefined || last === undefined) continue;
      const [from, to] = [isoDay(first.from, first.from.year ?? year), isoDay(last.to, last.to.year ?? year)];
      if (from <= to)
        add(
          {
            what: row.cells
              .map((cell) => cell.text)
              .join(" ")
              .slice(0, 300),
            from,
            to,
            length: { amount: days, unit: "days" },
          },
          row.line,
        );
    }
  }
};

function unitOf(text: string): "days" | "weeks" | null {
  const plain = normalise(text);
  if (/(?:week|woche|semaine|semana|\dw$)/.test(plain)) return "weeks";
  return /(?:day|tag|jour|dia|\dd$)/.test(plain) ? "days" : null;
}

const amountOf = (ms: number, unit: "days" | "weeks") => ms / (unit === "weeks" ? 7 * DAY : DAY);
