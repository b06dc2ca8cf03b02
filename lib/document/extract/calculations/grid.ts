import { findMoney } from "../../grammar/money";
import { findQuantities } from "../../grammar/quantity";
import { normalise } from "../../lexicon/words";
import type { Row, Table } from "../../tree";
import { type Figure, stepOf } from "./figures";

/** A cell that is one figure and nothing else. */
export interface CellFigure extends Figure {
  unit: string | null;
  line: number;
}

/** A table as figures: one entry per row and column, null for words, "empty" where nothing is said. */
export interface Grid {
  table: Table;
  heads: string[];
  rows: { row: Row; label: string; cells: (CellFigure | "empty" | null)[] }[];
}

/** Reads a table cell by cell. Pure. */
export function gridOf(table: Table): Grid {
  const rows = table.rows.map((row) => ({ row, label: labelOf(row), cells: row.cells.map((cell) => figureIn(cell.text, cell.line)) }));
  return { table, heads: table.header.cells.map((cell) => normalise(cell.text)), rows };
}

/** The words a row begins with, behind its number where it has one. */
function labelOf(row: Row): string {
  const [first = "", second = ""] = row.cells.map((cell) => normalise(cell.text));
  return /^(?:\W*|\d{1,3}[.)]?)$/.test(first) ? second : first;
}

const EMPTY = /^(?:[-–—./]*|n\/?a|none|nil|keine?r?|aucune?|ningun[oa]?|free|kostenlos|gratuit|gratis|incl(?:\.|uded)?|inkl\.?|inklusive|inclus|incluido)$/;
/** Signs around a figure that change nothing of it: footnotes, stars. */
const AROUND = /^[\s*_~≈+(^]*|[\s*_)^¹²³†‡]*$/gu;

function figureIn(text: string, line: number): CellFigure | "empty" | null {
  const plain = normalise(text.replace(AROUND, ""));
  if (EMPTY.test(plain)) return "empty";
  if (text.length > 60 || !/\d/.test(text)) return null;
  const money = findMoney(text, { bare: true });
  const [amount] = money;
  const [quantity, ...more] = findQuantities(text);
  const approximate = /[~≈]|\b(?:ca|approx|about|etwa|rund|environ)\b/.test(plain);
  // One figure with its unit fills the cell; words beside it make it a sentence.
  const words = plain.replace(/[\d.,'’\s]+/g, " ").trim();
  if (words.split(" ").length > 4) return null;
  if (quantity !== undefined && more.length === 0 && quantity.currency === null && quantity.unit !== null) {
    const negative = /^\s*[-−–]/.test(text);
    if (quantity.open) return null;
    return {
      min: negative ? -quantity.value : quantity.value,
      ...(quantity.high === null ? {} : { max: quantity.high }),
      ...(approximate ? { approximate } : {}),
      ...stepIn(text, quantity.value),
      unit: quantity.unit,
      line,
    };
  }
  if (amount === undefined || money.length > 1 || amount.low === null || amount.high === null || amount.form === "per-unit") return null;
  if (amount.form !== "fixed" && amount.form !== "range" && amount.form !== "formula") return null;
  const negative = amount.sign < 0 || /^\s*\(?\s*[-−–]/.test(text);
  const [low, high] = negative ? [-amount.high, -amount.low] : [amount.low, amount.high];
  return {
    min: low,
    ...(low === high ? {} : { max: high }),
    ...(approximate || amount.approximate ? { approximate: true } : {}),
    ...stepIn(text, amount.low),
    unit: amount.currency === null ? null : `${amount.currency}${amount.period === null ? "" : `/${amount.period}`}`,
    line,
  };
}

function stepIn(text: string, value: number): { step?: number } {
  const step = stepOf(text, value);
  return step === undefined ? {} : { step };
}

export const plainFigure = ({ min, max, approximate, step }: CellFigure): Figure => ({
  min,
  ...(step === undefined ? {} : { step }),
  ...(max === undefined ? {} : { max }),
  ...(approximate === true ? { approximate: true } : {}),
});
