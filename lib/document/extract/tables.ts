import { normalise } from "../lexicon/words";
import type { Row, Table } from "../tree";

/** Position of the first column whose heading fits, -1 where none does. */
export function columnOf(table: Table, test: RegExp): number {
  return table.header.cells.findIndex((cell) => test.test(normalise(cell.text)));
}

/** Text of a cell; "" where the row is short or the column is not there. A dash stands for nothing. */
export function cellText(row: Row, column: number): string {
  const text = row.cells[column]?.text ?? "";
  return /^[-–—]+$/.test(text) ? "" : text;
}
