import { describe, expect, it } from "vitest";
import { readDocument } from "../read-document";
import { cellOf } from "./matrices";

const read = (...lines: string[]) => readDocument(lines.join("\n")).plan;

describe("cells of a decision matrix", () => {
  it.each([
    ["> 10K", { type: "threshold", op: ">", value: 10_000 }],
    ["0-1K", { type: "range", min: 0, max: 1_000 }],
    ["200K – 2M", { type: "range", min: 200_000, max: 2_000_000 }],
    ["$105/mo", { type: "money", amount: 105, period: "month" }],
    ["1.200 €/Jahr", { type: "money", amount: 1_200, period: "year" }],
    ["100% → 4.5%", { type: "trajectory", from: 100, to: 4.5 }],
    ["yes", { type: "threshold", op: "is", value: true }],
    ["managed", { type: "text", text: "managed" }],
    ["", { type: "text", text: "–" }],
  ])("%s", (text, wanted) => expect(cellOf(text)).toMatchObject(wanted));
});

describe("matrices", () => {
  it("reads quantities by stacks, each column a stack of its own", () => {
    const plan = read(
      "# Plan",
      "## Decision matrix",
      "| Metric | Small box | Cluster | Cluster with standby |",
      "|---|---|---|---|",
      "| Active users | < 500 | 500-5000 | > 5000 |",
      "| Database | < 20 GB | 20-200 GB | > 200 GB |",
      "| Monthly cost | £40 | £180 | £420 |",
    );
    expect(new Set(plan.decisionMatrix?.columns.map((column) => column.stack)).size).toBe(3);
    expect(plan.decisionMatrix?.rows.map((row) => [row.metric, row.role, row.line])).toEqual([
      ["active_users", "condition", 5],
      ["database_size_gb", "condition", 6],
      ["monthly_cost_gbp", "result", 7],
    ]);
    expect(plan.triggers).toEqual([]);
  });

  it("reads options by factors with their winners", () => {
    const plan = read(
      "# Paper",
      "| Aspect | Keep | Replace | Better |",
      "|---|---|---|---|",
      "| Price | high | low | Replace |",
      "| Risk | none | some | Keep |",
      "| Speed | same | same | tie |",
    );
    expect(plan.optionMatrices[0]).toMatchObject({ options: ["Keep", "Replace"], rows: [{ winner: "Replace" }, { winner: "Keep" }, { winner: "tie" }] });
  });

  it("takes no table of prices for a matrix", () => {
    const plan = read("# Costs", "| Service | Phase 1 | Phase 2 |", "|---|---|---|", "| Server | $20 | $40 |", "| Database | $15 | $60 |");
    expect(plan.decisionMatrix).toBeUndefined();
    expect(plan.optionMatrices).toEqual([]);
  });
});
