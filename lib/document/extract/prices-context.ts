import { type CostPeriod, currencyIn, periodIn } from "../lexicon/costs";
import { normalise } from "../lexicon/words";
import { type Outline, rolesOf } from "../outline";
import { headingPath, type Section, type Table } from "../tree";
import type { TableContext } from "./prices-columns";

/** What the words around a table say about its numbers: label first, then the headings from the nearest on. */
export function contextOf(table: Table, outline: Outline): TableContext {
  const above = [
    table.label?.text ?? "",
    ...headingPath(table.section)
      .map((section) => section.title)
      .reverse(),
  ].filter((text) => text !== "");
  const near = above.slice(0, 2);
  const first = <T>(read: (text: string) => T | null): T | null => above.map(read).find((found) => found !== null) ?? null;
  return {
    money: near.some((text) => rolesOf(text).has("cost") || currencyIn(text) !== null) || outline.under(table, "cost"),
    period: first(periodIn) ?? noteOf(table.section).period,
    currency: first(currencyIn) ?? noteOf(table.section).currency,
  };
}

interface Note {
  period: CostPeriod | null;
  currency: string | null;
}

const NOTES = new WeakMap<Section, Note>();
const ALL_PRICES = /(?:prices?|figures|amounts|costs?|angaben|preise|kosten|betrage|prix|montants|couts|precios|importes|costes)\b/;

/** "All prices per month, in euros": what a paragraph of the section or of the title says of every amount. */
function noteOf(section: Section): Note {
  const known = NOTES.get(section);
  if (known !== undefined) return known;
  const note: Note = { period: null, currency: null };
  for (let at: Section | null = section; at !== null; at = at.parent)
    for (const block of at.blocks) {
      if (block.type !== "paragraph") continue;
      for (const { text } of block.lines)
        for (const sentence of text.split(/\.\s/)) {
          const plain = normalise(sentence);
          // "What the move itself costs, once:" is said of the list below it.
          if (sentence.length > 100 || /[:：]\s*$/u.test(sentence) || !ALL_PRICES.test(plain) || /\d/.test(plain)) continue;
          note.period ??= periodIn(sentence);
          note.currency ??= currencyIn(sentence);
        }
    }
  NOTES.set(section, note);
  return note;
}
