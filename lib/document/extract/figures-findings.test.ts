import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkPlan } from "@/lib/plan/checks/check-plan";
import { RULES } from "@/lib/plan/checks/rules";
import { readDocument } from "../read-document";

const folder = path.resolve(import.meta.dirname, "../testing/figures");
const FAMILIES = new Set(["cost-totals", "ratios-and-economics", "triggers-and-thresholds", "limits-and-capacity", "priced-vs-used"]);
const CODES = new Set(RULES.filter((rule) => FAMILIES.has(rule.family)).map((rule) => rule.code));

/** Code and first line of every finding about figures. */
function findings(text: string): string[] {
  const { plan, locate } = readDocument(text);
  return checkPlan(plan, locate)
    .filter((finding) => CODES.has(finding.code))
    .map((finding) => `${finding.code} ${finding.lines[0]}`)
    .sort();
}

const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const right = readdirSync(folder).filter((name) => name.startsWith("right-"));

describe("documents whose figures are right", () => {
  it.each(right)("%s: nothing is found", (name) => expect(findings(read(name))).toEqual([]));
});

describe("documents with slips", () => {
  it.each([
    [
      "wrong-kursportal.md",
      [
        "alert-below-baseline 60",
        "alert-levels-out-of-order 56",
        "annual-recompute 22",
        "break-even-recompute 25",
        "headline-vs-table-total 15",
        "kpi-vs-trigger 31",
        "matrix-differs-from-trigger 43",
        "percent-recompute 25",
        "threshold-gap 49",
        "trigger-vs-cost-ratio 33",
        "trigger-vs-target-capacity 32",
      ],
    ],
    ["wrong-boutique.md", ["headline-vs-table-total 24", "percent-recompute 5", "rollback-trigger-unquantified 36", "saving-recompute 32"]],
    [
      "wrong-inkwell.md",
      [
        "alert-unreachable 72",
        "autoscale-max-vs-budget 49",
        "break-even-recompute 56",
        "break-even-recompute 56",
        "headline-vs-table-total 3",
        "percent-recompute 57",
        "phase-impact-sum-vs-saving 25",
        "phase-impact-vs-parts 25",
        "phase-impact-vs-parts 32",
        "pool-times-instances-vs-limit 39",
        "profit-recompute 57",
      ],
    ],
    [
      "wrong-booking.md",
      [
        "alert-unreachable 54",
        "capacity-vs-alert 46",
        "component-sum-vs-total 34",
        "free-tier-vs-expected-usage 23",
        "resource-larger-than-capacity 6",
        "test-below-plan-load 68",
      ],
    ],
    [
      "wrong-reports.md",
      ["autoscale-max-vs-budget 26", "cost-table-vs-architecture 6", "headline-vs-table-total 3", "percent-recompute 32", "trigger-without-window 30"],
    ],
  ])("%s: each is found at its line", (name, expected) => expect(findings(read(name))).toEqual(expected));
});

describe("one figure of a right document changed", () => {
  it.each([
    ["right-shared-host.md", "26% less", "46% less", "percent-recompute 3"],
    ["right-shared-host.md", "4 customers @", "2 customers @", "break-even-recompute 31"],
    ["right-shared-host.md", "€24 | €288", "€24 | €298", "annual-recompute 18"],
    ["right-shared-host.md", "Afterwards (€40/month)", "Afterwards (€30/month)", "headline-vs-table-total 14"],
    ["right-shared-host.md", "| Savings | €14 |", "| Savings | €24 |", "saving-recompute 29"],
    ["right-shared-host.md", "users: 20,000", "users: 1,500", "trigger-vs-target-capacity 37"],
    ["right-shared-host.md", "- Error rate < 1%", "- Error rate < 0.1%", "threshold-gap 54"],
    ["right-search-options.md", "Current bill: CHF 1'940", "Current bill: CHF 1'640", "headline-vs-table-total 3"],
    ["right-search-options.md", "> 75% | > 90%", "> 90% | > 75%", "alert-levels-out-of-order 53"],
    ["right-chat.md", "81% at", "91% at", "percent-recompute 32"],
    ["right-chat.md", "$8.1K profit", "$8.5K profit", "profit-recompute 32"],
    ["right-chat.md", "pool_size: 20 ", "pool_size: 60 ", "pool-times-instances-vs-limit 67"],
    ["right-learning-app.md", "(₹52,500)", "(₹42,500)", "headline-vs-table-total 12"],
  ])("%s: %s as %s", (name, before, after, expected) => {
    const text = read(name);
    expect(text).toContain(before);
    expect(findings(text.replace(before, after))).toEqual([expected]);
  });
});
