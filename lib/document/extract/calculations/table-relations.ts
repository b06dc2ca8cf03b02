import { CHANGE_PERCENT, DIFFERENCE, MONTHLY } from "../../lexicon/arithmetic";
import { ANNUAL, QUANTITY, TOTAL, UNIT_PRICE } from "../../lexicon/costs";
import { ROLES } from "../../lexicon/roles";
import { type CellFigure, type Grid, plainFigure } from "./grid";
import type { Calculation } from "./types";

type Line = (CellFigure | "empty" | null | undefined)[];
interface Series {
  name: string;
  cells: Line;
  line: number;
}

/** What columns say of one another, and rows in the same way: before, after and their difference; a month and a year; a count, a price, their product. */
export function relations(grid: Grid): Calculation[] {
  const { columns, rows } = seriesOf(grid);
  return [
    ...among(columns, grid.heads.slice(1), "row"),
    ...among(
      rows,
      grid.rows.map(({ label }) => label),
      "column",
    ),
  ];
}

/** What the column of differences would hold if every row were right; null for other columns. */
export function differencesFor(grid: Grid, column: number): (number | null)[] | null {
  const { columns } = seriesOf(grid);
  const relation = relationsIn(columns, grid.heads.slice(1)).find(({ kind, result }) => kind === "difference" && result === columns[column - 1]);
  if (relation === undefined) return null;
  const turned = signOf(relation) < 0 ? -1 : 1;
  return grid.rows.map((_, i) => {
    const [before, after] = [relation.parts[0]?.cells[i], relation.parts[1]?.cells[i]];
    return isFigure(before) && isFigure(after) ? Number(((before.min - after.min) * turned).toFixed(6)) : null;
  });
}

function seriesOf(grid: Grid): { columns: Series[]; rows: Series[] } {
  const { header } = grid.table;
  const columns: Series[] = header.cells.slice(1).map((cell, i) => ({ name: cell.text, line: cell.line, cells: grid.rows.map(({ cells }) => cells[i + 1]) }));
  const rows: Series[] = grid.rows.map(({ row, cells }) => ({ name: row.cells[0]?.text ?? "", line: row.line, cells: cells.slice(1) }));
  return { columns, rows };
}

interface Relation {
  kind: Calculation["kind"];
  parts: readonly Series[];
  /** A further factor: the months of a year. */
  by?: number;
  result: Series;
}

function among(series: readonly Series[], heads: readonly string[], place: "row" | "column"): Calculation[] {
  return relationsIn(series, heads).flatMap((relation) => evaluate(relation, place));
}

function relationsIn(series: readonly Series[], heads: readonly string[]): Relation[] {
  const one = (test: (head: string) => boolean) => {
    const at = heads.flatMap((head, i) => (head !== "" && head.length <= 60 && test(head) ? [i] : []));
    return at.length === 1 ? series[at[0] ?? -1] : undefined;
  };
  const difference = (head: string) => DIFFERENCE.test(head) && !CHANGE_PERCENT.test(head);
  const before = one((head) => ROLES.current.test(head) && !ROLES.target.test(head) && !DIFFERENCE.test(head));
  const after = one((head) => ROLES.target.test(head) && !ROLES.current.test(head) && !DIFFERENCE.test(head));
  const saved = one(difference);
  const percent = one((head) => CHANGE_PERCENT.test(head));
  const monthly = one((head) => MONTHLY.test(head) && !ANNUAL.test(head));
  const yearly = one((head) => ANNUAL.test(head) && !MONTHLY.test(head));
  const quantity = one((head) => QUANTITY.test(head) && !TOTAL.test(head) && !UNIT_PRICE.test(head));
  const unit = one((head) => UNIT_PRICE.test(head) && !TOTAL.test(head));
  const found: Relation[] = [];
  if (before !== undefined && after !== undefined && saved !== undefined) found.push({ kind: "difference", parts: [before, after], result: saved });
  if (before !== undefined && after !== undefined && percent !== undefined) found.push({ kind: "change-percent", parts: [before, after], result: percent });
  if (monthly !== undefined && yearly !== undefined) found.push({ kind: "product", parts: [monthly], by: 12, result: yearly });
  if (quantity !== undefined && unit !== undefined) {
    const rest = series.filter(
      (other) => other !== quantity && other !== unit && other !== yearly && other.cells.filter(isFigure).length * 2 > other.cells.length,
    );
    const product = one((head) => TOTAL.test(head) && !ANNUAL.test(head)) ?? (rest.length === 1 ? rest[0] : (monthly ?? undefined));
    if (product !== undefined && product !== quantity && product !== unit) found.push({ kind: "product", parts: [quantity, unit], result: product });
  }
  return found;
}

