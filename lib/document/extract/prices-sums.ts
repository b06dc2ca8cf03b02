import { findMoney } from "../grammar/money";
import type { Row, Table } from "../tree";
import type { RowKind } from "./prices-bills";
import type { Column } from "./prices-columns";

/** A last row that is what the rows above add up to, or stands out in bold with its amount, sums them up whatever it is called. */
export function withSum(table: Table, priced: readonly Column[], first: number, kinds: RowKind[]): RowKind[] {
  const last = table.rows.at(-1);
  const column = priced.find((one) => one.kind === "price" || one.kind === "row-total" || one.kind === "annual");
  if (last === undefined || column === undefined || kinds.length < 4 || kinds.some((kind) => kind !== "item")) return kinds;
  const amounts = table.rows.map((row) => findMoney(row.cells[column.index]?.text ?? "", { bare: true })[0]);
  const values = amounts.map((money) => (money?.form === "fixed" && money.low !== null ? money.low * money.sign : null));
  const own = values.at(-1) ?? null;
  if (own === null || own <= 0) return kinds;
  const above = values.slice(0, -1);
  const sum = above.reduce<number>((all, value) => all + (value ?? 0), 0);
  const adds = above.filter((value) => value !== null && value > 0).length >= 3 && Math.abs(sum - own) <= Math.max(0.01, own * 0.0005);
  const bold = (row: Row, index: number) => /^\s*(?:\*\*|__|<b>|<strong>)/.test(row.cells[index]?.raw ?? "");
  const out = bold(last, first) && bold(last, column.index) && !table.rows.slice(0, -1).some((row) => bold(row, first) || bold(row, column.index));
  return adds || (out && own > Math.max(...above.map((value) => value ?? 0))) ? [...kinds.slice(0, -1), "total"] : kinds;
}
