import { MONTHS } from "./lexicon/months";
import { normalise } from "./lexicon/words";
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

/** A paragraph or point whose lines run on, as one text. */
export interface Passage extends Spoken {
  /** The line of a position in the text, and where in that line's own text it is. */
  at: (position: number) => { line: number; position: number };
}

/** Shorter lines end where their author ended them. */
const WRAPPED = 50;

/** What people wrote, with the lines of running text joined by one blank each; lines of `alone` stay by themselves. Document order. */
export function passagesOf(tree: DocumentTree, alone: ReadonlySet<number>): Passage[] {
  const lines = spokenLines(tree);
  const found: Passage[] = [];
  for (let i = 0; i < lines.length; ) {
    const first = lines[i];
    if (first === undefined) break;
    const parts = [first];
    let { length } = first.text;
    for (i++; i < lines.length; i++) {
      const next = lines[i];
      const last = parts.at(-1) ?? first;
      if (next === undefined || alone.has(last.line) || alone.has(next.line) || length > LONGEST / 2 || !runsOn(last, next)) break;
      parts.push(next);
      length += next.text.length + 1;
    }
    found.push(passage(parts));
  }
  return found;
}

/** Whether a line goes on in the next: it is as long as a wrapped one, or the next begins in the middle of a sentence. */
function runsOn(line: Spoken, next: Spoken): boolean {
  if (next.block !== line.block || next.kind !== line.kind || next.line !== line.line + 1) return false;
  if (line.kind === "item" ? !sameItem(line, next) : line.kind !== "paragraph") return false;
  if (LED.test(next.text)) return false;
  return line.text.length >= WRAPPED ? !/[:：]$/.test(line.text) : /^\p{Ll}/u.test(next.text) && !/[.!?:：]$/.test(line.text);
}

/** "Storage: …" begins a point of its own. */
const LED = /^\p{L}[^:.!?]{1,40}:\s/u;

function sameItem(line: Spoken, next: Spoken): boolean {
  return next.block?.type === "list" && !startsOf(next.block).has(next.line) && line.block === next.block;
}

const starts = new WeakMap<Block, ReadonlySet<number>>();

function startsOf(list: Extract<Block, { type: "list" }>): ReadonlySet<number> {
  const known = starts.get(list) ?? new Set(list.items.map((item) => item.line));
  starts.set(list, known);
  return known;
}

function passage(parts: readonly Spoken[]): Passage {
  const [first] = parts as [Spoken];
  const begins: number[] = [];
  let length = 0;
  for (const part of parts) {
    begins.push(length);
    length += part.text.length + 1;
  }
  const at = (position: number) => {
    const i = Math.max(
      0,
      begins.findLastIndex((begin) => begin <= position),
    );
    return { line: parts[i]?.line ?? first.line, position: position - (begins[i] ?? 0) };
  };
  return { ...first, text: parts.length === 1 ? first.text : parts.map((part) => part.text).join(" "), at };
}

/** The nearest titles above a section, its own first. */
export function titlesAbove(section: Section): string[] {
  return headingPath(section)
    .map((at) => at.title)
    .reverse();
}

/** A sentence as its author wrote it, also where it runs over several lines of the file. */
export interface Sentence {
  text: string;
  section: Section;
  block: Block | null;
  kind: Spoken["kind"] | "code";
  /** Line of the file in which a position of the text stands. */
  lineAt: (position: number) => number;
}

const sentences = new WeakMap<DocumentTree, readonly Sentence[]>();
/** A stop ends a sentence where a capital, a figure or a sign of money follows; abbreviations have one too. */
const END = /(?<=[.!?])\s+(?=["'„«“(¿¡]?[\p{Lu}\d$€£])/gu;
const ABBREVIATION = /(?:\b(?:approx|ca|e\.g|i\.e|z\.\s?B|d\.\s?h|bzw|vs|incl|inkl|excl|zzgl|max|min|Nr|No|p\.\s?ej|env|St|Mio|Std|Tsd|Mrd|est)|\b\p{L})\.$/iu;
/** "3. März", "12. Oktober": the stop of an ordinal. */
const ORDINAL = /(?:^|\s)\d{1,2}\.$/u;
const LONGEST = 2_000;

/** Sentences of paragraphs, items, cells, headings and comments, and the lines of code that are no program. Document order. */
export function sentencesOf(tree: DocumentTree): readonly Sentence[] {
  const known = sentences.get(tree) ?? collectSentences(tree);
  sentences.set(tree, known);
  return known;
}

function collectSentences(tree: DocumentTree): Sentence[] {
  const found: Sentence[] = [];
  for (const section of tree.sections)
    if (section.level > 0) found.push({ text: section.title, section, block: null, kind: "heading", lineAt: () => section.line });
  for (const block of tree.blocks) {
    const add = (kind: Sentence["kind"], lines: readonly Line[]) => found.push(...split(lines).map((one) => ({ ...one, section: block.section, block, kind })));
    if (block.type === "paragraph") add("paragraph", block.lines);
    else if (block.type === "list") for (const item of block.items) add("item", item.lines);
    else if (block.type === "table") for (const row of [block.header, ...block.rows]) for (const cell of row.cells) add("cell", [cell]);
    else for (const line of block.lines) add("code", [line]);
  }
  return found.sort((a, b) => a.lineAt(0) - b.lineAt(0));
}

function split(lines: readonly Line[]): Pick<Sentence, "text" | "lineAt">[] {
  const text = lines.map((line) => line.text).join(" ");
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.text.length + 1;
  }
  const lineAt = (position: number) =>
    lines[
      Math.max(
        0,
        starts.findLastIndex((start) => start <= position),
      )
    ]?.line ?? 1;
  const found: Pick<Sentence, "text" | "lineAt">[] = [];
  let from = 0;
  const push = (to: number) => {
    const start = from;
    if (to > start) found.push({ text: text.slice(start, Math.min(to, start + LONGEST)), lineAt: (position) => lineAt(start + position) });
  };
  for (const match of text.matchAll(END)) {
    const lead = text.slice(Math.max(0, match.index - 12), match.index);
    const next = normalise(/^\p{L}+/u.exec(text.slice(match.index + match[0].length))?.[0] ?? "");
    if (ABBREVIATION.test(lead) || (ORDINAL.test(lead) && (MONTHS.has(next) || match.index <= 3))) continue;
    push(match.index);
    from = match.index + match[0].length;
  }
  push(text.length);
  return found;
}
