import type { Line } from "./tree";

/*
 * HTML in Markdown as blocks: headings, tables and lists become what they would be in Markdown, everything else lines of
 * text. Tags are dropped, nothing in them is run or kept. One pass over the tags; what is not closed ends with the block.
 */

export interface HtmlItem extends Line {
  depth: number;
  ordered: boolean;
}

export type HtmlPart =
  | { type: "lines"; lines: Line[] }
  | { type: "heading"; level: number; line: number; text: string }
  | { type: "table"; line: number; endLine: number; rows: { line: number; cells: Line[] }[] }
  | { type: "list"; line: number; endLine: number; items: HtmlItem[] };

const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b[^<>]{0,2000}>/g;
const MAX_DEPTH = 20;
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  le: "≤",
  ge: "≥",
  nbsp: " ",
  quot: '"',
  apos: "'",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  times: "×",
  minus: "−",
  ndash: "–",
  mdash: "—",
  rarr: "→",
  hellip: "…",
  asymp: "≈",
};

/** The parts of an HTML block that begins on a line. Pure, linear. */
export function htmlParts(content: string, line: number): HtmlPart[] {
  const text = content
    .replace(/<(script|style)\b[\s\S]*?(<\/\1>|$)/gi, (found) => found.replace(/[^\n]/g, ""))
    .replace(/<!--[\s\S]*?(-->|$)/g, (found) => found.replace(/[^\n]/g, ""));
  const reader = new Reader(line);
  let at = 0;
  for (const tag of text.matchAll(TAG)) {
    reader.say(text.slice(at, tag.index));
    reader.tag((tag[2] ?? "").toLowerCase(), tag[1] === "/", tag[0]);
    at = tag.index + tag[0].length;
  }
  reader.say(text.slice(at));
  return reader.finish();
}

class Reader {
  private readonly parts: HtmlPart[] = [];
  private table: Extract<HtmlPart, { type: "table" }> | null = null;
  private list: Extract<HtmlPart, { type: "list" }> | null = null;
  private readonly open: boolean[] = [];
  private cell: Line | null = null;
  private item: HtmlItem | null = null;
  private heading: Extract<HtmlPart, { type: "heading" }> | null = null;
  private term = "";

  constructor(private line: number) {}

  /** Text between two tags; its line breaks are counted. */
  say(raw: string): void {
    raw.split("\n").forEach((part, i) => {
      if (i > 0) this.line++;
      const text = decoded(part.replace(/<[^<>]{0,2000}>/g, " ")).replace(/\s+/g, " ");
      if (text.trim() !== "") this.add(text);
      else if (text !== "" && i === 0) this.add(" ");
    });
  }

  private add(text: string): void {
    const into = this.cell ?? this.heading ?? this.item;
    if (into !== null) {
      if (into.text === "") into.line = this.line;
      into.text += into.text === "" ? text.trimStart() : text;
      return;
    }
    if (text.trim() === "" || this.table !== null || this.list !== null) return;
    const last = this.parts.at(-1);
    const lines = last?.type === "lines" ? last : { type: "lines" as const, lines: [] };
    if (lines !== last) this.parts.push(lines);
    const same = lines.lines.at(-1);
    if (same?.line === this.line) same.text += text.startsWith(" ") || same.text.endsWith(" ") ? text : ` ${text}`;
    else lines.lines.push({ line: this.line, text: text.trimStart() });
  }

  tag(name: string, closes: boolean, raw: string): void {
    if (name === "table") this.tableTag(closes);
    else if (this.table !== null) this.inTable(this.table, name, closes);
    else if (/^h[1-6]$/.test(name)) {
      this.heading = closes ? null : { type: "heading", level: Number(name[1]), line: this.line, text: "" };
      if (this.heading !== null) this.parts.push(this.heading);
    } else if (name === "ul" || name === "ol" || name === "dl") this.listTag(name, closes);
    else if (this.list !== null) this.inList(this.list, name, closes);
    if (name === "br" || name === "p" || name === "div") this.add(" ");
    this.line += (raw.match(/\n/g) ?? []).length;
  }

  private tableTag(closes: boolean): void {
    this.cell = null;
    if (this.table !== null) {
      this.table.endLine = this.line;
      this.table = null;
    }
    if (closes) return;
    this.table = { type: "table", line: this.line, endLine: this.line, rows: [] };
    this.parts.push(this.table);
  }

  private inTable(table: Extract<HtmlPart, { type: "table" }>, name: string, closes: boolean): void {
    table.endLine = this.line;
    if (name === "tr" && !closes) table.rows.push({ line: this.line, cells: [] });
    if (name === "tr" || name === "td" || name === "th") this.cell = null;
    if ((name === "td" || name === "th") && !closes) {
      this.cell = { line: this.line, text: "" };
      table.rows.at(-1)?.cells.push(this.cell);
    }
  }

  private listTag(name: string, closes: boolean): void {
    this.item = null;
    if (closes) {
      this.open.pop();
      if (this.open.length === 0 && this.list !== null) {
        this.list.endLine = this.line;
        this.list = null;
      }
      return;
    }
    if (this.open.length >= MAX_DEPTH) return;
    this.open.push(name === "ol");
    if (this.list !== null) return;
    this.list = { type: "list", line: this.line, endLine: this.line, items: [] };
    this.parts.push(this.list);
  }

  private inList(list: Extract<HtmlPart, { type: "list" }>, name: string, closes: boolean): void {
    list.endLine = this.line;
    if (name === "dt") {
      this.term = "";
      this.item = closes ? this.item : { line: this.line, text: "", depth: 0, ordered: false };
      if (closes) {
        this.term = this.item?.text.trim() ?? "";
        this.item = null;
      }
    } else if (name === "li" || name === "dd") {
      this.item = null;
      if (closes) return;
      this.item = {
        line: this.line,
        text: this.term === "" ? "" : `${this.term}: `,
        depth: Math.max(0, this.open.length - 1),
        ordered: this.open.at(-1) === true,
      };
      list.items.push(this.item);
      this.term = "";
    }
  }

  finish(): HtmlPart[] {
    const tidy = (text: string) => text.replace(/\s+/g, " ").trim();
    for (const part of this.parts) {
      if (part.type === "heading") part.text = tidy(part.text);
      else if (part.type === "lines") part.lines = part.lines.map((one) => ({ ...one, text: tidy(one.text) })).filter((one) => one.text !== "");
      else if (part.type === "list") part.items = part.items.map((one) => ({ ...one, text: tidy(one.text) })).filter((one) => one.text !== "");
      else
        part.rows = part.rows
          .filter((row) => row.cells.length > 0)
          .map((row) => ({ ...row, cells: row.cells.map((one) => ({ ...one, text: tidy(one.text) })) }));
    }
    return this.parts.filter(
      (part) =>
        (part.type === "lines" && part.lines.length > 0) ||
        (part.type === "heading" && part.text !== "") ||
        (part.type === "table" && part.rows.length > 0) ||
        (part.type === "list" && part.items.length > 0),
    );
  }
}

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-fA-F]{1,5})|([a-zA-Z]{2,6}));/g, (whole, digits, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = digits === undefined ? Number.parseInt(String(hex), 16) : Number(digits);
    return code > 31 && code < 0x11000 ? String.fromCodePoint(code) : whole;
  });
}
