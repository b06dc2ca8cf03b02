import { describe, expect, it } from "vitest";
import { readDocument } from "@/lib/document/read-document";
import { readYamlPlan } from "./read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";
import { writeMarkdownPlan } from "./write-markdown";

function planOf(text: string) {
  const read = readYamlPlan(text);
  if (!read.ok) throw new Error(read.issues[0]?.message);
  return read.plan;
}

describe("a plan as Markdown", () => {
  it("says stacks, prices, conditions, steps and checks in tables and lists", () => {
    const text = writeMarkdownPlan(planOf(smallPlan()));
    expect(text).toContain("# Small\n");
    expect(text).toContain("## Current stack: Now\n\n| Service | Provider | Monthly cost |\n| --- | --- | --- |\n| Server | Example | $20.00/month |\n");
    expect(text).toContain("| Total | – | $25.00–$30.00/month |");
    expect(text).toContain("| Users | \\> 1000 for 24h | migrate | Next |");
    expect(text).toContain("### The day\n\n- [ ] Prepare\n- [ ] Verify");
    expect(text).toContain("| Site | http | https://small.example.test/ | 1m |");
    expect(text).not.toMatch(/undefined|\[object|NaN/);
  });

  it("is written for every example, each table with as many cells in every row, and its headings read back", () => {
    for (const name of EXAMPLES) {
      const plan = planOf(exampleText(name));
      const text = writeMarkdownPlan(plan);
      expect(text).not.toMatch(/undefined|\[object|NaN/);
      const { tree } = readDocument(text);
      const widths = tree.blocks.flatMap((block) => (block.type === "table" ? block.rows.map((row) => [block.header.cells.length, row.cells.length]) : []));
      for (const [head, row] of widths) expect(row).toBe(head);
      expect(tree.sections.find((section) => section.level === 1)?.title).toBe(plan.project.name);
    }
  });
});
