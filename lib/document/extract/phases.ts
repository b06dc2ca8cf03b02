import { BACK_LABEL } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { Outline } from "../outline";
import { type Block, type DocumentTree, type ListItem, type Section, withDescendants } from "../tree";
import { type PhaseMark, phaseMark } from "./phase-marks";
import { contextOf, isTitle, NOT_WORK } from "./phase-places";
import { itemPhases, paragraphPhases, rowPhases } from "./phase-rows";
import { collectSteps, isStepTable, toldSteps } from "./steps";
import { readCode } from "./steps-code";
import { startsOnClock } from "./steps-list";
import { TIME_COLUMN } from "./steps-table";
import { timeInFront } from "./wall-clock";

/** A place of the document that may be a phase of a move. */
export interface FoundPhase {
  mark: PhaseMark;
  line: number;
  /** The section it stands in (for a heading its parent). */
  container: Section;
  source: "heading" | "label" | "item" | "row";
  blocks: Block[];
  sections: Section[];
  /** For an item or row: what it says is to be done. */
  texts: { text: string; line: number }[];
  item?: ListItem;
}

/** All places that may be phases, in document order. Pure. */
export function findPhases(tree: DocumentTree, outline: Outline): FoundPhase[] {
  const headings = headingPhases(tree, outline);
  // A heading that is only named like a phase may hold the real ones.
  const owners = new Set(headings.filter((phase) => RANK[phase.mark.kind] >= 3).flatMap((phase) => phase.own.flatMap(withDescendants)));
  const free = tree.sections.filter((section) => !owners.has(section) && !["other", "growth"].includes(contextOf(section, outline, tree)));
  const labels = free.flatMap((section) => labelPhases(section, outline, tree));
  const best = chosen(
    headings.map(({ own: _own, ...phase }) => phase),
    labels,
  );
  const tables = best.every((phase) => phase.mark.kind === "named" || phase.mark.kind === "loose") ? free.flatMap((section) => phaseTables(section)) : [];
  if (tables.length > 0) return withSections(tables, best);
  // Labels may be the few of many paragraphs that happen to end in a colon.
  if (best.some((phase) => RANK[phase.mark.kind] > 2) && best.some((phase) => phase.source !== "label")) return best.sort((a, b) => a.line - b.line);
  const rows = free.flatMap((section) => [
    ...section.blocks.flatMap((block) => (block.type === "table" ? rowPhases(block) : block.type === "list" ? itemPhases(block.items, section) : [])),
    ...paragraphPhases(
      section.blocks.filter((block) => block.type === "paragraph"),
      section,
    ),
  ]);
  // A list of days is surer than headings that are only named like phases.
  if (rows.length > 0 && (best.length === 0 || (rows.length > best.length && rows.every((row) => row.source === "item" && row.mark.kind !== "named"))))
    return rows.sort((a, b) => a.line - b.line);
  if (best.length > 0 && !(rows.length > best.length && rows.every((row) => row.mark.kind === "phase"))) return best.sort((a, b) => a.line - b.line);
  if (rows.length > 0) return rows.sort((a, b) => a.line - b.line);
  return countedParts(
    headings.map(({ own: _own, ...phase }) => phase),
    outline,
  );
}

/** Rows of the one table of the document that lists its phases by that name. */
function phaseTables(section: Section): FoundPhase[] {
  return section.blocks.flatMap((block) => (block.type === "table" && PHASE_TABLE.test(normalise(block.header.cells[0]?.text ?? "")) ? rowPhases(block) : []));
}

const PHASE_TABLE =
  /^(?:phases?|stages?|milestones?|waves?|sprints?|workstreams?|etappen?|meilensteine?|wellen?|arbeitspakete?|etapes?|jalons?|vagues?|lots?|fases?|etapas?|hitos?|oleadas?)$/;

/** A section about a phase of the table ("Phase B in detail") is what that phase does; others of such a name stay phases. */
function withSections(rows: FoundPhase[], headings: readonly FoundPhase[]): FoundPhase[] {
  const apart = headings.filter((heading) => {
    const plain = normalise(heading.mark.title);
    const row = rows.find((one) => {
      const name = normalise(one.mark.title).replace(/^(?:phase\s)?[a-z0-9]{1,2}\s?[-.:)]\s?/, "");
      const letter = /^(?:phase\s)?([a-z0-9]{1,2})\s?[-.:)]/.exec(normalise(one.mark.title))?.[1] ?? one.mark.number;
      return plain.includes(name) || (letter !== undefined && letter !== null && new RegExp(`\\bphase ${letter}\\b`).test(plain));
    });
    row?.blocks.push(...heading.blocks);
    row?.sections.push(...heading.sections);
    return row === undefined;
  });
  return [...rows, ...apart].sort((a, b) => a.line - b.line);
}

