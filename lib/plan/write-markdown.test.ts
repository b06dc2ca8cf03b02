import { describe, expect, it } from "vitest";
import { readDocument } from "@/lib/document/read-document";
import { readYamlPlan } from "./read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";
import { priceText } from "./words";
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

  it("reads back to the same prices, totals, triggers, budgets and steps", () => {
    const plan = planOf(smallPlan());
    const back = readDocument(writeMarkdownPlan(plan)).plan;
    const prices = (of: typeof plan) =>
      of.stacks.map((stack) => stack.resources.map(({ name, lineItems }) => [name, lineItems.map(({ price }) => priceText(price, "USD"))]));
    expect(prices(back)).toEqual(prices(plan));
    expect(back.triggers.map((one) => [one.op, one.value, one.for])).toEqual(plan.triggers.map((one) => [one.op, one.value, one.for]));
    expect(back.budgets.map((one) => [one.name, one.amount])).toEqual(plan.budgets.map((one) => [one.name, one.amount]));
    expect(back.migrations.flatMap((one) => one.phases.flatMap((phase) => phase.steps.map((step) => step.title)))).toEqual(["Prepare", "Verify"]);
    expect(back.monitors.map((one) => [one.name, one.target])).toEqual(plan.monitors.map((one) => [one.name, one.target]));
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
