import { CREDIT, NO_SUM, WEIGHTED } from "../../lexicon/arithmetic";
import { ANNUAL, OPTIONAL, SAVING, SUBTOTAL, TOTAL, UNIT_PRICE } from "../../lexicon/costs";
import type { DocumentTree } from "../../tree";
import { type CellFigure, type Grid, gridOf, plainFigure } from "./grid";
import { differencesFor, relations } from "./table-relations";
import type { Calculation } from "./types";

/** Longer tables are exports, not reckonings. */
const MOST_ROWS = 80;

/** Totals of columns and what the columns of a row say of one another. Pure. */
export function tableCalculations(tree: DocumentTree): Calculation[] {
  return tree.blocks.flatMap((block): Calculation[] => {
    if (block.type !== "table" || block.rows.length === 0 || block.rows.length > MOST_ROWS) return [];
    const grid = gridOf(block);
    return [...columnSums(grid), ...relations(grid)];
  });
}

type Filled = { figure: CellFigure; label: string };

function columnSums(grid: Grid): Calculation[] {
  const named = grid.rows.flatMap(({ label }, i) => (isTotal(label) ? [i] : []));
  const totals = named.length > 0 ? named : boldLast(grid);
  if (totals.length === 0) return [];
  return grid.heads.flatMap((head, column) => (column === 0 || NO_SUM.test(head) || UNIT_PRICE.test(head) ? [] : sumsOf(grid, column, totals)));
}

/** The last row, where it alone is set in bold: a total by another name. */
function boldLast({ rows }: Grid): number[] {
  const bold = ({ row }: Grid["rows"][number]) => {
    const filled = row.cells.filter((cell) => /[\p{L}\d]/u.test(cell.text));
    return filled.length >= 2 && filled.every((cell) => /^(?:\*\*|__|<b>|<strong>)/.test(cell.raw.trim()));
  };
  const last = rows.length - 1;
  // Words in front and figures behind: not a row of an inventory that is set in bold.
  const plain = rows.at(-1)?.cells.every((cell, i) => (i === 0 ? cell === null : cell !== null)) === true && !/\d/.test(rows.at(-1)?.label ?? "");
  return plain && rows.length > 2 && rows.every((row, i) => bold(row) === (i === last)) ? [last] : [];
}

const isTotal = (label: string) => label.length <= 60 && (TOTAL.test(label) || SUBTOTAL.test(label)) && !SAVING.test(label) && !WEIGHTED.test(label);

function sumsOf(grid: Grid, column: number, totals: readonly number[]): Calculation[] {
  const found: Calculation[] = [];
  const above: Filled[] = [];
  const group: Filled[] = [];
  const earlier: Filled[] = [];
  // Where a row is wrong the total may be that of the right ones: the row is told, not the total.
  const right = differencesFor(grid, column);
  let rightSum = 0;
  for (const [i, { row, label, cells }] of grid.rows.entries()) {
    const cell = cells[column];
    if (!totals.includes(i)) {
      // A word among the figures: what the column adds up to is not known.
      if (cell === null) return found;
      if (cell === undefined || cell === "empty") continue;
      above.push({ figure: cell, label });
      rightSum += right?.[i] ?? cell.min;
      group.push({ figure: cell, label });
      continue;
    }
    if (cell === null || cell === undefined || cell === "empty") continue;
    const candidates = [above, group, earlier, [...earlier.slice(-1), ...group]].filter((parts) => parts.length >= 2);
    const primary = SUBTOTAL.test(label) ? group : above;
    const unit = cell.unit;
    const sameUnit = primary.every(({ figure }) => figure.unit === null || unit === null || figure.unit.split("/")[0] === unit.split("/")[0]);
    // Twelve of the sums above are told by the total of the month.
    const yearly = ANNUAL.test(label) && grid.rows.some((other, j) => j !== i && totals.includes(j) && !ANNUAL.test(other.label));
    if (yearly || (right !== null && cell.max === undefined && Math.abs(rightSum - cell.min) < 0.01)) continue;
    if (primary.length >= 2 && sameUnit && unit !== "percent" && !candidates.some((parts) => ways(parts).some((way) => meets(way, cell))))
      found.push({
        kind: "sum",
        what: `${row.cells[0]?.text ?? "Total"}, ${grid.table.header.cells[column]?.text ?? ""}`.replace(/, $/, "").slice(0, 200),
        parts: primary.map(({ figure }) => plainFigure(figure)).slice(0, 200),
        result: plainFigure(cell),
        ...(unit === null ? {} : { unit }),
        place: "column",
        line: row.line,
      });
    else if (primary.length >= 2 && sameUnit && unit !== "percent") {
      const fits = candidates.flatMap(ways).find((way) => meets(way, cell));
      if (fits !== undefined)
        found.push({
          kind: "sum",
          what: row.cells[0]?.text.slice(0, 200) || "Total",
          parts: fits.map(plainFigure),
          result: plainFigure(cell),
          ...(unit === null ? {} : { unit }),
          place: "column",
          line: row.line,
        });
    }
    earlier.push({ figure: cell, label });
    group.length = 0;
  }
  return found;
}

/** The sums a column may mean: with and without what is optional, with credits taken off. */
function ways(parts: readonly Filled[]): CellFigure[][] {
  const all = parts.map(({ figure }) => figure);
  const lean = parts.filter(({ label }) => !OPTIONAL.test(label)).map(({ figure }) => figure);
  const credited = parts.map(({ figure, label }) =>
    CREDIT.test(label) && figure.min > 0 ? { ...figure, min: -(figure.max ?? figure.min), ...(figure.max === undefined ? {} : { max: -figure.min }) } : figure,
  );
  return [all, lean, credited];
}

function meets(parts: readonly CellFigure[], total: CellFigure): boolean {
  const sum = (end: (one: CellFigure) => number) => parts.reduce((all, one) => all + end(one), 0);
  const [low, high] = [sum((one) => one.min), sum((one) => one.max ?? one.min)];
  const near = (stated: number, computed: number) => Math.abs(stated - computed) <= slackOf(stated, parts.length, [total, ...parts]);
  if (total.max === undefined)
    return near(total.min, low) || near(total.min, high) || (low !== high && total.min >= low && total.min <= high && total.approximate === true);
  return near(total.min, low) && near(total.max, high);
}

/** Half a unit of the last digit, and as much again for every rounded part where the parts have decimals. */
function slackOf(stated: number, parts: number, all: readonly CellFigure[]): number {
  const places = (String(stated).split(".")[1] ?? "").length;
  const step = Math.max(...all.map((one) => one.step ?? 0));
  const approximate = all.some((one) => one.approximate) ? Math.abs(stated) * 0.05 : 0;
  return Math.max(0.51 * 10 ** -places, approximate, (places > 0 ? parts * 0.5 : 0) * 10 ** -places, parts * 0.5 * step);
}
