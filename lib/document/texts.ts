import { type Block, type DocumentTree, headingPath, type Line, type Section } from "./tree";

export interface Spoken extends Line {
  section: Section;
  /** Null for a heading. */
  block: Block | null;
  kind: "heading" | "paragraph" | "item" | "cell" | "comment";
}

const COMMENT = /^\s*(?:#+|\/\/|--)\s*(.+)$/;

const spoken = new WeakMap<DocumentTree, readonly Spoken[]>();

/** Everything a person wrote for people, line by line in document order: headings, paragraphs, items, cells, comments in code. */
export function spokenLines(tree: DocumentTree): readonly Spoken[] {
  const known = spoken.get(tree) ?? collect(tree);
  spoken.set(tree, known);
  return known;
}

function collect(tree: DocumentTree): Spoken[] {
  const lines: Spoken[] = [];
  for (const section of tree.sections) if (section.level > 0) lines.push({ line: section.line, text: section.title, section, block: null, kind: "heading" });
  for (const block of tree.blocks) {
    const add = (kind: Spoken["kind"], line: Line) => lines.push({ line: line.line, text: line.text, section: block.section, block, kind });
    if (block.type === "paragraph") for (const line of block.lines) add("paragraph", line);
    else if (block.type === "list") for (const item of block.items) for (const line of item.lines) add("item", line);
    else if (block.type === "table") for (const row of [block.header, ...block.rows]) for (const cell of row.cells) add("cell", cell);
    else {
      for (const line of block.lines) {
        const text = COMMENT.exec(line.text)?.[1];
        if (text !== undefined) add("comment", { line: line.line, text });
      }
    }
  }
  return lines.sort((a, b) => a.line - b.line);
}

/** The nearest titles above a section, its own first. */
export function titlesAbove(section: Section): string[] {
  return headingPath(section)
    .map((at) => at.title)
    .reverse();
}