/** Numbered headings that each hold several tasks: "1. Prepare", "2. Copy". With one thing each they are steps. */
function countedParts(headings: readonly FoundPhase[], outline: Outline): FoundPhase[] {
  const numbered = headings.filter((phase) => phase.mark.number !== null);
  const sizes = numbered.map((phase) => ({ phase, steps: collectSteps(phase, outline).steps }));
  const working = sizes.filter(({ steps }) => steps.length > 0);
  const several = working.filter(({ steps }) => steps.length >= 2 || steps.some((step) => step.done !== undefined));
  const same = new Set(working.map(({ phase }) => phase.container)).size === 1;
  return same && working.length >= 2 && several.length * 2 > working.length ? working.map(({ phase }) => phase) : [];
}

const RANK: Record<PhaseMark["kind"], number> = { phase: 5, time: 4, step: 4, loose: 3, named: 2, numbered: 1 };

/** The surest kind wins in each place; less sure ones stay only as neighbours of sure ones. */
function chosen(headings: FoundPhase[], labels: FoundPhase[]): FoundPhase[] {
  const all = [...headings, ...labels];
  const top = Math.max(0, ...all.map((phase) => RANK[phase.mark.kind]));
  if (top <= 1) return [];
  const sure = all.filter((phase) => RANK[phase.mark.kind] === top);
  // A single named heading is a section like any other, unless it has dates.
  if (top === 2 && sure.length < 2 && sure.every((phase) => phase.mark.planned === undefined)) return [];
  const places = new Set(sure.map((phase) => phase.container));
  const from = Math.min(...sure.map((phase) => phase.line));
  const counted = new Set(sure.filter((phase) => phase.mark.number !== null).map((phase) => phase.container));
  return all.filter(
    (phase) =>
      RANK[phase.mark.kind] === top ||
      (RANK[phase.mark.kind] >= 2 && places.has(phase.container) && (phase.line > from || phase.mark.kind === "named")) ||
      (phase.mark.kind === "numbered" && top <= 2 && counted.has(phase.container)),
  );
}

function headingPhases(tree: DocumentTree, outline: Outline): (FoundPhase & { own: Section[] })[] {
  const found: (FoundPhase & { own: Section[] })[] = [];
  const taken = new Set<Section>();
  for (const section of tree.sections) {
    if (section.level === 0 || isTitle(section, tree)) continue;
    const mark = phaseMark(section.title);
    if (mark === null || inTaken(section, taken) || !isPhase(section, mark, outline, tree)) continue;
    // "Rollout" with "Phase 1" in it only holds the phases.
    if (mark.kind === "named" && holdsPhases(section)) continue;
    if (mark.kind !== "numbered") taken.add(section);
    found.push({
      mark,
      line: section.line,
      container: section.parent ?? section,
      source: "heading",
      blocks: section.blocks,
      sections: section.children,
      texts: [],
      own: [section],
    });
  }
  return found;
}

function holdsPhases(section: Section): boolean {
  return section.children.filter((child) => ["phase", "step"].includes(phaseMark(child.title)?.kind ?? "")).length >= 2;
}

function inTaken(section: Section, taken: ReadonlySet<Section>): boolean {
  for (let at = section.parent; at !== null; at = at.parent) if (taken.has(at)) return true;
  return false;
}

function isPhase(section: Section, mark: PhaseMark, outline: Outline, tree: DocumentTree): boolean {
  const context = contextOf(section.parent, outline, tree);
  if (context === "other") return false;
  const roles = outline.own(section);
  const works = () => hasWork(section, outline);
  if (context === "growth" && !(mark.kind === "phase" && works())) return false;
  if (mark.kind === "phase" || mark.kind === "step") {
    // Where phases hold phases ("Step 3" with "Phase 1" in it), the inner ones are meant.
    if (mark.kind === "step" && section.children.some((child) => phaseMark(child.title)?.kind === "phase")) return false;
    if ((mark.money || withMoney(section)) && !works()) return false;
    return context === "work" || works() || !onlyFigures(section);
  }
  // "2. Copy": a phase only beside others that are surely some.
  if (mark.kind === "numbered" && BACK_LABEL.test(normalise(mark.title))) return false;
  if (mark.kind === "numbered")
    return context === "work" && !NOT_WORK.some((role) => roles.has(role)) && (works() || section.blocks.some((block) => block.type === "paragraph"));
  if (mark.kind === "time") return context === "work" || works();
  if (mark.kind === "loose") return works() && !NOT_WORK.some((role) => roles.has(role));
  const dated = mark.planned !== undefined;
  const other = NOT_WORK.some((role) => roles.has(role) && role !== "backup");
  const onDays = mark.planned?.weeks !== undefined || mark.planned?.days !== undefined;
  const told = onDays && section.blocks.some((block) => block.type === "paragraph");
  return (context === "work" || dated) && !other && (works() || told);
}

