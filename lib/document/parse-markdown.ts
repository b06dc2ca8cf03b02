import MarkdownIt, { type Token } from "markdown-it";
import { drawnTable, ganttBars, separatedValues } from "./code-tables";
import { definitions } from "./definition-lists";
import { type HtmlPart, htmlParts } from "./html-parts";
import { plainLines, takeMark, withoutPictographs } from "./text/plain";
import type { Block, Cell, Code, DocumentTree, Line, List, ListItem, Row, Section, Table } from "./tree";

/** Longer lines are cut: nobody wrote them, and a reader of prices finds nothing in them. */
const MAX_LINE = 20_000;

const MAX_FRONT_MATTER = 200;

const markdown = new MarkdownIt("default", { html: true, linkify: false, typographer: false, maxNesting: 60 });

/** A Markdown text (CommonMark with tables, strike-through and task lists) as sections and blocks. Pure, linear. */
export function parseMarkdown(text: string): DocumentTree {
  const cutLines: number[] = [];
  const lines = text.split("\n").map((line, i) => {
    if (line.length <= MAX_LINE) return line;
    cutLines.push(i + 1);
    return line.slice(0, MAX_LINE);
  });
  const builder = new Builder(lines);
  // A fence that is never closed would swallow the rest of the document: what follows its next heading is read again.
  for (let from = builder.frontMatter(); from < lines.length; ) from = builder.read(from);
  return { lines, sections: builder.finish(), blocks: builder.blocks, cutLines };
}

interface OpenItem {
  item: ListItem;
  list: List;
}

class Builder {
  readonly blocks: Block[] = [];
  private readonly sections: Section[] = [];
  private section: Section;
  private readonly open: OpenItem[] = [];
  private lists: { list: List; ordered: boolean; next: number }[] = [];
  private quoted = 0;
  private label: Line | null = null;
  private offset = 0;

  constructor(private readonly lines: string[]) {
    this.section = { index: 0, level: 0, title: "", line: 1, endLine: lines.length, parent: null, children: [], blocks: [] };
    this.sections.push(this.section);
  }

