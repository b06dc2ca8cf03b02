import { findQuantities } from "../grammar/quantity";
import { normalise } from "../lexicon/words";
import type { DocumentTree, Section } from "../tree";
import { declaredCurrency } from "./own-currency";
import { titleOf } from "./triggers-statements";
import type { Extract } from "./types";

/** Words in front of what a document says of itself. */
const FIELDS = {
  version: /^(?:document )?(?:version|revision|fassung|rev)$/,
  status: /^(?:document |plan )?(?:status|state|stand der dinge|zustand|statut|etat|estado)$/,
  created: /^(?:created|date|written|erstellt|datum|cree(?: le)?|date de creation|creado|fecha)(?: (?:on|am|le|el))?$/,
  updated:
    /^(?:last )?(?:updated|update|modified|changed|revised|stand|zuletzt geandert|aktualisiert|mise? a jour(?: le)?|derniere mise a jour|actualizado|ultima actualizacion)(?: (?:on|am|le|el))?$/,
  timeline: /^(?:timeline|schedule|zeitplan|calendrier|calendario|plazo)$/,
} as const;

type Field = keyof typeof FIELDS;
const SIZES: Record<Field, number> = { version: 40, status: 200, created: 40, updated: 40, timeline: 200 };

/** What the document says of itself, and the currency most of its amounts are in. */
export const meta: Extract = ({ tree, draft }) => {
  const title = titleOf(tree);
  const found: Partial<Record<Field, string>> = {};
  for (const line of metaLines(tree, title)) {
    const match = /^([^:：]{2,40})[:：]\s*(.{1,300})$/u.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const label = normalise(match[1]);
    for (const [field, test] of Object.entries(FIELDS) as [Field, RegExp][])
      if (test.test(label) && found[field] === undefined) found[field] = match[2].trim().slice(0, SIZES[field]);
  }
  const project = draft.plan.project;
  const name = title?.title ?? tree.sections.find((section) => section.level > 0)?.title;
  project.document = {
    ...(name === undefined || name === "" ? {} : { title: name.slice(0, 200) }),
    ...found,
    sourceLines: tree.lines.length,
    ...project.document,
  };
  if (title !== null) project.line = title.line;
  const currency = declaredCurrency(tree) ?? currencyOf(tree);
  if (currency !== null) project.currency = currency;
};

/** Lines in front of the second heading, and the last ones of the document. */
function metaLines(tree: DocumentTree, title: Section | null): string[] {
  const first = tree.blocks.filter((block) => block.section.index === 0 || block.section === title);
  const last = tree.blocks.slice(-4);
  return [...first, ...last].flatMap((block) => {
    if (block.type === "paragraph") return block.lines.map((line) => line.text);
    if (block.type === "list") return block.items.map((item) => item.text);
    if (block.type === "table") return block.rows.map((row) => `${row.cells[0]?.text ?? ""}: ${row.cells[1]?.text ?? ""}`);
    return [];
  });
}

/** The currency of most amounts; the first of those named equally often. Null where none is named. */
function currencyOf(tree: DocumentTree): string | null {
  const counts = new Map<string, number>();
  const count = (text: string) => {
    for (const { currency } of findQuantities(text)) if (currency !== null) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  };
  for (const line of tree.lines) if (/\d/.test(line) && line.length < 4_000) count(line.replaceAll("*", ""));
  let best: string | null = null;
  for (const [currency, times] of counts) if (best === null || times > (counts.get(best) ?? 0)) best = currency;
  return best;
}
