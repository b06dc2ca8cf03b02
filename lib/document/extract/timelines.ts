import { codeKind } from "../code/kind";
import type { Entry } from "../draft";
import { findCalendar } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import * as words from "../lexicon/clock";
import { normalise } from "../lexicon/words";
import { type Sentence, sentencesOf } from "../texts";
import type { Block, DocumentTree, Line, Table } from "../tree";
import type { Extract } from "./types";
import { timeInFront } from "./wall-clock";

type Timeline = Entry<"timelines">;
type Moment = Omit<Timeline["entries"][number], "line"> & { line: number };

const MINUTE = 60_000;
const HOUR_MINUTES = 60;

/** Clocks of the day of the move, wherever they stand, and how long the document says users are without service. */
export const timelines: Extract = ({ tree, outline, draft }) => {
  for (const block of tree.blocks) {
    if (outline.within(block.section).has("rollback")) continue;
    const entries = entriesOf(block);
    const first = entries[0];
    if (first === undefined || entries.length < 3) continue;
    const what = (block.label?.text ?? block.section.title).slice(0, 200) || "Timeline";
    draft.add("timelines", { what, entries: entries.slice(0, 200), line: first.line }, first.line);
  }
  for (const { entries, ...timeline } of told(sentencesOf(tree))) draft.add("timelines", { ...timeline, entries }, entries[0]?.line ?? 1);
  claims(tree, draft.add.bind(draft));
};

function entriesOf(block: Block): Moment[] {
  if (block.type === "table") return rowsOf(block);
  if (block.type === "list") return block.items.flatMap((item) => lineOf(item) ?? []);
  return block.type === "code" && codeKind(block) === "text" ? block.lines.flatMap((line) => lineOf(line) ?? []) : [];
}

/** A row with a place on the clock or a time of day in one of its first cells. */
function rowsOf(table: Table): Moment[] {
  // "T+5" in a column of minutes: what the unit is says the heading or the note below.
  return table.rows.flatMap((row) => {
    const cells = row.cells.map((cell) => cell.text.trim());
    const timed = cells.slice(0, 3).map((text) => placeOf(text));
    const at = Object.assign({}, ...timed) as Place;
    if (at.offset === undefined && at.clock === undefined) return [];
    const title = cells.filter((_, i) => (timed[i]?.offset ?? timed[i]?.clock) === undefined).join(" · ");
    return title === "" ? [] : [momentOf(at, title, row.line)];
  });
}

interface Place {
  offset?: number;
  clock?: number;
}

/** A text that is a place on the clock and nothing else: "T-15m", "Wed 02:00", "22:10". */
function placeOf(text: string): Place {
  if (text.length > 24) return {};
  const calendar = findCalendar(text);
  const alone = calendar !== null && calendar.offset !== undefined && text.replace(calendar.text, "").replace(/[^\p{L}]/gu, "").length <= 3;
  if (alone) return { offset: minutesOf(calendar.offset ?? "0") };
  const time = timeInFront(text.replace(/^(?:\p{L}{2,10}\.?,?\s)(?=\d{1,2}[:.h]\d{2})/u, ""));
  return time !== null && time.rest.length <= 6 ? { clock: time.minutes } : {};
}

function minutesOf(offset: string): number {
  const [length] = findDurations(offset.replace(/^[-+]/, ""));
  const size = offset === "0" || length === undefined ? 0 : length.ms / MINUTE;
  return offset.startsWith("-") ? -size : size;
}

function lineOf({ text, line }: Line): Moment | null {
  const calendar = findCalendar(text.trim().slice(0, 40));
  if (calendar?.offset !== undefined && calendar.start <= 2) {
    const rest = text
      .trim()
      .slice(calendar.end)
      .replace(/^[\s:|.,)\]–—-]+/u, "");
    const clock = timeInFront(rest.replace(/^\(/, ""));
    return rest === "" ? null : momentOf({ offset: minutesOf(calendar.offset), ...(clock === null ? {} : { clock: clock.minutes }) }, rest, line);
  }
  const time = timeInFront(text.trim().replace(/^(?:at|um|a|à)\s/i, ""));
  return time === null || time.rest === "" || !/[:.h]\d{2}|am|pm/i.test(time.at) ? null : momentOf({ clock: time.minutes }, time.rest, line);
}

function momentOf(at: Place, title: string, line: number): Moment {
  const does = doesOf(title);
  const before = does.includes("lower-ttl") ? ttlBefore(title) : null;
  return { ...at, title: title.slice(0, 300), line, ...(does.length === 0 ? {} : { does }), ...(before === null ? {} : { ttlBefore: before }) };
}

