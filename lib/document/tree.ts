/*
 * A Markdown document as the extractors see it: sections, and in them blocks whose every line knows its number in the
 * file. Texts are plain: marks of emphasis, links and code are gone, what a reader reads is left.
 */

export interface Line {
  /** 1-based line in the file as given. */
  line: number;
  text: string;
}

export interface Section {
  /** Position in document order; section 0 is what stands before the first heading. */
  index: number;
  /** 1–6 of its heading, 0 for section 0. */
  level: number;
  title: string;
  line: number;
  /** Last line before the next heading of any level. */
  endLine: number;
  parent: Section | null;
  children: Section[];
  blocks: Block[];
}

interface Placed {
  section: Section;
  line: number;
  endLine: number;
  /** The words that introduce the block: a bold line or a paragraph ending in a colon right above it. */
  label: Line | null;
}

export interface Paragraph extends Placed {
  type: "paragraph";
  lines: Line[];
  quoted: boolean;
}

export interface Cell extends Line {
  /** Text as written, with its marks. */
  raw: string;
}

export interface Row {
  line: number;
  cells: Cell[];
}

export interface Table extends Placed {
  type: "table";
  header: Row;
  rows: Row[];
}

export interface ListItem extends Line {
  /** Plain text of the whole first paragraph; `line` is where the item begins. */
  text: string;
  /** The lines of that paragraph. */
  lines: Line[];
  endLine: number;
  /** 0 for the outermost list. */
  depth: number;
  parent: ListItem | null;
  children: ListItem[];
  ordered: boolean;
  number: number | null;
  /** State of a checkbox; null without one. */
  checked: boolean | null;
  /** A tick or a cross in front of the text. */
  mark: "yes" | "no" | null;
  /** Blocks inside the item other than lists. */
  blocks: Block[];
}

export interface List extends Placed {
  type: "list";
  /** All items in document order, nested ones after their parent. */
  items: ListItem[];
}

export interface Code extends Placed {
  type: "code";
  /** First word of the info string, lower case; "" where there is none. */
  language: string;
  /** Content without the fences. */
  lines: Line[];
  closed: boolean;
  /** The list item it stands in. */
  item: ListItem | null;
}

export type Block = Paragraph | Table | List | Code;

export interface DocumentTree {
  /** Lines of the repaired text, index 0 is line 1. */
  lines: string[];
  sections: Section[];
  /** Every block in document order, also those inside list items. */
  blocks: Block[];
  /** Lines that were cut because they are longer than a person writes. */
  cutLines: number[];
}

/** Titles from the outermost heading down to the section's own. */
export function headingPath(section: Section): Section[] {
  const path: Section[] = [];
  for (let at: Section | null = section; at !== null; at = at.parent) if (at.level > 0) path.unshift(at);
  return path;
}

/** A section and everything below it, in document order. */
export function withDescendants(section: Section): Section[] {
  return [section, ...section.children.flatMap(withDescendants)];
}
