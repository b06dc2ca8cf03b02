import type { SectionRole } from "../lexicon/roles";
import { BACK_LABEL } from "../lexicon/steps";
import { normalise, wordTest } from "../lexicon/words";
import type { Outline } from "../outline";
import { type Block, type DocumentTree, type ListItem, type Section, type Table, withDescendants } from "../tree";
import { type PhaseMark, phaseMark, plannedOf } from "./phase-marks";
import { collectSteps, isStepTable } from "./steps";
import { readCode } from "./steps-code";
import { startsOnClock, stepsOfList } from "./steps-list";
import { ACTION_COLUMN, TIME_COLUMN } from "./steps-table";
import { cellText } from "./tables";

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

/** Headings below which "Phase 2" is a column of costs, a target or a threshold, but nothing that is done. */
const NOT_WORK: readonly SectionRole[] = [
  "cost",
  "saving",
  "trigger",
  "block",
  "justify",
  "success",
  "benchmark",
  "matrix",
  "tips",
  "economics",
  "decision",
  "troubleshooting",
  "contents",
  "alert",
  "rollback",
  "backup",
  "environment",
];
const WORK: readonly SectionRole[] = ["migration", "phase", "cutover"];
export const NEXT_STEPS = wordTest([
  "next steps",
  "roadmap",
  "follow up*",
  "future",
  "nachste schritte",
  "ausblick",
  "prochaines etapes",
  "suite",
  "proximos pasos",
  "hoja de ruta",
]);

/** What the headings above a place say: work to be done, something else, or nothing. */
export function contextOf(section: Section | null, outline: Outline, tree: DocumentTree): "work" | "other" | "open" {
  for (let at = section; at !== null && at.level > 0; at = at.parent) {
    if (isTitle(at, tree)) break;
    const roles = outline.own(at);
    const numbered = phaseMark(at.title);
    if (numbered !== null && (numbered.kind === "phase" || numbered.kind === "step")) return "work";
    if (NOT_WORK.some((role) => roles.has(role))) return "other";
    if (WORK.some((role) => roles.has(role))) return NEXT_STEPS.test(normalise(at.title)) ? "other" : "work";
    if (roles.has("scaling")) return "other";
  }
  return "open";
}

/** The title of the document: the only heading of the highest level. */
export function isTitle(section: Section, tree: DocumentTree): boolean {
  const first = tree.sections.find((one) => one.level > 0);
  return first !== undefined && section.level === 1 && section.index === first.index;
}

/** All places that may be phases, in document order. Pure. */
export function findPhases(tree: DocumentTree, outline: Outline): FoundPhase[] {
  const headings = headingPhases(tree, outline);
  const owners = new Set(headings.flatMap((phase) => phase.own).flatMap(withDescendants));
  const free = tree.sections.filter((section) => !owners.has(section) && contextOf(section, outline, tree) !== "other");
  const labels = free.flatMap((section) => labelPhases(section, outline, tree));
  const best = chosen(
    headings.map(({ own: _own, ...phase }) => phase),
    labels,
  );
  if (best.length > 0) return best.sort((a, b) => a.line - b.line);
  const rows = free.flatMap((section) =>
    section.blocks.flatMap((block) => (block.type === "table" ? rowPhases(block) : block.type === "list" ? itemPhases(block.items, section) : [])),
  );
  return rows.sort((a, b) => a.line - b.line);
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
  return all.filter(
    (phase) =>
      RANK[phase.mark.kind] === top || (RANK[phase.mark.kind] >= 2 && places.has(phase.container) && (phase.line > from || phase.mark.kind === "named")),
  );
}

