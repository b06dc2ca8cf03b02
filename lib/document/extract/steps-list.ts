import { findCalendar } from "../grammar/calendar";
import { FIELD, FINAL_VERB, IMPERATIVE, STEP_LABEL, TELLING_LABEL } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { Outline } from "../outline";
import type { Code, List, ListItem } from "../tree";
import { phaseMark } from "./phase-marks";
import { bareStep, type RawStep } from "./step-of";
import { readCode } from "./steps-code";
import { onClock, timeInFront } from "./wall-clock";

/** Headings and labels whose lists tell something. */
export const TELLING_ROLES = [
  "cost",
  "saving",
  "success",
  "benchmark",
  "architecture",
  "trigger",
  "block",
  "justify",
  "economics",
  "decision",
  "tips",
  "troubleshooting",
  "alert",
] as const;

/** Blocks of code inside an item. */
export const codeOf = (item: ListItem): Code[] => item.blocks.filter((block): block is Code => block.type === "code");

/** A command as the text of an item, alone or behind a colon. */
const INLINE =
  /(?:^|[:：]\s)((?:npx|npm|pnpm|yarn|kubectl|docker|aws|gcloud|az|heroku|fly|flyctl|terraform|psql|pg_dump|pg_restore|mysql|mysqldump|curl|ssh|scp|rsync|ansible-playbook|helm|systemctl|brew|apt|git|redis-cli|SELECT)\s[^`]{2,400})$/;

/** The things to do in a list: all of it, or nothing where it only tells something. */
export function stepsOfList(list: List, outline: Outline): RawStep[] {
  const top = list.items.filter((item) => item.depth === 0);
  const boxes = list.items.filter((item) => item.checked !== null);
  // Boxes under "Success criteria" are checked, not done.
  if (boxes.length > 0 && list.label !== null && TELLING_LABEL.test(normalise(list.label.text)) && !STEP_LABEL.test(normalise(list.label.text))) return [];
  if (boxes.length > 0)
    return itemsAsSteps([...new Set([...top.filter((item) => item.checked !== null || item.children.length === 0), ...boxes])].sort((a, b) => a.line - b.line));
  // The name of the phase itself says nothing about its list.
  const label = list.label === null || isPhaseName(list.label.text) ? "" : normalise(list.label.text);
  const told = TELLING_LABEL.test(label) || TELLING_ROLES.some((role) => outline.label(list).has(role));
  const does = STEP_LABEL.test(label);
  const plain = top.filter((item) => !isField(item.text));
  const share = plain.length === 0 ? 0 : plain.filter((item) => isToDo(item.text)).length / plain.length;
  const ordered = top[0]?.ordered === true;
  if (plain.length === 0) return [];
  if (plain.filter((item) => startsOnClock(item.text)).length >= 2 || plain.filter((item) => timeInFront(item.text) !== null).length >= 3)
    return itemsAsSteps(plain);
  if (told && !does) return share >= 0.8 && ordered ? itemsAsSteps(plain) : [];
  if (does || ordered || share >= 0.5) return itemsAsSteps(plain);
  // Without a label right below the heading of a phase a list is what the phase consists of.
  return label === "" && share >= 0.3 ? itemsAsSteps(plain) : [];
}

/** "T+0:10 copy": begins with a place on the cutover clock. */
export function startsOnClock(text: string): boolean {
  const at = findCalendar(text.slice(0, 40));
  return at?.offset !== undefined && at.start === 0;
}

function isPhaseName(text: string): boolean {
  const kind = phaseMark(text)?.kind;
  return kind === "phase" || kind === "time" || kind === "named";
}

/** "Owner: Ana", "Duration: 2 days": about the phase, not to be done. */
export function isField(text: string): boolean {
  const colon = text.search(/[:：]/u);
  return (
    colon > 0 &&
    colon < 40 &&
    !text.slice(0, colon).includes("(") &&
    FIELD.test(normalise(text.slice(0, colon))) &&
    normalise(text.slice(0, colon)).split(" ").length <= 3
  );
}

/** French and Spanish begin with an infinitive and go on with an article or a preposition. */
const INFINITIVE =
  /^\p{L}{2,}(?:ar|er|ir|re)(?:se)?\s+(?:el|la|los|las|un|una|lo|le|les|des|du|une|de|al|a|au|aux|con|en|sur|por|pour|tous|toutes|todos|todas|cada|chaque)\s|^\p{L}{2,}(?:er|ir|re)\s+l'/u;

/** Whether a text begins like something to do, in any of the languages. */
export function isToDo(text: string): boolean {
  const plain = normalise(text.replace(/^[`"'(]+/, ""));
  const words = plain.split(" ");
  if (IMPERATIVE.test(words[0]?.replace(/[^\p{L}-]/gu, "") ?? "")) return true;
  if (INFINITIVE.test(plain)) return true;
  const head = plain.split(/[:(,;.]| - /)[0]?.trim() ?? "";
  return words.length <= 12 && FINAL_VERB.test(head) && head.includes(" ");
}

export function itemsAsSteps(items: readonly ListItem[]): RawStep[] {
  const chosen = new Set(items);
  const times = items.map((item) => timeInFront(item.text));
  const clocked = times.filter((time) => time !== null).length >= 3;
  const steps = items.map((item, i) => {
    const below = descendants(item).filter((child) => !chosen.has(child) && !hasChosenBetween(child, item, chosen));
    const readings = [item, ...below].flatMap(codeOf).map(readCode);
    const code = readings.flatMap((reading) => [...reading.commands, ...(reading.commands.length === 0 ? reading.steps.flatMap((one) => one.commands) : [])]);
    const inline = [item, ...below].flatMap((one) => INLINE.exec(one.text)?.[1]?.trim() ?? []);
    const calendar = findCalendar(item.text.slice(0, 40));
    const offset = calendar?.offset !== undefined && calendar.start === 0 ? calendar.offset : undefined;
    const next = items[i + 1];
    const end = next !== undefined && next.line <= item.endLine && next.depth > item.depth ? (item.lines.at(-1)?.line ?? item.line) : contentEnd(item);
    return {
      ...bareStep(
        offset === undefined ? (clocked ? (times[i]?.rest ?? item.text) : item.text) : item.text.slice(calendar?.end ?? 0).replace(/^[\s:|.\-–—]+/u, ""),
        item.line,
        end,
      ),
      commands: code.length > 0 ? code : inline,
      parts: below.map((child) => ({
        title: child.text,
        line: child.line,
        ...(child.checked === null ? {} : { done: child.checked }),
        ...offsetIn(child.text),
      })),
      ...(item.checked === null ? {} : { done: item.checked }),
      // Boxes below a point without one belong to it.
      ...(item.checked !== null && item.parent !== null && item.parent.checked === null ? { section: item.parent.text.slice(0, 120) } : {}),
      ...(offset === undefined ? {} : { offset }),
    };
  });
  return onClock(steps, times);
}

const BEFORE = /(\d+)\s?(hours?|h|days?|d|weeks?|stunden|tage|heures|jours|horas|dias)\s+(?:before|prior|vorher|vor dem|avant|antes)/;
const BEFORE_UNIT: Record<string, string> = { h: "h", s: "h", d: "d", t: "d", j: "d", w: "w" };

function offsetIn(text: string): { offset?: string } {
  const match = BEFORE.exec(normalise(text));
  if (match === null) return {};
  const word = match[2] ?? "";
  const unit = word.startsWith("h") ? "h" : BEFORE_UNIT[word.charAt(0)];
  return unit === undefined ? {} : { offset: `-${Number(match[1])}${unit}` };
}

function contentEnd(item: ListItem): number {
  const own = item.lines.at(-1)?.line ?? item.line;
  const blocks = item.blocks.at(-1)?.endLine ?? own;
  return item.children.reduce((last, child) => Math.max(last, contentEnd(child)), Math.max(own, blocks));
}

function descendants(item: ListItem): ListItem[] {
  return item.children.flatMap((child) => [child, ...descendants(child)]);
}

function hasChosenBetween(child: ListItem, top: ListItem, chosen: ReadonlySet<ListItem>): boolean {
  for (let at = child.parent; at !== null && at !== top; at = at.parent) if (chosen.has(at)) return true;
  return false;
}