  /** Fields in front of the document, between two lines of dashes: a paragraph, and no heading. @returns the index to go on from. */
  frontMatter(): number {
    if (this.lines[0]?.trim() !== "---") return 0;
    const end = this.lines.slice(1, MAX_FRONT_MATTER).findIndex((line) => /^(?:---|\.\.\.)\s*$/.test(line)) + 1;
    const fields = this.lines.slice(1, end);
    if (end < 2 || !fields.every((line) => /^(?:[\w-]+\s*:|\s|#|- |$)/.test(line)) || !fields.some((line) => /^[\w-]+\s*:/.test(line))) return 0;
    const lines = fields.map((text, i) => ({ line: i + 2, text: text.trim() })).filter((line) => line.text !== "");
    this.place({ type: "paragraph", section: this.section, line: 2, endLine: end, label: null, lines, quoted: false });
    return end + 1;
  }

  /** Reads the lines from an index on. @returns the index to go on from. */
  read(from: number): number {
    this.offset = from;
    const tokens = markdown.parse(this.lines.slice(from).join("\n"), {});
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) continue;
      if (token.type === "heading_open") this.heading(token, tokens[i + 1]);
      else if (token.type === "table_open") i = this.table(tokens, i);
      else if (token.type === "fence" || token.type === "code_block") {
        const again = this.code(token);
        if (again !== null) return again;
      } else this.other(token, tokens[i + 1], tokens[i - 1]);
    }
    return this.lines.length;
  }

  finish(): Section[] {
    this.sections.forEach((section, i) => {
      section.endLine = (this.sections[i + 1]?.line ?? this.lines.length + 1) - 1;
    });
    return this.sections;
  }

  private lineOf(token: Token): number {
    return this.offset + (token.map?.[0] ?? 0) + 1;
  }

  private endOf(token: Token): number {
    return this.offset + (token.map?.[1] ?? 1);
  }

  private heading(token: Token, inline: Token | undefined): void {
    const level = Number(token.tag.slice(1));
    const line = this.lineOf(token);
    this.begin(level, line, withoutPictographs(inline === undefined ? "" : plainLines(inline).join(" ")));
  }

  private begin(level: number, line: number, title: string): void {
    let parent: Section | null = this.section;
    while (parent !== null && parent.level >= level) parent = parent.parent;
    const section: Section = { index: this.sections.length, level, title, line, endLine: line, parent, children: [], blocks: [] };
    parent?.children.push(section);
    this.sections.push(section);
    this.section = section;
    this.label = null;
  }

  private place<B extends Block>(block: B): B {
    this.blocks.push(block);
    const within = this.open.at(-1);
    if (within === undefined) this.section.blocks.push(block);
    else if (block.type !== "list") within.item.blocks.push(block);
    return block;
  }

  private takeLabel(): Line | null {
    const { label } = this;
    this.label = null;
    return label;
  }

  private other(token: Token, inline: Token | undefined, before: Token | undefined): void {
    switch (token.type) {
      case "blockquote_open":
        this.quoted++;
        break;
      case "blockquote_close":
        this.quoted--;
        break;
      case "bullet_list_open":
      case "ordered_list_open":
        this.openList(token);
        break;
      case "bullet_list_close":
      case "ordered_list_close":
        this.lists.pop();
        break;
      case "list_item_open":
        this.openItem(token);
        break;
      case "list_item_close":
        this.open.pop();
        break;
      case "paragraph_open":
        if (inline !== undefined) this.paragraph(inline, before?.type === "list_item_open");
        break;
      case "html_block":
        this.html(token);
        break;
      default:
    }
  }

  private openList(token: Token): void {
    const ordered = token.type === "ordered_list_open";
    const outer = this.lists.at(-1)?.list;
    const list =
      outer ??
      this.place<List>({ type: "list", section: this.section, line: this.lineOf(token), endLine: this.endOf(token), label: this.takeLabel(), items: [] });
    this.lists.push({ list, ordered, next: Number(token.attrGet("start") ?? 1) });
  }

  private openItem(token: Token): void {
    const at = this.lists.at(-1);
    if (at === undefined) return;
    const parent = this.open.at(-1)?.item ?? null;
    const item: ListItem = {
      line: this.lineOf(token),
      endLine: this.endOf(token),
      text: "",
      lines: [],
      depth: this.lists.length - 1,
      parent,
      children: [],
      ordered: at.ordered,
      number: at.ordered ? at.next++ : null,
      checked: null,
      mark: null,
      blocks: [],
    };
    parent?.children.push(item);
    at.list.items.push(item);
    this.open.push({ item, list: at.list });
  }

  private paragraph(inline: Token, first: boolean): void {
    const line = this.lineOf(inline);
    const lines = plainLines(inline).map((text, i) => ({ line: line + i, text }));
    const item = this.open.at(-1)?.item;
    if (item !== undefined && first) {
      fillItem(item, lines);
      return;
    }
    const defined = item === undefined ? definitions(lines) : [];
    if (defined.length > 0) {
      for (const { term, items } of defined) {
        this.label = term;
        this.htmlList({ type: "list", line: items[0]?.line ?? line, endLine: items.at(-1)?.line ?? line, items });
      }
      return;
    }
    const label = labelOf(inline, lines);
    this.place({
      type: "paragraph",
      section: this.section,
      line,
      endLine: this.endOf(inline),
      label: this.takeLabel(),
      lines: lines.map(marked),
      quoted: this.quoted > 0,
    });
    if (item === undefined) this.label = label;
  }

  /** HTML as what it would be in Markdown; nothing in it is run or kept. */
  private html(token: Token): void {
    const line = this.lineOf(token);
    for (const part of htmlParts(token.content, line)) {
      if (part.type === "heading") this.begin(part.level, part.line, withoutPictographs(part.text));
      else if (part.type === "table") this.htmlTable(part);
      else if (part.type === "list") this.htmlList(part);
      else {
        const endLine = part.lines.at(-1)?.line ?? line;
        const label = this.takeLabel();
        this.place({ type: "paragraph", section: this.section, line: part.lines[0]?.line ?? line, endLine, label, lines: part.lines, quoted: false });
        const last = part.lines.at(-1);
        if (last !== undefined && /[:：]$/.test(last.text) && last.text.length <= 160) this.label = { line: last.line, text: last.text.replace(/[:：]+$/, "") };
      }
    }
  }

  private htmlTable({ line, endLine, rows }: Extract<HtmlPart, { type: "table" }>): void {
    const [header, ...body] = rows.map((row) => ({ line: row.line, cells: row.cells.map((cell) => ({ ...cell, raw: cell.text })) }));
    if (header !== undefined) this.place({ type: "table", section: this.section, line, endLine, label: this.takeLabel(), header, rows: body });
  }

  private htmlList({ line, endLine, items }: Extract<HtmlPart, { type: "list" }>): void {
    const list = this.place<List>({ type: "list", section: this.section, line, endLine, label: this.takeLabel(), items: [] });
    const path: ListItem[] = [];
    const counts: number[] = [];
    for (const { text, line: at, depth, ordered } of items) {
      path.length = Math.min(depth, path.length);
      counts.length = path.length + 1;
      const parent = path.at(-1) ?? null;
      const number = (counts[path.length] ?? 0) + 1;
      counts[path.length] = number;
      const item: ListItem = {
        line: at,
        endLine: at,
        text: "",
        lines: [],
        depth: path.length,
        parent,
        children: [],
        ordered,
        number: ordered ? number : null,
        checked: null,
        mark: null,
        blocks: [],
      };
      fillItem(item, [{ line: at, text }]);
      parent?.children.push(item);
      list.items.push(item);
      path.push(item);
    }
  }

  private code(token: Token): number | null {
    const fenced = token.type === "fence";
    const line = this.lineOf(token);
    const content = token.content.replace(/\n$/, "").split("\n");
    const endLine = this.endOf(token);
    if (fenced && this.codeTable(token, content, line + 1, endLine)) return null;
    const closed = !fenced || endLine - line > content.length || (token.content === "" && endLine - line > 0);
    const first = fenced ? line + 1 : line;
    const code: Code = {
      type: "code",
      section: this.section,
      line,
      endLine,
      label: this.takeLabel(),
      language: fenced ? (token.info.trim().split(/[\s{]/)[0] ?? "").toLowerCase() : "",
      lines: content.map((text, i) => ({ line: first + i, text })),
      closed,
      item: this.open.at(-1)?.item ?? null,
    };
    const next = closed
      ? -1
      : content.findIndex((text, i) => /^#{1,6} \S/.test(text) && (i === 0 || content[i - 1]?.trim() === "") && (content[i + 1] ?? "").trim() === "");
    this.place(code);
    if (next <= 0) return null;
    code.lines = code.lines.slice(0, next);
    code.endLine = line + next;
    this.open.length = 0;
    this.lists = [];
    this.quoted = 0;
    return first + next - 1;
  }

  /** A table or chart in a fence, as what it shows. @returns whether the fence was one. */
  private codeTable(token: Token, content: readonly string[], from: number, endLine: number): boolean {
    const language = (token.info.trim().split(/[\s{]/)[0] ?? "").toLowerCase();
    const lines = content.map((text, i) => ({ line: from + i, text }));
    const values = language === "csv" || language === "tsv";
    const rows = values ? separatedValues(lines) : PLAIN_FENCE.has(language) ? drawnTable(lines) : null;
    if (rows !== null) {
      this.htmlTable({
        type: "table",
        line: from - 1,
        endLine,
        rows: rows.map((row) => ({ line: row.line, cells: row.cells.map((text) => ({ line: row.line, text })) })),
      });
      return true;
    }
    const bars = language === "mermaid" ? ganttBars(lines) : [];
    if (bars.length < 2) return false;
    this.htmlList({ type: "list", line: from - 1, endLine, items: bars.map((bar) => ({ ...bar, depth: 0, ordered: false })) });
    return true;
  }

  private table(tokens: Token[], from: number): number {
    const opening = tokens[from];
    if (opening === undefined) return from;
    const rows: Row[] = [];
    let i = from + 1;
    for (; i < tokens.length && tokens[i]?.type !== "table_close"; i++) {
      const token = tokens[i];
      if (token?.type === "tr_open") rows.push({ line: this.lineOf(token), cells: [] });
      if (token?.type === "inline") rows.at(-1)?.cells.push(cellOf(token, rows.at(-1)?.line ?? 0));
    }
    const [header, ...body] = rows;
    if (header !== undefined) {
      const table: Table = {
        type: "table",
        section: this.section,
        line: this.lineOf(opening),
        endLine: this.endOf(opening),
        label: this.takeLabel(),
        header,
        rows: body,
      };
      this.place(table);
    }
    return i;
  }
}

const PLAIN_FENCE: ReadonlySet<string> = new Set(["", "text", "txt", "plain", "plaintext", "table"]);

function cellOf(token: Token, line: number): Cell {
  return { line, text: plainLines(token).join(" ").trim(), raw: token.content };
}

function marked(line: Line): Line {
  return { line: line.line, text: takeMark(line.text).text };
}

function fillItem(item: ListItem, lines: Line[]): void {
  const [first = { line: item.line, text: "" }, ...rest] = lines;
  const box = /^\[([ xX])\]\s+/.exec(first.text);
  const { text, mark } = takeMark(box === null ? first.text : first.text.slice(box[0].length));
  item.checked = box === null ? null : box[1] !== " ";
  item.mark = mark;
  item.lines = [{ line: first.line, text }, ...rest];
  item.text = item.lines
    .map((line) => line.text)
    .join(" ")
    .trim();
}

/** "Table 2: running costs". */
const CAPTION = /^(?:table|tabelle|tab\.|tableau|tabla|cuadro)\s\d{1,2}(?:\.\d{1,2})?\s?[:.–—-]\s/iu;

/** Words that introduce what follows: a wholly bold line, the caption of a table, or a last line that ends in a colon. */
function labelOf(inline: Token, lines: Line[]): Line | null {
  const last = lines.at(-1);
  if (last === undefined || last.text.length > 160) return null;
  const children = inline.children ?? [];
  const bold =
    lines.length === 1 && children[0]?.type === "text" && withoutPictographs(children[0].content).trim() === ""
      ? children[1]?.type === "strong_open"
      : children[0]?.type === "strong_open";
  const closes =
    children.at(-1)?.type === "strong_close" ||
    (children.at(-2)?.type === "strong_close" && /^\s*(?:\([^()]*\))?[\s:：.–—-]*$/u.test(children.at(-1)?.content ?? ""));
  const caption = lines.length === 1 && CAPTION.test(last.text);
  if (!(bold && closes && lines.length === 1) && !caption && !/[:：]$/.test(last.text)) return null;
  return { line: last.line, text: withoutPictographs(last.text.replace(/[:：]+$/, "")) };
}