/** Whether a column of differences has signs: then those that agree with most of the others are meant. */
function signOf({ kind, parts, result }: Relation): -1 | 0 | 1 {
  if (kind !== "difference" || !result.cells.some((cell) => isFigure(cell) && cell.min < 0)) return 0;
  const votes = result.cells.reduce((sum, cell, i) => {
    const [before, after] = [parts[0]?.cells[i], parts[1]?.cells[i]];
    if (!isFigure(cell) || !isFigure(before) || !isFigure(after) || before.min === after.min) return sum;
    return sum + (cell.min > 0 === before.min > after.min ? 1 : -1);
  }, 0);
  return votes > 0 ? 1 : votes < 0 ? -1 : 0;
}

function evaluate(relation: Relation, place: "row" | "column"): Calculation[] {
  const { kind, parts, by, result } = relation;
  const sign = signOf(relation);
  const found = result.cells.flatMap((cell, i): { calculation: Calculation; holds: boolean }[] => {
    const figures = parts.map((part) => part.cells[i]);
    if (!isFigure(cell) || !figures.every(isFigure)) return [];
    if (figures.some((figure) => figure.max !== undefined) || cell.max !== undefined || !unitsFit(kind, figures, cell)) return [];
    const [first, second] = figures;
    // A nought among figures says that the row is reckoned elsewhere.
    if (first === undefined || (kind === "change-percent" && first.min === 0) || (kind === "product" && cell.min === 0)) return [];
    const stated = { ...cell, min: sign === 0 ? Math.abs(cell.min) : cell.min };
    const turned = kind === "difference" && second !== undefined && (sign === 0 ? second.min > first.min : sign < 0);
    const ordered = turned ? figures.toReversed() : figures;
    const calculation: Calculation = {
      kind,
      what: `${nameOf(result, parts, place)}`.slice(0, 200),
      parts: [...ordered.map(plainFigure), ...(by === undefined ? [] : [{ min: by }])],
      result: plainFigure(stated),
      ...(cell.unit === null ? {} : { unit: cell.unit }),
      place,
      line: place === "row" ? cell.line : result.line,
    };
    return [{ calculation, holds: holds(calculation) }];
  });
  // Where nothing agrees the columns mean something else.
  const wrong = found.filter((one) => !one.holds).length;
  if (found.length > 1 && wrong > found.length / 2) return [];
  return found.map((one) => one.calculation);
}

const isFigure = (cell: CellFigure | "empty" | null | undefined): cell is CellFigure => cell !== null && cell !== undefined && cell !== "empty";

const nameOf = (result: Series, parts: readonly Series[], place: "row" | "column") =>
  (place === "row" ? `${result.name} of ${parts.map((part) => part.name).join(" and ")}` : result.name) || "Difference";

function unitsFit(kind: Calculation["kind"], parts: readonly CellFigure[], result: CellFigure): boolean {
  if (kind === "change-percent") return parts.every((part) => part.unit !== "percent") && (result.unit === "percent" || result.unit === null);
  if (result.unit === "percent") return false;
  const money = (unit: string | null) => (unit !== null && /^[A-Z]{3}(?:\/|$)/.test(unit) ? unit.slice(0, 3) : null);
  if (kind === "difference")
    return parts.every(
      (part) =>
        part.unit === result.unit || part.unit === null || result.unit === null || (money(part.unit) !== null && money(part.unit) === money(result.unit)),
    );
  const currencies = new Set([...parts, result].flatMap((one) => money(one.unit) ?? []));
  return currencies.size <= 1;
}

/** A rough look, only to tell whether the columns are what their headings say. */
function holds({ kind, parts, result }: Calculation): boolean {
  const [a, b] = [parts[0]?.min ?? 0, parts[1]?.min ?? 0];
  const value = kind === "difference" ? a - b : kind === "change-percent" ? (Math.abs(a - b) / a) * 100 : a * b;
  return Math.abs(value - result.min) <= Math.max(Math.abs(value) * 0.01, kind === "change-percent" ? 1 : 0.5);
}
