import type { Entry } from "../draft";
import { type DurationMention, findDurations } from "../grammar/duration";
import * as words from "../lexicon/recovery";
import { normalise } from "../lexicon/words";
import { sentencesOf } from "../texts";
import type { Extract } from "./types";

type Kind = Entry<"recoveryFacts">["kind"];

const MINUTE = 60_000;
const DAY = 24 * 60;

/** How often is saved, how long it is kept, how long a restore takes, and what is promised of each. */
export const recoveryFacts: Extract = ({ tree, outline, draft }) => {
  const add = (kind: Kind, minutes: number, what: string, line: number) => draft.add("recoveryFacts", { kind, minutes, what: what.slice(0, 300), line }, line);
  for (const { text, block, kind, section, lineAt } of sentencesOf(tree)) {
    if (text.length > 400 || block?.type === "table" || kind === "heading") continue;
    const configured = words.CONFIGURED.exec(text.toLowerCase());
    if (configured?.[1] !== undefined) add("retention-configured", Number(configured[1]) * DAY, text, lineAt(0));
    if (kind === "code") continue;
    const saves = outline.within(section).has("backup");
    for (const part of text.split(/[;,](?=\s)|\.\s(?=\p{Lu})|\s(?:and|und|et|y)\s(?=\p{L}+\s(?:promise|say|versprechen|promettons|prometemos))/u))
      read(part, lineAt(Math.max(0, text.indexOf(part))), saves, add);
  }
  for (const block of tree.blocks) {
    if (block.type !== "table") continue;
    const saves = outline.within(block.section).has("backup") || words.COPIES.test(normalise(block.header.cells.map((cell) => cell.text).join(" ")));
    const kept = block.header.cells.findIndex((cell) => words.KEPT_COLUMN.test(normalise(cell.text)));
    const often = block.header.cells.findIndex((cell) => words.OFTEN_COLUMN.test(normalise(cell.text)));
    if (!saves || (kept < 0 && often < 0)) continue;
    for (const row of block.rows) {
      const what = row.cells.map((cell) => cell.text).join(" ");
      const [stay] = findDurations(row.cells[kept]?.text ?? "");
      if (stay !== undefined) add("retention", (stay.maxMs ?? stay.ms) / MINUTE, what, row.line);
      const every = intervalOf(normalise(row.cells[often]?.text ?? ""), findDurations(row.cells[often]?.text ?? ""));
      if (every !== null) add("interval", every, what, row.line);
    }
  }
};

function read(part: string, line: number, saves: boolean, add: (kind: Kind, minutes: number, what: string, line: number) => void): void {
  const plain = normalise(part);
  const lengths = findDurations(part);
  const [length] = lengths;
  const minutes = length === undefined ? 0 : (length.maxMs ?? length.ms) / MINUTE;
  for (const [kind, test] of [
    ["rpo", words.RPO],
    ["rto", words.RTO],
  ] as const) {
    if (test.test(plain) && length !== undefined && lengths.length === 1) {
      add(kind, minutes, part.trim(), line);
      return;
    }
  }
  const copies = words.COPIES.test(plain);
  if (length !== undefined && words.RESTORES.test(plain) && words.MEASURED.test(plain) && !words.GOAL.test(plain)) {
    add("restore", minutes, part.trim(), line);
    return;
  }
  if (length !== undefined && minutes >= DAY && words.REQUIRED.test(plain) && (copies || words.RESTORES.test(plain) || words.KEEPS.test(plain))) {
    add("retention-required", minutes, part.trim(), line);
    return;
  }
  if (!copies && !saves) return;
  const every = intervalOf(plain, lengths);
  if (every !== null && (copies || words.SHIPS.test(plain))) add("interval", every, part.trim(), line);
  const kept = lengths.find(
    (one) => one.ms >= 86_400_000 && words.KEEPS.test(plain) && !words.EVERY.test(normalise(part.slice(Math.max(0, one.start - 12), one.start))),
  );
  if (kept !== undefined) add("retention", (kept.maxMs ?? kept.ms) / MINUTE, part.trim(), line);
}

/** "Every 10 minutes", "nightly", "continuous": minutes between two copies. */
function intervalOf(plain: string, lengths: readonly DurationMention[]): number | null {
  if (words.CONTINUOUS.test(plain)) return 0;
  const every = words.EVERY_N.exec(plain);
  if (every !== null) {
    const [length] = findDurations(plain.slice(every.index + every[0].length - (every[1]?.length ?? 0)));
    if (length !== undefined) return length.ms / MINUTE;
  }
  const [only] = lengths;
  if (only !== undefined && only.text.length >= plain.length - 2) return only.ms / MINUTE;
  for (const [minutes, test] of words.ADVERBS) if (test.test(plain)) return minutes;
  return null;
}