function doesOf(title: string): NonNullable<Moment["does"]> {
  const plain = normalise(title);
  if (words.TTL.test(plain)) return words.LOWERS.test(plain) || /ttls? \d/.test(plain) ? ["lower-ttl"] : [];
  const opens = words.OPENS.test(plain);
  const found: NonNullable<Moment["does"]> = [];
  if (opens) found.push("open");
  else if (words.CLOSES.test(plain)) found.push("close");
  if (words.SWITCHES.test(plain) || /^\W*dns\W*$/.test(plain)) found.push("switch");
  if (words.COMPARES.test(plain)) found.push("compare");
  else if (words.SYNCS.test(plain)) found.push("sync");
  return found;
}

/** Seconds a TTL had: "from 86400 to 300", "(before: 43200)", "down from one hour". */
function ttlBefore(title: string): number | null {
  const plain = normalise(title);
  for (const match of plain.matchAll(
    /(?<![\d.:-])(\d{1,6})(?:\s?(s|sec|seconds?|sekunden|min|minutes?|minuten|h|hours?|stunden?|heures?|horas?|d|days?))?(?![\d.:%])/gu,
  )) {
    const lead = plain.slice(Math.max(0, match.index - 14), match.index);
    const seconds = Number(match[1]) * factorOf(match[2]);
    if (words.BEFORE_THAT.test(lead.split(" ").slice(-3).join(" ")) || /^\s?(?:→|->|=>)/.test(plain.slice(match.index + match[0].length)))
      return seconds >= 60 ? seconds : null;
  }
  const [length] = findDurations(title.slice(Math.max(0, plain.search(/(?<![a-z])(?:from|von|de)\s/u))));
  return /(?<![a-z])(?:from|von)\s/u.test(plain) && length !== undefined ? length.ms / 1_000 : null;
}

function factorOf(unit: string | undefined): number {
  if (unit === undefined || unit.startsWith("s")) return 1;
  if (unit.startsWith("m")) return 60;
  return unit.startsWith("d") ? 86_400 : 3_600;
}

type Told = Omit<Timeline, "entries"> & { entries: Moment[] };

/** "At 21:00 the application becomes read-only. At 21:50 it accepts writes again." */
function told(sentences: readonly Sentence[]): Told[] {
  const found: Told[] = [];
  let open: Moment[] = [];
  let section: Sentence["section"] | null = null;
  const close = () => {
    if (open.length >= 3 && section !== null)
      found.push({ what: section.title.slice(0, 200) || "Timeline", entries: open.slice(0, 200), line: open[0]?.line ?? 1 });
    open = [];
  };
  for (const sentence of sentences) {
    if (sentence.kind !== "paragraph") continue;
    if (sentence.section !== section) close();
    section = sentence.section;
    const at = /^(?:at|um|gegen|a|a las|vers|ab)\s(\d{1,2})[:.h](\d{2})(?:\s(?:uhr|h|o'clock))?,?\s(.{8,})$/iu.exec(normalise(sentence.text));
    if (at?.[3] !== undefined) open.push(momentOf({ clock: Number(at[1]) * HOUR_MINUTES + Number(at[2]) }, at[3], sentence.lineAt(0)));
  }
  close();
  return found;
}

/** Sentences that say how long nobody is served; a window that is agreed on may be longer. */
function claims(tree: DocumentTree, add: (list: "outages", entry: Entry<"outages">, line: number) => boolean): void {
  for (const { text, kind, block, lineAt } of sentencesOf(tree)) {
    if (kind === "code" || kind === "heading" || block?.type === "table" || text.length > 300) continue;
    const plain = normalise(text);
    if (!words.OUTAGE.test(plain) && !MEANWHILE.test(plain)) continue;
    if (words.NOT_THIS_OUTAGE.test(plain)) continue;
    const lengths = findDurations(text).filter((one) => one.ms >= MINUTE && one.ms <= 72 * HOUR_MINUTES * MINUTE);
    const [length] = lengths;
    if (length === undefined || lengths.length > 1) continue;
    const most = words.AT_MOST.test(plain);
    add(
      "outages",
      { minutes: (length.maxMs ?? length.ms) / MINUTE, what: text.slice(0, 300), ...(most ? { atMost: true } : {}), line: lineAt(length.start) },
      lineAt(0),
    );
  }
}

/** "From banner on to writes open: 90 minutes." */
const MEANWHILE = /(?<![a-z])(?:from|von|de|desde)\s.{3,40}\s(?:to|until|bis|a|hasta|jusqu'a)\s.{3,40}:\s/u;
