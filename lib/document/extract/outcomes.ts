import { findQuantities } from "../grammar/quantity";
import { ROLES } from "../lexicon/roles";
import { normalise } from "../lexicon/words";
import type { Table } from "../tree";
import type { Extract } from "./types";

/** Tables of what changes: a name, how it is before, how it is after. */
export const outcomes: Extract = ({ tree, draft }) => {
  for (const block of tree.blocks) {
    if (block.type !== "table") continue;
    const columns = columnsOf(block);
    if (columns === null) continue;
    for (const row of block.rows) {
      const name = row.cells[0]?.text.trim() ?? "";
      const [before, after] = columns.map((column) => sideOf(row.cells[column]?.text ?? ""));
      if (name === "" || before === undefined || after === undefined || before === null || after === null) continue;
      draft.add("outcomes", { name: name.slice(0, 200), before, after, line: row.line }, row.line);
    }
  }
};

/** Positions of the columns "before" and "after": one of each, behind the first, and no column of prices. */
function columnsOf(table: Table): [number, number] | null {
  const heads = table.header.cells.map((cell) => normalise(cell.text));
  if (heads.length < 3 || heads.some((head, i) => i > 0 && ROLES.cost.test(head))) return null;
  const before = heads.flatMap((head, i) => (i > 0 && ROLES.current.test(head) && !ROLES.target.test(head) ? [i] : []));
  const after = heads.flatMap((head, i) => (i > 0 && ROLES.target.test(head) && !ROLES.current.test(head) ? [i] : []));
  const [b, a] = [before[0], after[0]];
  return before.length === 1 && after.length === 1 && b !== undefined && a !== undefined ? [b, a] : null;
}

function sideOf(text: string) {
  const plain = text.trim();
  if (plain === "" || plain.length > 200) return null;
  const found = findQuantities(plain);
  const [only] = found;
  if (only === undefined || found.length > 1) return { text: plain };
  const lead = plain.slice(0, only.start);
  const op = /<=|≤/.test(lead)
    ? ("<=" as const)
    : />=|≥/.test(lead)
      ? (">=" as const)
      : /</.test(lead)
        ? ("<" as const)
        : />/.test(lead)
          ? (">" as const)
          : null;
  const unit = only.unit === null || only.unit === "" ? {} : { unit: only.unit.slice(0, 40) };
  const size = only.high === null ? { value: only.value } : { min: only.value, max: only.high };
  return { text: plain, ...size, ...unit, ...(op === null ? (only.open ? { op: ">=" as const } : {}) : { op }) };
}