/** Whether something in a section is to be done. */
function hasWork(section: Section, outline: Outline): boolean {
  return collectSteps({ blocks: section.blocks, sections: section.children }, outline).steps.length > 0;
}

const MONEY = /[$€£¥₹]\s?\d|\d\s?[€£¥₹]/;

/** Whether a good part of what a section lists has a price. */
function withMoney(section: Section): boolean {
  const items = withDescendants(section).flatMap((one) => one.blocks.flatMap((block) => (block.type === "list" ? block.items : [])));
  return items.length > 0 && items.filter((item) => MONEY.test(item.text)).length * 3 >= items.length;
}

const FIGURE = /[$€£¥₹%<>]|\d/;

function onlyFigures(section: Section): boolean {
  const blocks = withDescendants(section).flatMap((one) => one.blocks);
  const tables = blocks.filter((block) => block.type === "table").length;
  const codes = blocks.filter((block) => block.type === "code").length;
  const items = blocks.flatMap((block) => (block.type === "list" ? block.items : []));
  if (items.length === 0) return tables > 0 || (codes > 0 && codes === blocks.length);
  return items.filter((item) => FIGURE.test(item.text)).length >= items.length * 0.8;
}

function labelPhases(section: Section, outline: Outline, tree: DocumentTree): FoundPhase[] {
  const context = contextOf(section, outline, tree);
  const found: FoundPhase[] = [];
  let open: FoundPhase | null = null;
  for (const block of section.blocks) {
    const { label } = block;
    if (label !== null) {
      const mark = phaseMark(label.text);
      const sure =
        mark !== null &&
        (mark.kind === "phase" ||
          (mark.kind === "time" && context === "work") ||
          (mark.kind === "named" && (mark.planned !== undefined || context === "work")));
      if (BACK_LABEL.test(normalise(label.text))) open = null;
      else if (sure && mark !== null) {
        open = { mark, line: label.line, container: section, source: "label", blocks: [], sections: [], texts: [] };
        found.push(open);
      }
    }
    if (open !== null && block.line !== label?.line) open.blocks.push(block);
  }
  return found.filter((phase) => collectSteps(phase, outline).steps.length > 0 || phase.mark.kind === "phase");
}

/** Where a document has steps but no phases: sections about the move, each one phase. */
export function looseWork(tree: DocumentTree, outline: Outline): FoundPhase[] {
  const taken = new Set<Section>();
  const found: FoundPhase[] = [];
  for (const section of tree.sections) {
    if (inTaken(section, taken)) continue;
    const title = isTitle(section, tree) || section.level === 0;
    const context = contextOf(section, outline, tree);
    if (
      !title &&
      (context === "other" || context === "growth" || (context === "open" && !section.blocks.some(isTimeline)) || BACK_LABEL.test(normalise(section.title)))
    )
      continue;
    if (title && !section.blocks.some(isTimeline)) continue;
    const content = title ? { blocks: section.blocks.filter(isTimeline), sections: [] } : { blocks: section.blocks, sections: section.children };
    const { steps } = collectSteps(content, outline);
    if (steps.length < 2) continue;
    if (!title) taken.add(section);
    const mark = phaseMark(section.title);
    const name = mark?.title ?? (section.title === "" ? "Move" : section.title);
    const planned = mark?.planned;
    found.push({
      mark: { kind: "named", number: null, title: name, planned, money: false },
      line: section.line,
      container: section.parent ?? section,
      source: "heading",
      ...content,
      texts: [],
    });
  }
  return found;
}

/** A table or block of code with a cutover clock. */
export function isTimeline(block: Block): boolean {
  if (block.type === "table") return isStepTable(block) && block.header.cells.some((cell) => TIME_COLUMN.test(normalise(cell.text)));
  if (block.type === "code") return readCode(block).by === "clock";
  if (block.type === "paragraph") return toldSteps(block).length >= 3;
  return block.items.filter((item) => startsOnClock(item.text)).length >= 2 || block.items.filter((item) => timeInFront(item.text) !== null).length >= 3;
}
