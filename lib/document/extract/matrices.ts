import type { Draft, Entry } from "../draft";
import { findConditions } from "../grammar/condition";
import { metricOf } from "../grammar/metric-names";
import { findQuantities } from "../grammar/quantity";
import { COLUMNS } from "../lexicon/places";
import { ROLES } from "../lexicon/roles";
import { normalise } from "../lexicon/words";
import type { DocumentTree, Row, Section, Table } from "../tree";
import { ensureMetric } from "./ensure-metric";
import { numberedName, stackOf } from "./stacks-names";
import { aroundOf, placeOf } from "./triggers-places";
import { titleOf } from "./triggers-statements";
import { columnKinds } from "./triggers-tables";
import type { Extract } from "./types";

type Matrix = NonNullable<Draft["plan"]["decisionMatrix"]>;
type Cell = Matrix["rows"][number]["cells"][number];

/** Tables of quantities by stacks, and of options by factors with a winner. */
export const matrices: Extract = ({ tree, draft }) => {
  const title = titleOf(tree);
  const deciding = decisionMatricesOf(tree);
  for (const block of tree.blocks) {
    if (block.type !== "table") continue;
    if (deciding.has(block)) decisionMatrix(block, draft);
    else optionMatrix(block, draft, title);
  }
};

/** Tables of a document that are decision matrices: their cells are no limits of their own. */
export function decisionMatricesOf(tree: DocumentTree): Set<Table> {
  const known = knownMatrices.get(tree);
  if (known !== undefined) return known;
  const title = titleOf(tree);
  const found = new Set(tree.blocks.filter((block): block is Table => block.type === "table" && isDecisionMatrix(block, title)));
  knownMatrices.set(tree, found);
  return found;
}

const knownMatrices = new WeakMap<DocumentTree, Set<Table>>();

function isDecisionMatrix(table: Table, title: Section | null): boolean {
  const heads = table.header.cells.map((cell) => cell.text);
  if (heads.length < 3 || table.rows.length < 2) return false;
  const kinds = columnKinds(table);
  if (kinds.some((kind) => kind === "warning" || kind === "critical" || kind === "winner" || kind === "window" || kind === "action" || kind === "severity"))
    return false;
  const around = aroundOf(table, null, title);
  const named = around.some(
    (one) => one.nearness !== "above" && ROLES.matrix.test(normalise(one.text)) && !/(?:risk|risiko|risque|riesgo)/.test(normalise(one.text)),
  );
  const stacks = heads.slice(1).filter((head) => numberedName(head) !== null).length;
  const cells = table.rows.flatMap((row) => row.cells.slice(1));
  const typed = cells.filter((cell) => ["threshold", "range", "trajectory"].includes(cellOf(cell.text).type)).length;
  const conditions = cells.filter((cell) => cellOf(cell.text).type === "threshold").length;
  const deciding = placeOf(around)?.kind === "migrate";
  return typed >= cells.length / 2 && conditions >= 2 && (named || stacks >= 2 || (deciding && kinds.slice(1).every((kind) => kind === null)));
}

function decisionMatrix(table: Table, draft: Draft): void {
  if (draft.plan.decisionMatrix !== undefined) return;
  const used = new Set<string>();
  const columns = table.header.cells
    .slice(1)
    .map((cell) => ({ stack: columnStack(draft, cell.text, table.header.line, used), label: cell.text.slice(0, 120) || "–" }));
  const rows = table.rows.flatMap((row) => matrixRow(row, columns.length, draft) ?? []);
  if (rows.length === 0 || columns.length === 0 || columns.length > 20) return;
  const name = table.label?.text ?? table.section.title;
  draft.plan.decisionMatrix = { ...(name === "" ? {} : { title: name.slice(0, 200) }), columns, rows: rows.slice(0, 200), line: beginning(table) };
  for (const row of table.rows) draft.claim(row.line, "matrices");
  draft.claim(table.header.line, "matrices");
}

/** Where a matrix begins: at the heading or label that is its own. */
function beginning(table: Table): number {
  if (table.label !== null) return table.label.line;
  const { section } = table;
  return section.level > 0 && section.blocks.find((block) => block.type === "table") === table ? section.line : table.line;
}

/** The stack of a column; one is added where no stack, or one of another column, fits its heading. */
function columnStack(draft: Draft, text: string, line: number, used: Set<string>): string {
  const name = text.replace(/\s*(?:target|trigger|threshold|ziel|schwelle|cible|seuil|objetivo|umbral)s?$/i, "").trim() || text;
  const known = stackOf(draft, text) ?? stackOf(draft, name);
  if (known !== null && !used.has(known)) {
    used.add(known);
    return known;
  }
  const key = draft.key("stacks", name, "stack");
  used.add(key);
  draft.add("stacks", { key, name: name.slice(0, 200) || "Stack", role: "phase", line }, line);
  return key;
}

