import type { PlaceKind } from "../lexicon/places";
import type { DocumentTree } from "../tree";
import { decisionMatricesOf } from "./matrices";
import { type Limit, limitsOfStatement } from "./triggers-limits";
import { type Place, saysItself } from "./triggers-places";
import { type Statement, statementsOf, titleOf } from "./triggers-statements";
import { limitsOfTable, qualitiesOfTable } from "./triggers-tables";

const known = new WeakMap<DocumentTree, Limit[]>();

/** Every limit of a document, in the order of its lines, each once. Read once for a document. */
export function limitsOf(tree: DocumentTree): Limit[] {
  const before = known.get(tree);
  if (before !== undefined) return before;
  const matrices = decisionMatricesOf(tree);
  const title = titleOf(tree);
  const found = [
    ...statementsOf(tree).flatMap((statement) => limitsOfStatement(statement)),
    ...tree.blocks.flatMap((block) => (block.type === "table" && !matrices.has(block) ? limitsOfTable(block, title) : [])),
  ].sort((a, b) => a.line - b.line);
  const seen = new Set<string>();
  const once = found.filter((limit) => {
    const id = `${limit.line} ${limit.kind} ${limit.metric.key} ${limit.op} ${limit.value} ${limit.level}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  known.set(tree, once);
  return once;
}

/** A condition without a number, with what it is for. */
export type Quality = Pick<Statement, "text" | "line" | "around"> & { place: Place };

/** Points of lists and rows of tables that state a condition without a number. */
export function qualitiesOf(tree: DocumentTree, kinds: ReadonlySet<PlaceKind>): Quality[] {
  const title = titleOf(tree);
  const matrices = decisionMatricesOf(tree);
  const points = statementsOf(tree).flatMap(({ place, form, item, text, line, around }) => {
    if (place === null || !kinds.has(place.kind) || form === "sentence" || saysItself(place) || place.by.nearness === "above") return [];
    if (item !== null && item.children.length > 0) return [];
    return text.length >= 3 && /\p{L}{3}/u.test(text) && !/[:：]$/.test(text) ? [{ text, line, around, place }] : [];
  });
  const rows = tree.blocks.flatMap((block) => (block.type === "table" && !matrices.has(block) ? qualitiesOfTable(block, title) : []));
  return [
    ...points,
    ...rows.filter((row) => kinds.has(row.kind)).map(({ text, line, around, place, kind }) => ({ text, line, around, place: { ...place, kind } })),
  ];
}
