import { codeKind } from "../../code/kind";
import { fold } from "../../grammar/quantity";
import { sentencesOf } from "../../texts";
import { type DocumentTree, headingPath, type ListItem, type Section, type Table } from "../../tree";

/** A stretch of text with the words that say what it is about, the nearest first. */
export interface Place {
  text: string;
  /** As written, also in code. */
  raw: string;
  /** Lower case without accents, letter by letter. */
  folded: string;
  /** Folded: head of the column, name of the row, item above, titles. */
  labels: string[];
  section: Section;
  /** Where its block begins. */
  block: number;
  /** It answers the question in its first label. */
  asked: boolean;
  kind: "heading" | "paragraph" | "item" | "cell" | "comment" | "code";
  lineAt: (position: number) => number;
  /** What a person is shown: the row of a cell, else the text. */
  shown: string;
}

const LONGEST = 600;

/** Everything that may tell a figure: sentences, items with the one they stand under, cells with their row and column. */
export function placesOf(tree: DocumentTree): Place[] {
  const above = itemsAbove(tree);
  const keys = keysAbove(tree);
  const all = sentencesOf(tree);
  const sentences = all.flatMap((one, i): Place[] => {
    // Drawings are compared with the configuration by a rule of their own.
    if (one.block?.type === "code" && codeKind(one.block) === "diagram") return [];
    if (one.block?.type === "table" || one.text.length > LONGEST || !/\d/.test(one.text)) return [];
    const text = one.kind === "code" ? one.text.replaceAll(/[_"']/g, " ") : one.text;
    const parent = one.kind === "item" ? above.get(one.lineAt(0)) : one.kind === "code" ? keys.get(one.lineAt(0)) : undefined;
    const label = one.block?.label?.text;
    const question = all[i - 1]?.block === one.block && all[i - 1]?.text.trimEnd().endsWith("?") === true ? all[i - 1]?.text : undefined;
    return [
      {
        text,
        raw: one.text,
        asked: question !== undefined,
        folded: fold(text),
        labels: [...(question === undefined ? [] : [question]), ...(parent ?? []), ...(label === undefined ? [] : [label]), ...titles(one.section)].map(fold),
        section: one.section,
        block: one.block?.line ?? one.lineAt(0),
        kind: one.kind,
        lineAt: one.lineAt,
        shown: one.text,
      },
    ];
  });
  return [...sentences, ...tree.blocks.flatMap((block) => (block.type === "table" ? cellsOf(block) : []))];
}

const titles = (section: Section) =>
  headingPath(section)
    .filter((at) => at.level > 1)
    .map((at) => at.title)
    .reverse();

function itemsAbove(tree: DocumentTree): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const block of tree.blocks) {
    if (block.type !== "list") continue;
    for (const item of block.items) {
      const above: string[] = [];
      for (let at: ListItem | null = item.parent; at !== null; at = at.parent) above.push(at.text.slice(0, 160));
      if (above.length > 0) for (const { line } of item.lines) found.set(line, above);
    }
  }
  return found;
}

/** Keys that a line of YAML or a list of settings stands under, by its indent. */
function keysAbove(tree: DocumentTree): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const block of tree.blocks) {
    if (block.type !== "code") continue;
    const open: { indent: number; key: string }[] = [];
    for (const { line, text } of block.lines) {
      const indent = text.search(/\S/);
      if (indent < 0) continue;
      while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
      if (open.length > 0) found.set(line, open.map(({ key }) => key).reverse());
      const key = /^\s*(?:- )?["']?([\w .-]{1,60})["']?\s*:\s*$/.exec(text)?.[1];
      if (key !== undefined) open.push({ indent, key });
    }
  }
  return found;
}

function cellsOf(table: Table): Place[] {
  const heads = table.header.cells.map((cell) => cell.text);
  return table.rows.flatMap((row) => {
    const name = rowName(row.cells.map((cell) => cell.text));
    const shown = row.cells
      .map((cell) => cell.text)
      .join(" | ")
      .slice(0, 300);
    return row.cells.flatMap((cell, i): Place[] => {
      if (!/\d/.test(cell.text) || cell.text.length > LONGEST) return [];
      const label = table.label?.text;
      return [
        {
          text: cell.text,
          raw: cell.text,
          asked: false,
          folded: fold(cell.text),
          labels: [heads[i] ?? "", ...(i === 0 ? [] : [name]), ...(label === undefined ? [] : [label]), ...titles(table.section)].map(fold),
          section: table.section,
          block: table.line,
          kind: "cell",
          lineAt: () => cell.line,
          shown,
        },
      ];
    });
  });
}

/** The first cell with words in it. */
const rowName = (cells: readonly string[]) => cells.find((text) => /\p{L}{2}/u.test(text)) ?? "";
