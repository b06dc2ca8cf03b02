import type { Line } from "./tree";

/*
 * Tables that stand in blocks of code: drawn with bars and dashes, as comma-separated values, and the bars of a Gantt chart.
 */

export interface CodeRow {
  line: number;
  cells: string[];
}

const BORDER = /^[\s+|=:┌┬┐├┼┤└┴┘─│╞╪╡╔╦╗╠╬╣╚╩╝═║-]+$/u;
/** Where lines of a grid cross: boxes beside each other have none. */
const GRID = /[-=]\+[-=]|[-=]\|[-=]|[┼╪╬]/u;
const BAR = /[|│║]/u;

/** The rows of a table drawn in a block, its heading first; null where the block is none. Pure, linear. */
export function drawnTable(lines: readonly Line[]): CodeRow[] | null {
  const filled = lines.filter((line) => line.text.trim() !== "");
  const rows = filled.filter((line) => !BORDER.test(line.text));
  if (rows.length < 3 || rows.length > 2_000 || !filled.some((line) => BORDER.test(line.text) && GRID.test(line.text))) return null;
  const cells = rows.map(({ line, text }) => ({
    line,
    cells: text
      .trim()
      .replace(/^[|│║]|[|│║]$/gu, "")
      .split(BAR)
      .map((cell) => cell.trim()),
  }));
  const width = cells[0]?.cells.length ?? 0;
  return width >= 2 && cells.every((row) => row.cells.length === width) ? cells : null;
}

/** The rows of comma- or tab-separated values, their heading first; null where the lines are none. */
export function separatedValues(lines: readonly Line[]): CodeRow[] | null {
  const filled = lines.filter((line) => line.text.trim() !== "");
  const first = filled[0]?.text ?? "";
  const mark = [";", "\t", ","].find((one) => first.split(one).length >= 2);
  if (mark === undefined || filled.length < 3 || filled.length > 2_000) return null;
  const rows = filled.map(({ line, text }) => ({
    line,
    cells: text.split(mark).map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .replace(/_/g, " "),
    ),
  }));
  const width = rows[0]?.cells.length ?? 0;
  return rows.every((row) => row.cells.length === width) ? rows : null;
}

const BAR_OF_CHART = /^\s*([^:%]{3,120}?)\s*:\s*(.+)$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The bars of a Gantt chart as "name (begin, length)", those without a date by their length alone. */
export function ganttBars(lines: readonly Line[]): Line[] {
  if (!/^\s*gantt\b/.test(lines.find((line) => line.text.trim() !== "")?.text ?? "")) return [];
  return lines.flatMap(({ line, text }) => {
    const match = /^\s*(?:title|dateFormat|axisFormat|excludes|todayMarker|section|gantt|tickInterval|%%)/.test(text) ? null : BAR_OF_CHART.exec(text);
    if (match === null) return [];
    const parts = (match[2] ?? "").split(",").map((part) => part.trim());
    const dates = parts.filter((part) => DATE.test(part));
    const length = parts.find((part) => /^\d{1,3}[dwh]$/.test(part));
    const when = [dates.join(" – "), length ?? ""].filter((part) => part !== "").join(", ");
    return when === "" || parts.includes("milestone") ? [] : [{ line, text: `${match[1] ?? ""} (${when})` }];
  });
}
