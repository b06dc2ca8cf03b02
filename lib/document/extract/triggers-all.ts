import type { PlaceKind } from "../lexicon/places";
import type { DocumentTree } from "../tree";
import { decisionMatricesOf } from "./matrices";
import { type Limit, limitsOfStatement } from "./triggers-limits";
import { saysItself } from "./triggers-places";
import { type Statement, statementsOf, titleOf } from "./triggers-statements";
import { limitsOfTable } from "./triggers-tables";

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

/** Points of lists that state a condition without a number, with their kind. */
export function qualitiesOf(tree: DocumentTree, kinds: ReadonlySet<PlaceKind>): Statement[] {
  return statementsOf(tree).filter((statement) => {
    const { place, form, item, text } = statement;
    if (place === null || !kinds.has(place.kind) || form === "sentence" || saysItself(place) || place.by.nearness === "above") return false;
    if (item !== null && item.children.length > 0) return false;
    return text.length >= 3 && /\p{L}{3}/u.test(text) && !/[:：]$/.test(text);
  });
}
