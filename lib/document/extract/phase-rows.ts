import { normalise, wordTest } from "../lexicon/words";
import type { Outline } from "../outline";
import type { ListItem, Paragraph, Section, Table } from "../tree";
import { type PhaseMark, phaseMark, plannedOf } from "./phase-marks";
import type { FoundPhase } from "./phases";
import { stepsOfList } from "./steps-list";
import { ACTION_COLUMN, TIME_COLUMN } from "./steps-table";
import { cellText } from "./tables";

/** Phases that are no headings: rows of a table, items of a list, lines of running text. */

/** "1. Phase 1: Prepare" with its tasks below, or weeks in a list. */
export function itemPhases(items: readonly ListItem[], container: Section): FoundPhase[] {
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
  "period",
  "etappe",
  "stufe",
  "woche",
  "zeitraum",
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
export function rowPhases(table: Table): FoundPhase[] {
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

/** "Week 1: export all zones. Compare both answers." line by line or paragraph by paragraph. */
export function paragraphPhases(paragraphs: readonly Paragraph[], container: Section): FoundPhase[] {
  const found = paragraphs.flatMap((paragraph) =>
    paragraph.lines.flatMap((line, i): FoundPhase[] => {
      const head = /^([^:：.]{3,80}?)(?:[:：.]|\s[–—-])\s+(\S.*)$/u.exec(line.text);
      const mark: PhaseMark | null = head === null ? null : phaseMark(head[1] ?? "");
      if (mark === null || !(mark.kind === "phase" || mark.kind === "time") || mark.planned?.offset !== undefined || /\d\s?%/.test(line.text)) return [];
      const rest = i === paragraph.lines.length - 1 ? [] : followers(paragraph, i + 1);
      const texts = [{ text: head?.[2] ?? "", line: line.line }, ...rest].flatMap((one) =>
        one.text.split(/(?<=[.;])\s+/).map((text) => ({ text: text.replace(/[.;]$/, ""), line: one.line })),
      );
      const bare = mark.title === head?.[1]?.trim() || mark.title === mark.planned?.text;
      const title = bare ? (texts[0]?.text.slice(0, 120) ?? mark.title) : mark.title;
      return [{ mark: { ...mark, title }, line: line.line, container, source: "row", blocks: [], sections: [], texts }];
    }),
  );
  return found.length >= 2 ? found : [];
}

/** Lines of the same paragraph up to the next one that names a phase. */
function followers(paragraph: Paragraph, from: number): { text: string; line: number }[] {
  const rest: { text: string; line: number }[] = [];
  for (const line of paragraph.lines.slice(from)) {
    if (phaseMark(line.text.split(/[:：]/u)[0] ?? "") !== null) break;
    rest.push(line);
  }
  return rest;
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
