import { currencyIn } from "../lexicon/costs";
import { normalise, wordTest } from "../lexicon/words";
import type { Outline } from "../outline";
import type { ListItem, Paragraph, Section, Table } from "../tree";
import { datedName, type PhaseMark, phaseMark, plannedOf } from "./phase-marks";
import type { FoundPhase } from "./phases";
import { stepsOfList } from "./steps-list";
import { ACTION_COLUMN, TIME_COLUMN } from "./steps-table";
import { cellText } from "./tables";

/** Phases that are no headings: rows of a table, items of a list, lines of running text. */

/** "1. Phase 1: Prepare" with its tasks below, or weeks in a list. */
export function itemPhases(items: readonly ListItem[], container: Section): FoundPhase[] {
  const top = items.filter((item) => item.depth === 0);
  const allDated = top.length >= 2 && top.every((item) => datedName(item.text) !== null);
  const found = top.flatMap((item): FoundPhase[] => {
    const dated = allDated ? datedName(item.text) : null;
    const mark = dated === null ? phaseMark(item.text) : { kind: "time" as const, number: null, money: false, ...dated };
    if (mark?.planned?.offset !== undefined && mark.kind === "time") return [];
    if (mark === null || !(mark.kind === "phase" || mark.kind === "time" || mark.kind === "step") || (mark.kind !== "phase" && isRamp(item.text))) return [];
    const [title = mark.title] = mark.title.split(/[:：]\s|\s[-–—]\s/u);
    const texts = item.children.length > 0 ? [] : [{ text: mark.title, line: item.line }];
    return [{ mark: { ...mark, title }, line: item.line, container, source: "item", blocks: [], sections: [], texts, item }];
  });
  return found.length >= 2 && found.length >= top.length / 2 ? found : [];
}

/** "50 % of the users": a share and little else is a step of a ramp. */
function isRamp(text: string): boolean {
  return (
    /\d\s?%/.test(text) &&
    text
      .replace(/\d+\s?%/g, " ")
      .split(/[^\p{L}]+/u)
      .filter((word) => word.length > 3).length <= 4
  );
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
  "quarter",
  "track",
  "welle",
  "meilenstein",
  "quartal",
  "vague",
  "jalon",
  "trimestre",
  "ola",
  "hito",
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
/** Columns that say what a phase is about, without being steps. */
const SCOPE_COLUMN = /^(?:scope|goals?|contents?|inhalte?|umfang|ziele?|contenus?|objectifs?|contenidos?|alcance|objetivos?)$/;
const TARGET_CELL = /[<>≤≥]/;

const WHEN_COLUMN =
  /duration|timeline|dauer|duree|duracion|dates?|^(?:from|to|start|starts|begin|end|ends|until|due|von|bis|beginn|ende|ab|termin|zeitraum|debut|fin|du|au|inicio|desde|hasta|fechas?|datum)$/;

/** A table whose rows are phases: "Phase | Duration | Tasks". */
export function rowPhases(table: Table): FoundPhase[] {
  const columns = table.header.cells.map((cell) => normalise(cell.text));
  const at = columns.findIndex((text) => PHASE_COLUMN.test(text));
  if (at < 0 || at > 1 || currencyIn(table.header.cells[at]?.text ?? "") !== null) return [];
  const work = columns.findIndex((text, i) => i !== at && ACTION_COLUMN.test(text));
  const scope = work >= 0 ? work : columns.findIndex((text, i) => i !== at && SCOPE_COLUMN.test(text));
  const when = columns.findIndex((text, i) => i !== at && (TIME_COLUMN.test(text) || PHASE_COLUMN.test(text) || WHEN_COLUMN.test(text)));
  if ((scope < 0 && when < 0) || isShareTable(table, columns, work)) return [];
  if (work < 0 && columns.some((text) => MONEY_COLUMN.test(text))) return [];
  const found = table.rows.flatMap((row): FoundPhase[] => {
    const name = cellText(row, at);
    if (name === "" || row.cells.some((cell, i) => TARGET_CELL.test(cell.text) && !EXIT_COLUMN.test(columns[i] ?? ""))) return [];
    const mark = phaseMark(name) ?? { kind: "named" as const, number: null, title: name, planned: undefined, money: false };
    const planned = { ...plannedOf(name), ...(when < 0 ? {} : plannedOf(cellText(row, when))) };
    const task = work < 0 ? "" : cellText(row, work);
    const about = scope < 0 || (work < 0 && when >= 0) ? "" : cellText(row, scope);
    const title = /^(?:phase|stage|week|q\d|\d)/i.test(mark.title) && about !== "" ? (about.split(/[,;.]/)[0] ?? about) : mark.title;
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

/** Columns that say what lets a phase end. */
const EXIT_COLUMN =
  /(?:exit|criteri|gate|done|success|acceptance|deliverable|outcome|result|goal|kriteri|ergebnis|abnahme|ziel|critere|livrable|objectif|criterio|entregable|objetivo)/;

/** A table of waves with nothing but their share of the traffic. */
function isShareTable(table: Table, columns: readonly string[], work: number): boolean {
  if (work >= 0 && !/^(?:step|schritt|etape|paso)s?$/.test(columns[work] ?? "")) return false;
  return columns.some((_, i) => table.rows.length > 1 && table.rows.every((row) => /^[~≈]?\d{1,3}(?:[.,]\d+)?\s?%$/.test(cellText(row, i).trim())));
}

/** "Week 1: export all zones. Compare both answers." line by line or paragraph by paragraph. */
export function paragraphPhases(paragraphs: readonly Paragraph[], container: Section): FoundPhase[] {
  // Lines with nothing but shares are a ramp; among others they are weeks in which traffic moves too.
  const dated = paragraphs.flatMap((paragraph) => paragraph.lines.filter((line) => phaseMark(line.text.split(/[:：]/u)[0] ?? "") !== null));
  const ramp = dated.filter((line) => /\d\s?%/.test(line.text)).length * 2 > dated.length;
  const found = paragraphs.flatMap((paragraph) =>
    paragraph.lines.flatMap((line, i): FoundPhase[] => {
      const head = /^([^:：.]{3,80}?)(?:[:：.]|\s[–—-])\s+(\S.*)$/u.exec(line.text);
      const mark: PhaseMark | null = head === null ? null : phaseMark(head[1] ?? "");
      if (mark === null || !(mark.kind === "phase" || mark.kind === "time") || mark.planned?.offset !== undefined || (ramp && /\d\s?%/.test(line.text)))
        return [];
      const rest = i === paragraph.lines.length - 1 ? [] : followers(paragraph, i + 1);
      const texts = [{ text: head?.[2] ?? "", line: line.line }, ...rest].flatMap((one) =>
        one.text.split(/(?<=[.;])\s+/).map((text) => ({ text: text.replace(/[.;]$/, ""), line: one.line })),
      );
      const bare = mark.title === head?.[1]?.trim() || mark.title === mark.planned?.text;
      const said = bare ? (texts[0]?.text.slice(0, 120) ?? mark.title) : mark.title;
      const dated = bare && mark.planned === undefined ? datedName(said) : null;
      return [{ mark: { ...mark, ...(dated ?? { title: said }) }, line: line.line, container, source: "row", blocks: [], sections: [], texts }];
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
