import type { Entry } from "../draft";
import { findMoney } from "../grammar/money";
import { findQuantities } from "../grammar/quantity";
import { ROLES } from "../lexicon/roles";
import { normalise, wordTest } from "../lexicon/words";
import type { Row, Table } from "../tree";
import type { Extract } from "./types";

type Comparison = Entry<"costComparisons">;
type Side = Comparison["rows"][number];
type Role = Side["role"];

const YEARLY = wordTest(["annual", "annually", "yearly", "year", "per year", "jahr*", "pro jahr", "annuel*", "par an", "an", "anual*", "ano", "por ano"]);
const MONTHLY = wordTest(["month*", "per month", "monat*", "mensuel*", "mois", "mensual*", "mes"]);

/** Tables with a row before, a row after and a row of savings. */
export const comparisons: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "table" || block.rows.length > 12) continue;
    const rows = block.rows.flatMap((row) => {
      const role = roleOf(row.cells[0]?.text ?? "");
      const side = role === null ? null : sideOf(block, row, role);
      return side === null ? [] : [side];
    });
    const [first, ...others] = rows;
    if (first === undefined || rows.length !== 3 || new Set(rows.map((row) => row.role)).size !== 3) continue;
    const name = (block.label?.text ?? block.section.title).slice(0, 200) || "Comparison";
    draft.add("costComparisons", { key: draft.key("costComparisons", name, "comparison"), name, line: block.line, rows: [first, ...others] }, block.line);
  }
};

function roleOf(text: string): Role | null {
  const plain = normalise(text);
  if (plain === "" || plain.length > 80) return null;
  if (ROLES.saving.test(plain)) return "saving";
  const [current, target] = [ROLES.current.test(plain), ROLES.target.test(plain)];
  return current === target ? null : current ? "before" : "after";
}

function sideOf(table: Table, row: Row, role: Role): Side | null {
  let side: Side | null = null;
  for (const [i, cell] of row.cells.entries()) {
    if (i === 0) continue;
    const money = findMoney(cell.text).find((one) => one.low !== null || one.high !== null);
    const head = normalise(table.header.cells[i]?.text ?? "");
    if (money === undefined) continue;
    const low = (money.low ?? 0) * (money.sign === -1 && role !== "saving" ? -1 : 1);
    const ends = { min: low, ...(money.form === "open" ? {} : { max: money.high ?? low }) };
    const yearly = money.period === "year" || (money.period === null && YEARLY.test(head) && !MONTHLY.test(head));
    if (yearly && side !== null && side.annual === undefined) side.annual = ends;
    else
      side ??= {
        role,
        name: (row.cells[0]?.text ?? "").slice(0, 200),
        ...ends,
        period: yearly ? "year" : "month",
        ...(money.approximate ? { approximate: true } : {}),
        line: row.line,
      };
  }
  const percent = row.cells.flatMap((cell) => findQuantities(cell.text)).find((one) => one.unit === "percent" && one.value <= 100)?.value;
  if (side !== null && percent !== undefined && role === "saving") side.percent = percent;
  return side;
}