function matrixRow(row: Row, width: number, draft: Draft): Matrix["rows"][number] | null {
  const label = row.cells[0]?.text ?? "";
  const cells = Array.from({ length: width }, (_, i) => cellOf(row.cells[i + 1]?.text ?? ""));
  if (label === "" || cells.every((cell) => cell.type === "text")) return null;
  const texts = row.cells.slice(1).map((cell) => cell.text);
  const unit = texts.flatMap((text) => findQuantities(text)).find((one) => one.unit !== null)?.unit ?? null;
  const metric = metricOf(label, unit);
  if (metric === null) return null;
  const conditions = cells.filter((cell) => cell.type === "threshold" || cell.type === "range").length;
  return {
    metric: sharedMetric(draft, label) ?? ensureMetric(draft, metric, row.line),
    label: label.slice(0, 120),
    role: conditions === 0 ? "result" : "condition",
    cells,
    line: row.line,
  };
}

/** A metric of the triggers that the label names in fewer words: "Users" for "Active users". */
function sharedMetric(draft: Draft, label: string): string | null {
  const words = normalise(label)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
  const used = new Set(draft.plan.triggers.map((trigger) => trigger.metric));
  const found = draft.plan.metrics.filter((metric) => {
    const own = new Set(normalise(`${metric.name} ${metric.key.replaceAll("_", " ")}`).split(/[^\p{L}\p{N}]+/u));
    return used.has(metric.key) && words.length > 0 && words.every((word) => own.has(word));
  });
  return found.length === 1 ? (found[0]?.key ?? null) : null;
}

/** What a cell says: a limit, a range, money, a way from one value to another, or words. */
export function cellOf(text: string): Cell {
  const shown = text === "" ? {} : { text: text.slice(0, 200) };
  const [condition] = findConditions(text);
  if (condition?.op === "between" && condition.high !== null) return { type: "range", min: condition.value, max: condition.high, ...shown };
  if (condition !== undefined) return { type: "threshold", op: condition.op, value: condition.value, ...shown };
  const quantities = findQuantities(text);
  const [first, second] = quantities;
  if (first !== undefined && second !== undefined && /^\s*(?:→|->|=>|➜|to)\s*$/u.test(text.slice(first.end, second.start)))
    return { type: "trajectory", from: first.value, to: second.value, ...shown };
  if (first !== undefined && first.high !== null) return { type: "range", min: first.value, max: first.high, ...shown };
  if (first !== undefined && first.currency !== null && quantities.length === 1)
    return { type: "money", amount: first.value, period: first.unit?.endsWith("/year") ? "year" : "month", ...shown };
  if (/^(?:yes|required|ja|oui|si|sí)$/i.test(text)) return { type: "threshold", op: "is", value: true, ...shown };
  if (/^(?:no|none|nein|non)$/i.test(text)) return { type: "threshold", op: "is", value: false, ...shown };
  return { type: "text", text: (text || "–").slice(0, 200) };
}

function optionMatrix(table: Table, draft: Draft, title: Section | null): void {
  const kinds = columnKinds(table);
  const winner = kinds.lastIndexOf("winner");
  const around = aroundOf(table, null, title);
  const deciding = around.some((one) => one.nearness !== "above" && ROLES.decision.test(normalise(one.text)));
  const options = table.header.cells.flatMap((cell, i) => (i > 0 && i !== winner && cell.text !== "" ? [{ text: cell.text.slice(0, 120), i }] : []));
  const first = normalise(table.header.cells[0]?.text ?? "");
  const factor = first === "" || COLUMNS.factor.test(first) || COLUMNS.metric.test(first);
  if (options.length < 2 || options.length > 20 || table.rows.length < 2 || !(winner > 0 || (deciding && factor)) || !factor) return;
  if (new Set(options.map((option) => option.text)).size < options.length) return;
  const names = options.map((option) => option.text);
  const tally: Record<string, number> = {};
  const rows: Entry<"optionMatrices">["rows"] = table.rows.flatMap((row) => {
    const text = row.cells[0]?.text ?? "";
    if (text === "") return [];
    const won = winner > 0 ? winnerOf(row.cells[winner]?.text ?? "", names) : undefined;
    if (won !== undefined && won !== "tie") tally[won] = (tally[won] ?? 0) + 1;
    return [
      {
        factor: text.slice(0, 200),
        cells: options.map(({ i }) => (row.cells[i]?.text || "–").slice(0, 500)),
        ...(won === undefined ? {} : { winner: won }),
        line: row.line,
      },
    ];
  });
  const name = (table.label?.text || table.section.title || "Options").slice(0, 200);
  draft.add("optionMatrices", { key: draft.key("optionMatrices", name, "options"), title: name, options: names, rows, line: table.line }, table.line);
}

function winnerOf(text: string, options: readonly string[]): string | undefined {
  const plain = normalise(text);
  if (plain === "") return undefined;
  if (/^(?:tie|draw|equal|same|both|either|none|unentschieden|gleich|egalite|empate|=|-)/.test(plain)) return "tie";
  const exact = options.find((option) => normalise(option) === plain);
  if (exact !== undefined) return exact;
  const close = options.filter((option) => normalise(option).includes(plain) || plain.includes(normalise(option)));
  return close.length === 1 ? close[0] : undefined;
}
