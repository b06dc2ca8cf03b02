import { normalise, wordTest } from "../lexicon/words";
import { type Code, headingPath, type List, type ListItem } from "../tree";
import { NEXT_STEPS } from "./phase-places";
import { readCode } from "./steps-code";
import type { Extraction } from "./types";

interface Item {
  title: string;
  line: number;
  done?: boolean;
}

/** Headings and labels whose lists are checked off although they have no boxes. */
const CHECKS = wordTest([
  "checklist*",
  "check list*",
  "prerequisite*",
  "preflight",
  "pre-flight",
  "readiness",
  "go/no-go",
  "before you start",
  "before the night",
  "checkliste*",
  "voraussetzung*",
  "liste de controle",
  "liste de verification",
  "prerequis",
  "lista de verificacion",
  "lista de comprobacion",
  "requisitos previos",
]);
const MAX_ITEMS = 500;

/** Lists that are checked off and are no steps of a move: boxes, ticks under a heading that says so, next steps. */
export function checklists({ tree, draft }: Extraction, used: ReadonlySet<number>): void {
  for (const block of tree.blocks) {
    const items = block.type === "list" ? ofList(block, used) : block.type === "code" ? ofCode(block, used) : [];
    if (items.length === 0) continue;
    const title = titleOf(block);
    for (let from = 0; from < items.length; from += MAX_ITEMS) {
      const part = items.slice(from, from + MAX_ITEMS);
      const line = part[0]?.line ?? block.line;
      const key = draft.key("checklists", title, "checklist");
      draft.add("checklists", { key, title, line, items: part.map((item) => ({ ...item, title: item.title.slice(0, 300) })) }, line);
      for (const item of part) draft.claim(item.line, "checklists");
    }
  }
}

function titleOf(block: List | Code | { section: List["section"]; label: List["label"] }): string {
  const heading = block.section.title;
  const text = block.label?.text ?? (heading === "" ? headingPath(block.section).at(-1)?.title : heading) ?? "";
  return (text === "" ? "Checklist" : text).slice(0, 200);
}

function ofList(list: List, used: ReadonlySet<number>): Item[] {
  const boxes = list.items.filter((item) => item.checked !== null && !used.has(item.line));
  if (boxes.length > 0) return boxes.map(itemOf);
  const words = normalise(`${list.label?.text ?? ""} | ${list.section.title}`);
  const above = normalise(
    headingPath(list.section)
      .map((section) => section.title)
      .join(" | "),
  );
  const top = list.items.filter((item) => item.depth === 0);
  if (top.some((item) => used.has(item.line)) || list.items.some((item) => item.checked !== null)) return [];
  if (CHECKS.test(words) || (CHECKS.test(above) && top.every((item) => item.mark !== null))) return top.map(itemOf);
  // What comes next, as a numbered list.
  const plain = top.every((item) => item.ordered && item.children.length === 0);
  return NEXT_STEPS.test(words) && plain && top.length >= 2 && !top.some((item) => /\b(?:week|woche|semaine|semana|month)s? \d/i.test(item.text))
    ? top.map(itemOf)
    : [];
}

function itemOf(item: ListItem): Item {
  const done = item.checked ?? (item.mark === null ? undefined : item.mark === "yes");
  return { title: item.text === "" ? "(empty)" : item.text, line: item.line, ...(done === undefined ? {} : { done }) };
}

function ofCode(code: Code, used: ReadonlySet<number>): Item[] {
  const reading = readCode(code);
  if (reading.by !== "box" || reading.steps.some((step) => used.has(step.line))) return [];
  return reading.steps.map((step) => ({ title: step.title, line: step.line, ...(step.done === undefined ? {} : { done: step.done }) }));
}
