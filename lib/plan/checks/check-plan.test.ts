import { describe, expect, it } from "vitest";
import { readYamlPlan } from "../read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "../testing/example-text";
import { checkPlan } from "./check-plan";
import { product } from "./rules/cost-totals/product";

function findings(text: string) {
  const read = readYamlPlan(text);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return checkPlan(read.plan, read.locate);
}

/** The small plan with something inserted after (or instead of) a text that must be in it. */
function changed(before: string, after: string): string {
  const text = smallPlan();
  if (!text.includes(before)) throw new Error(`"${before}" is not in the small plan`);
  return text.replace(before, after);
}

const codes = (text: string) => findings(text).map((finding) => `${finding.level} ${finding.code}`);
const shown = (text: string, code: string) =>
  findings(text)
    .filter((finding) => finding.code === code)
    .map((finding) => `${finding.expected} / ${finding.found}`);

describe("checks of a plan", () => {
  it("find nothing in a plan that is right", () => expect(findings(smallPlan())).toEqual([]));

  it.each([
    [
      "the total of ranges",
      "statedTotals: [{ min: 25, max: 30 }]",
      "statedTotals: [{ min: 25, max: 30, period: month }, { min: 300, max: 360, period: year }]",
    ],
    ["a rounded total marked approximate", "statedTotals: [{ min: 25, max: 30 }]", "statedTotals: [{ min: 25.4, max: 29.6, approximate: true }]"],
    ["an open end", "price: { form: range, min: 5, max: 10 }", "price: { form: open, min: 5 }"],
    [
      "a one-off row beside a monthly total",
      "{ price: { form: fixed, amount: 20 } }",
      "{ price: { form: fixed, amount: 20 } }, { price: { form: fixed, amount: 900, period: once } }",
    ],
    [
      "a crosswise saving",
      "triggerGroups:",
      "costComparisons: [{ key: c, name: C, rows: [{ role: before, min: 45, max: 70 }, { role: after, min: 21, max: 46 }, { role: saving, min: -1, max: 49 }] }]\ntriggerGroups:",
    ],
    [
      "a percentage that was cut",
      "triggerGroups:",
      "costComparisons: [{ key: c, name: C, rows: [{ role: before, min: 917, max: 917 }, { role: after, min: 133, max: 133 }, { role: saving, min: 784, max: 784, percent: 85 }] }]\ntriggerGroups:",
    ],
    ["break-even", "triggerGroups:", "unitEconomics: { breakEven: [{ value: 2, stack: next, revenuePerUnit: 35 }] }\ntriggerGroups:"],
    [
      "a cost in cents by formula",
      "{ form: fixed, amount: 70 }",
      "{ form: formula, formula: cpus * price * hours, amount: 1.1, inputs: { cpus: 0.5, price: 0.003, hours: 730 } }",
    ],
  ])("raise no false alarm about %s", (_what, before, after) => {
    expect(findings(changed(before, after)).filter((finding) => finding.level !== "info")).toEqual([]);
  });

  it.each<[string, string, string, string, string]>([
    [
      "a total that is not the sum",
      "statedTotals: [{ min: 25, max: 30 }]",
      "statedTotals: [{ min: 24, max: 30 }]",
      "headline-vs-table-total",
      "$25.00 to $30.00 / $24.00 to $30.00",
    ],
    [
      "a wrong yearly total",
      "statedTotals: [{ min: 25, max: 30 }]",
      "statedTotals: [{ min: 250, max: 300, period: year }]",
      "headline-vs-table-total",
      "$300.00 to $360.00 / $250.00 to $300.00",
    ],
    [
      "a heading below the table",
      "statedTotals: [{ min: 25, max: 30 }]",
      "statedTotals: [{ kind: heading, min: 20, max: 25, approximate: true }]",
      "headline-vs-table-total",
      "$25.00 to $30.00 / $20.00 to $25.00",
    ],
    [
      "a saving of ranges",
      "triggerGroups:",
      "costComparisons: [{ key: c, name: C, rows: [{ role: before, min: 45, max: 70 }, { role: after, min: 21, max: 46 }, { role: saving, min: 24, max: 49 }] }]\ntriggerGroups:",
      "range-subtraction",
      "-$1.00 to $49.00 / $24.00 to $49.00",
    ],
    [
      "a yearly column",
      "triggerGroups:",
      "costComparisons: [{ key: c, name: C, rows: [{ role: before, min: 45, annual: { min: 500 } }] }]\ntriggerGroups:",
      "annual-recompute",
      "$540.00 / $500.00",
    ],
    [
      "a break-even",
      "triggerGroups:",
      "unitEconomics: { breakEven: [{ value: 1, stack: next, revenuePerUnit: 35 }] }\ntriggerGroups:",
      "break-even-recompute",
      "2 / 1",
    ],
    [
      "a margin",
      "triggerGroups:",
      "unitEconomics: { margins: [{ customers: 100, revenue: 15000, cost: 800, profit: 14200, statedPercent: 96 }] }\ntriggerGroups:",
      "percent-recompute",
      "94.67 % / 96 %",
    ],
    [
      "a ratio",
      "triggerGroups:",
      "unitEconomics: { costMultiples: [{ from: now, to: next, value: 4.5 }] }\ntriggerGroups:",
      "ratio-recompute",
      "2.33 to 2.8 / 4.5",
    ],
    [
      "labor",
      "triggerGroups:",
      "unitEconomics: { labor: { fte: 0.25, annual: 120000, monthly: 2000 } }\ntriggerGroups:",
      "labor-recompute",
      "$2,500.00 / $2,000.00",
    ],
    ["a formula", "{ form: fixed, amount: 70 }", "{ form: formula, formula: a * 2, amount: 7, inputs: { a: 4 } }", "formula-recompute", "8 / 7"],
    ["a budget below the plan", "amount: 100 }", "amount: 60, stack: next }", "budget-below-plan", "at least $70.00 / $60.00"],
    ["a level below the plan", "amount: 100 }", "amount: 100, levels: [50], stack: next }", "alert-below-baseline", "above $70.00 / $50.00"],
    [
      "an alert out of order",
      "warning: { value: 1 }, critical: { value: 5 }",
      "warning: { value: 5 }, critical: { value: 1 }",
      "alert-levels-out-of-order",
      "above 5 / 1",
    ],
    [
      "an alert below what is normal",
      "alertRules:",
      "targets: [{ metric: error-rate, average: 2, baseline: true }]\nalertRules:",
      "alert-below-baseline",
      "above 2 / 1",
    ],
    ["a threshold in another unit", "metric: users, op", "metric: users, unit: GB, op", "unit-differs", "users / GB"],
    [
      "a matrix that draws another line",
      '{ type: threshold, op: ">", value: 1000 }',
      '{ type: threshold, op: ">", value: 2000 }',
      "matrix-differs-from-trigger",
      "1000 / 2000",
    ],
    ["an early decommission", "decommission: { after: 7d", "decommission: { after: 12h", "decommission-before-window-end", "at least 1 d / 12 h"],
    ["a fallback that ends early", "observation: { duration: 24h }", "observation: { duration: 24h, fallback: 2d }", "duration-conflict", "7 d / 2 d"],
    ["an announced count", "monitors:", "checklists: [{ key: go, title: Go, count: 3, items: [{ title: One }] }]\nmonitors:", "count-differs", "3 / 1"],
    [
      "a promise of no downtime",
      "observation: { duration: 24h }",
      'observation: { duration: 24h }\n    estimatedDowntime: { stated: "0", min: 20m, max: 25m }',
      "claim-vs-schedule",
      "no downtime / 20m to 25m",
    ],
    [
      "half a traffic schedule",
      "observation: { duration: 24h }",
      "observation: { duration: 24h }\n    traffic: [{ percent: 10 }]",
      "traffic-schedule-incomplete",
      "100 % / 10 %",
    ],
  ])("find %s", (_what, before, after, code, expected) => {
    expect(shown(changed(before, after), code)).toEqual([expected]);
  });

  it("find a trigger at which the next stack is not affordable (beat: trigger against affordability)", () => {
    const text = changed(
      "  - { key: users, name: Users, unit: users }",
      "  - { key: users, name: Users, unit: users }\n  - { key: mrr, name: MRR, unit: USD/month }",
    ).replace(
      "triggers:\n",
      'unitEconomics: { revenueShare: [{ stack: next, op: "<", value: 10 }] }\ntriggers:\n  - { key: rich, metric: mrr, op: ">", value: 500, from: now, to: next }\n',
    );
    expect(shown(text, "trigger-vs-cost-ratio")).toEqual(["$700.00 / $500.00"]);
  });

  it("find a stack that is full on the day it is entered, and one that is full before it is left", () => {
    const full = changed("    role: target\n", "    role: target\n    capacity: [{ metric: users, max: 900 }]\n").replace(
      "    role: current\n",
      "    role: current\n    capacity: [{ metric: users, max: 800 }]\n",
    );
    expect(codes(full)).toEqual(["error trigger-vs-target-capacity", "warning trigger-vs-capacity"]);
  });

  it("find a free allowance that the plan exceeds", () => {
    const text = changed("price: { form: fixed, amount: 70 }", "price: { form: free, allowances: [{ of: users, amount: 100, metric: users }] }").replace(
      "alertRules:",
      "targets: [{ metric: users, from: 0, to: 5000, stack: next }]\nalertRules:",
    );
    expect(shown(text, "free-tier-vs-expected-usage")).toEqual(["at most 100 / 5000"]);
  });

  it("find a host that is too small and a port used twice", () => {
    const text = changed("name: Server, lineItems", "name: Server, memoryMb: 1024, ports: [80], lineItems").replace(
      "name: Cache, lineItems",
      "name: Cache, host: server, memoryMb: 2048, ports: [80], lineItems",
    );
    expect(codes(text)).toEqual(["error host-overcommitted", "warning port-collision"]);
  });

  it("find a move without a way back, a copy without freeze, traffic before data", () => {
    const shift = "with: { connection: lb, backend: app, oldServer: old, newServer: new, stages: [{ percent: 100, hold: 1m }] }";
    const text = changed(
      "{ key: prepare, title: Prepare, kind: manual }",
      `{ key: shift, title: Shift, kind: traffic.shift, ${shift} }\n          - { key: copy, title: Copy, kind: postgres.copy, with: { from: a, to: b } }`,
    );
    expect(codes(text)).toEqual(["error db-copy-without-freeze-or-compare", "error dns-before-final-sync", "error rollback-plan-missing", "warning no-guard"]);
  });

  it("carry the lines of everything they rest on", () => {
    const text = changed("decommission: { after: 7d", "decommission: { after: 12h");
    const lines = text.split("\n");
    const finding = findings(text).find((entry) => entry.code === "decommission-before-window-end");
    expect(finding?.lines).toEqual(["decommission:", "observation:"].map((word) => lines.findIndex((line) => line.includes(word)) + 1));
  });

  it.each(EXAMPLES)("are the same on every run over %s, errors first", (name) => {
    const first = findings(exampleText(name));
    expect(findings(exampleText(name))).toEqual(first);
    expect(first.map((finding) => finding.level)).toEqual(
      first.map((finding) => finding.level).toSorted((a, b) => "ewi".indexOf(a[0] ?? "") - "ewi".indexOf(b[0] ?? "")),
    );
  });

  it("notice the known contradictions of the examples", () => {
    expect(shown(exampleText("barum-aws"), "headline-vs-table-total")).toEqual(["$44.58 / $39.00", "$104.86 / $78.00", "$411.69 / $312.00"]);
    expect(shown(exampleText("barum-aws"), "trigger-vs-cost-ratio")).toEqual(["$1,048.60 / $1,000.00", "$10,292.25 / $10,000.00"]);
    expect(shown(exampleText("apexmediation"), "break-even-recompute")).toEqual(["14 / 7"]);
    expect(shown(exampleText("tour-crm"), "range-subtraction")).toEqual(["-$1.00 to $49.00 / $24.00 to $49.00"]);
    expect(shown(exampleText("venture-nudge"), "duration-conflict")).toEqual(["30 d / 7 d"]);
    expect(shown(exampleText("paircam"), "same-quantity-two-values")).toEqual(["$275.00 to $500.00 / $400.00 or more"]);
    expect(shown(exampleText("paircam"), "headline-vs-table-total")).toEqual(["$0.00 to $12.00 / $5.00 to $15.00"]);
  });
});

describe("formulas", () => {
  it("multiply named inputs exactly and leave everything else alone", () => {
    expect(product("a * 0.1 × b", { a: 0.2, b: 10 })?.toString()).toBe("0.2");
    expect(product("a + b", { a: 1, b: 2 })).toBeNull();
    expect(product("constructor * 2", {})).toBeNull();
  });
});
