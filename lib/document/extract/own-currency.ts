import { currencyIn } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import type { DocumentTree } from "../tree";
import type { Extract } from "./types";

/*
 * "$", "¥" and "kr" stand for the money of several countries. A document that says which one it means ("all amounts in
 * AUD", "Cost (NZD)") means it wherever only the sign is written.
 */

/** Currencies that share a sign: the one the sign is read as first. */
const SHARED: readonly { first: string; others: ReadonlySet<string>; explicit: RegExp }[] = [
  { first: "USD", others: new Set(["AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU"]), explicit: /US\s?\$|USD|US dollars?/i },
  { first: "JPY", others: new Set(["CNY"]), explicit: /JP¥|JPY|yen/i },
  { first: "SEK", others: new Set(["NOK", "DKK", "ISK"]), explicit: /SEK/ },
];

const SAYS =
  /(?<![\p{L}])(?:amounts?|figures?|prices?|costs?|currency|values?|betrage|preise|kosten|wahrung|angaben|montants?|prix|couts?|devise|importes?|precios?|costes?|costos?|moneda|cifras)(?![\p{L}])[^.;|]{0,40}?(?:(?<![\p{L}])(?:in|en|are)(?![\p{L}])|[:=])\s?([^.;|]{2,40})/u;

/** The currency a document says its amounts are in, by a sentence or by the headings of its tables; null where it says none. */
export function declaredCurrency(tree: DocumentTree): string | null {
  for (const block of tree.blocks) {
    if (block.type !== "paragraph" && block.type !== "list") continue;
    const lines = block.type === "paragraph" ? block.lines : block.items;
    for (const { text } of lines) {
      const said = text.length > 400 ? null : SAYS.exec(normalise(text));
      if (said?.[1] === undefined || /\d/.test(said[1])) continue;
      const code = currencyIn(said[1].toUpperCase());
      if (code !== null) return code;
    }
  }
  const heads = new Set(
    tree.blocks.flatMap((block) =>
      block.type === "table" ? block.header.cells.flatMap((cell) => (/[A-Z]{3}/.test(cell.text) ? (currencyIn(cell.text) ?? []) : [])) : [],
    ),
  );
  const [only] = heads;
  return heads.size === 1 && only !== undefined ? only : null;
}

/** Amounts whose sign alone was read become amounts of the document's own currency. Runs last. */
export const ownCurrency: Extract = ({ tree, draft }) => {
  const own = draft.plan.project.currency ?? "USD";
  const shared = SHARED.find((one) => one.others.has(own));
  if (shared === undefined || declaredCurrency(tree) !== own) return;
  const isExplicit = (line: number | null) => line !== null && shared.explicit.test(tree.lines[line - 1] ?? "");
  turn(draft.plan, null, (entry, line) => {
    if (isExplicit(line)) return;
    if (entry.currency === shared.first) delete entry.currency;
    if (typeof entry.unit === "string" && entry.unit.startsWith(`${shared.first}/`)) entry.unit = `${own}${entry.unit.slice(3)}`;
  });
};

/** Calls `change` with every object inside, and the line of the nearest entry around it. */
function turn(value: unknown, around: number | null, change: (entry: Record<string, unknown>, line: number | null) => void): void {
  if (Array.isArray(value)) {
    for (const one of value) turn(one, around, change);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const entry = value as Record<string, unknown>;
  const own = Array.isArray(entry.line) ? entry.line[0] : entry.line;
  const line = typeof own === "number" ? own : around;
  if (entry !== undefined && !("slug" in entry)) change(entry, line);
  for (const one of Object.values(entry)) turn(one, line, change);
}