function headingPhases(tree: DocumentTree, outline: Outline): (FoundPhase & { own: Section[] })[] {
  const found: (FoundPhase & { own: Section[] })[] = [];
  const taken = new Set<Section>();
  for (const section of tree.sections) {
    if (section.level === 0 || isTitle(section, tree)) continue;
    const mark = phaseMark(section.title);
    if (mark === null || mark.kind === "numbered") continue;
    if (inTaken(section, taken)) continue;
    if (!isPhase(section, mark, outline, tree)) continue;
    taken.add(section);
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

function inTaken(section: Section, taken: ReadonlySet<Section>): boolean {
  for (let at = section.parent; at !== null; at = at.parent) if (taken.has(at)) return true;
  return false;
}

function isPhase(section: Section, mark: PhaseMark, outline: Outline, tree: DocumentTree): boolean {
  const context = contextOf(section.parent, outline, tree);
  if (context === "other") return false;
  const roles = outline.own(section);
  const works = () => hasWork(section, outline);
  if (mark.kind === "phase" || mark.kind === "step") {
    // Where phases hold phases ("Step 3" with "Phase 1" in it), the inner ones are meant.
    if (mark.kind === "step" && section.children.some((child) => phaseMark(child.title)?.kind === "phase")) return false;
    if (mark.money && !works()) return false;
    return context === "work" || works() || !onlyFigures(section);
  }
  if (mark.kind === "time") return context === "work" || works();
  if (mark.kind === "loose") return works() && !NOT_WORK.some((role) => roles.has(role));
  const dated = mark.planned !== undefined;
  return (context === "work" || dated) && !NOT_WORK.some((role) => roles.has(role) && role !== "backup") && works() && !(context === "open" && !dated);
}

/** Whether something in a section is to be done. */
export function hasWork(section: Section, outline: Outline): boolean {
  return collectSteps({ blocks: section.blocks, sections: section.children }, outline).steps.length > 0;
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

/** "1. Phase 1: Prepare" with its tasks below, or weeks in a list. */
function itemPhases(items: readonly ListItem[], container: Section): FoundPhase[] {
  const top = items.filter((item) => item.depth === 0);
  const found = top.flatMap((item): FoundPhase[] => {
    const mark = phaseMark(item.text);
    if (mark?.planned?.offset !== undefined && mark.kind === "time") return [];
    if (mark === null || !(mark.kind === "phase" || mark.kind === "time" || mark.kind === "step") || /\d\s?%/.test(item.text)) return [];
    const [title = mark.title] = mark.title.split(/[:：]\s|\s[-–—]\s/u);
    const texts = item.children.length > 0 ? [] : [{ text: mark.title, line: item.line }];
    return [{ mark: { ...mark, title }, line: item.line, container, source: "item", blocks: [], sections: [], texts, item }];
  });
  return found.length >= 2 && found.length >= top.length / 2 ? found : [];
}

const PHASE_COLUMN = wordTest([
  "phase",
  "phases",
  "stage",
  "week",
  "weeks",
  "sprint",
  "wave",
  "milestone",
  "period",
  "etappe",
  "stufe",
  "woche",
  "zeitraum",
  "meilenstein",
  "etape",
  "semaine",
  "fase",
  "etapa",
  "semana",
  "month",
  "monat",
  "mois",
  "mes",
  "day",
  "tag",
  "jour",
  "dia",
]);
const MONEY_COLUMN = wordTest(["cost", "costs", "price", "monthly", "kosten", "preis", "cout", "prix", "coste", "precio", "budget"]);
const TARGET_CELL = /[<>≤≥]/;

/** A table whose rows are phases: "Phase | Duration | Tasks". */
function rowPhases(table: Table): FoundPhase[] {
  const columns = table.header.cells.map((cell) => normalise(cell.text));
  const at = columns.findIndex((text) => PHASE_COLUMN.test(text));
  if (at < 0 || at > 1) return [];
  const work = columns.findIndex((text, i) => i !== at && ACTION_COLUMN.test(text));
  const when = columns.findIndex(
    (text, i) => i !== at && (TIME_COLUMN.test(text) || PHASE_COLUMN.test(text) || /duration|timeline|dauer|duree|duracion|dates?/.test(text)),
  );
  if (work < 0 && when < 0) return [];
  if (work < 0 && columns.some((text) => MONEY_COLUMN.test(text))) return [];
  const found = table.rows.flatMap((row): FoundPhase[] => {
    const name = cellText(row, at);
    if (name === "" || row.cells.some((cell) => TARGET_CELL.test(cell.text))) return [];
    const mark = phaseMark(name) ?? { kind: "named" as const, number: null, title: name, planned: undefined, money: false };
    const planned = { ...plannedOf(name), ...(when < 0 ? {} : plannedOf(cellText(row, when))) };
    const task = work < 0 ? "" : cellText(row, work);
    const title = /^(?:phase|stage|week|\d)/i.test(mark.title) && task !== "" ? (task.split(/[,;.]/)[0] ?? task) : mark.title;
    const texts = task === "" ? [] : task.split(/;\s*|,\s+(?=\p{L})/u).map((text) => ({ text, line: row.line }));
    return [
      {
        mark: { ...mark, title, planned: Object.keys(planned).length > 0 ? planned : undefined },
        line: row.line,
        container: table.section,
        source: "row",
        blocks: [],
        sections: [],
        texts,
      },
    ];
  });
  return found.length >= 2 ? found : [];
}

/** Where a document has steps but no phases: sections about the move, each one phase. */
export function looseWork(tree: DocumentTree, outline: Outline): FoundPhase[] {
  const taken = new Set<Section>();
  const found: FoundPhase[] = [];
  for (const section of tree.sections) {
    if (inTaken(section, taken)) continue;
    const title = isTitle(section, tree) || section.level === 0;
    const context = contextOf(section, outline, tree);
    if (!title && (context === "other" || (context === "open" && !section.blocks.some(isTimeline)) || BACK_LABEL.test(normalise(section.title)))) continue;
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
  return block.type === "list" && block.items.filter((item) => startsOnClock(item.text)).length >= 2;
}

/** Steps of a list item that is a phase: what stands below it. */
export function stepsOfItem(phase: FoundPhase, outline: Outline) {
  if (phase.item === undefined) return [];
  const { item } = phase;
  const below = item.children.flatMap(function all(child: ListItem): ListItem[] {
    return [child, ...child.children.flatMap(all)];
  });
  const shifted = below.map((child) => ({ ...child, depth: child.depth - item.depth - 1 }));
  return stepsOfList(
    { type: "list", section: phase.container, line: item.line, endLine: item.endLine, label: { line: item.line, text: "Steps" }, items: shifted },
    outline,
  );
}
