import { describe, expect, it } from "vitest";
import { parseMarkdown } from "./parse-markdown";
import type { Block, Code, List, Table } from "./tree";

const blocks = (text: string): Block[] => parseMarkdown(text).blocks;
const first = <T extends Block["type"]>(text: string, type: T) => {
  const found = blocks(text).find((block) => block.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found as Extract<Block, { type: T }>;
};

describe("a Markdown document as sections and blocks", () => {
  it("gives every section its heading path and its lines", () => {
    const { sections } = parseMarkdown("before\n\n# Plan 🚀\n\n## Costs\ntext\n\n### Now\n\n## Costs\n");
    expect(sections.map(({ title, level, line, endLine, parent }) => [title, level, line, endLine, parent?.title ?? null])).toEqual([
      ["", 0, 1, 2, null],
      ["Plan", 1, 3, 4, ""],
      ["Costs", 2, 5, 7, "Plan"],
      ["Now", 3, 8, 9, "Costs"],
      ["Costs", 2, 10, 11, "Plan"],
    ]);
  });

  it("reads tables with the line of every row and plain cells", () => {
    const table: Table = first("x\n\n| **Service** | Cost \\| EUR |\n|---|---:|\n| `db` [a](http://b) | 5<br>6 |\n| only |\n", "table");
    expect(table.header.cells.map((cell) => cell.text)).toEqual(["Service", "Cost | EUR"]);
    expect(table.rows.map((row) => [row.line, ...row.cells.map((cell) => cell.text)])).toEqual([
      [5, "db a", "5 6"],
      [6, "only", ""],
    ]);
  });

  it("reads task lists, ticks, numbers and nesting", () => {
    const list: List = first("- [ ] open\n  more\n- [x] done\n  1. inner\n  2. ✅ good\n- ❌ bad\n", "list");
    expect(list.items.map(({ text, line, depth, checked, mark, number }) => ({ text, line, depth, checked, mark, number }))).toEqual([
      { text: "open more", line: 1, depth: 0, checked: false, mark: null, number: null },
      { text: "done", line: 3, depth: 0, checked: true, mark: null, number: null },
      { text: "inner", line: 4, depth: 1, checked: null, mark: null, number: 1 },
      { text: "good", line: 5, depth: 1, checked: null, mark: "yes", number: 2 },
      { text: "bad", line: 6, depth: 0, checked: null, mark: "no", number: null },
    ]);
    expect(list.items[2]?.parent?.text).toBe("done");
  });

  it("keeps code inside an item with the item, with the lines of the file", () => {
    const code: Code = first("1. Dump:\n   ```sh\n   pg_dump a\n   # b\n   ```\n2. next\n", "code");
    expect(code).toMatchObject({ language: "sh", closed: true, item: { text: "Dump:" } });
    expect(code.lines).toEqual([
      { line: 3, text: "pg_dump a" },
      { line: 4, text: "# b" },
    ]);
  });

  it("introduces a block by the bold or colon-ended words above it", () => {
    expect(first("**Business metrics**\n\n- a\n", "list").label).toEqual({ line: 1, text: "Business metrics" });
    expect(first("Some text.\nRoll back when:\n- a\n", "list").label).toEqual({ line: 2, text: "Roll back when" });
    expect(first("Plain text.\n\n- a\n", "list").label).toBeNull();
    expect(first("**Bold**\n\n## Heading\n\n- a\n", "list").label).toBeNull();
  });

  it("does not take headings inside a fence, and goes on after a fence that never closes", () => {
    expect(parseMarkdown("```\n# no\n```\n# yes\n").sections.map((section) => section.title)).toEqual(["", "yes"]);
    const { sections, blocks: all } = parseMarkdown("# a\n\n```bash\n# comment\nls\n\n## Costs\n\n- b\n");
    expect(sections.map((section) => [section.title, section.line])).toEqual([
      ["", 1],
      ["a", 1],
      ["Costs", 7],
    ]);
    expect(all.map((block) => [block.type, block.line])).toEqual([
      ["code", 3],
      ["list", 9],
    ]);
  });

  it("drops tags and scripts of HTML and keeps its words on their lines", () => {
    const paragraph = first("<div>\n<script>alert(1)</script>\n<b>Cost:</b> $5\n</div>\n", "paragraph");
    expect(paragraph.lines).toEqual([{ line: 3, text: "Cost: $5" }]);
  });

  it("cuts lines nobody wrote by hand and says which", () => {
    const { cutLines, lines } = parseMarkdown(`a\n${"x".repeat(1_000_000)}\nb`);
    expect(cutLines).toEqual([2]);
    expect(lines[1]).toHaveLength(20_000);
  });
});
