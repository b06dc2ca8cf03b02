import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type CheckReport, checkReport } from "@/lib/plan/check-report";
import { readDocument } from "../read-document";

/*
 * Small documents of many hands: languages, currencies, number styles, layouts. Beside each stands what a person reads
 * in it; lists are complete, so both what is missed and what is made up fails. On `loose` lines further amounts may be
 * listed as other prices (savings, examples), because whether they are prices is a matter of taste.
 */
const folder = path.join(import.meta.dirname, "corpus");

const price = z.tuple([z.number(), z.number().nullable(), z.number().nullable(), z.string(), z.string()]);
const expectation = z.strictObject({
  currency: z.string().optional(),
  stacks: z.array(z.tuple([z.string(), z.string()])).optional(),
  prices: z.array(price).optional(),
  totals: z.array(price).optional(),
  /** Amounts that may stand as a price or as a total. */
  pricesOrTotals: z.array(price).optional(),
  loose: z.array(z.number()).default([]),
  triggers: z.array(z.tuple([z.number(), z.string(), z.number(), z.string()])).optional(),
  /** Criteria, values to keep and goals: line, comparison, value. */
  success: z.array(z.tuple([z.number(), z.string(), z.number()])).optional(),
  qualitative: z.array(z.number()).optional(),
  phases: z.array(z.number()).optional(),
  boxes: z.array(z.tuple([z.number(), z.boolean()])).optional(),
  cutover: z.array(z.number()).optional(),
  /** What may be spent: line, amount, period, amounts at which somebody is told. */
  budgets: z.array(z.tuple([z.number(), z.number(), z.string(), z.array(z.number())])).optional(),
  /** Lines of the conditions under which one goes back, with a number or without. */
  rollback: z.array(z.number()).optional(),
  traffic: z.array(z.number()).optional(),
  matrix: z.strictObject({ line: z.number(), rows: z.array(z.number()), columns: z.number() }).optional(),
  /** Codes that must be found, with one of their lines. */
  findings: z.array(z.tuple([z.string(), z.number()])).optional(),
  noFindings: z.array(z.string()).optional(),
  /** No other findings than those of `findings`. */
  onlyFindings: z.boolean().default(false),
});

const documents = readdirSync(folder)
  .filter((file) => file.endsWith(".md"))
  .map((file) => ({
    file,
    text: readFileSync(path.join(folder, file), "utf8"),
    expected: expectation.parse(JSON.parse(readFileSync(path.join(folder, file.replace(/\.md$/, ".expected.json")), "utf8"))),
  }));

type Item = CheckReport["otherPrices"][number]["price"];
const number = (text: string | null) => (text === null ? null : Number(text));
const shown = (line: number | null, one: Pick<Item, "min" | "max" | "currency" | "period">) =>
  JSON.stringify([line, number(one.min), number(one.max), one.currency, one.period]);
const sorted = (list: Iterable<string>) => [...new Set(list)].sort();

function pricesOf(report: CheckReport) {
  const prices = [...report.stacks.flatMap((stack) => stack.lineItems), ...report.otherPrices.filter((one) => !one.isTotal)].filter(
    (one) => one.price.form !== "unknown",
  );
  const totals = [
    ...report.stacks.flatMap((stack) => stack.statedTotals.map((total) => shown(total.line, total))),
    ...report.otherPrices.filter((one) => one.isTotal).map((one) => shown(one.line, one.price)),
  ];
  return { prices: prices.map((one) => shown(one.line, one.price)), totals };
}

/** What is there without what may stand on either side, and without further amounts on loose lines. */
function counted(found: string[], wanted: string[], either: string[], loose: number[]): string[] {
  return sorted(found.filter((one) => wanted.includes(one) || !(either.includes(one) || loose.includes((JSON.parse(one) as [number])[0]))));
}

describe("documents of many hands", () => {
  it("are at least 25", () => expect(documents.length).toBeGreaterThanOrEqual(25));

  describe.each(documents)("$file", ({ file, text, expected }) => {
    const read = readDocument(text, file);
    const report = checkReport(read.plan, read.locate);
    const { prices, totals } = pricesOf(report);
    const goals = report.triggers.filter((one) => typeof one.value === "number" && one.kind === "success");
    const either = (expected.pricesOrTotals ?? []).map((one) => JSON.stringify(one));

    it("is read for what it says", () => {
      const wanted = (expected.prices ?? []).map((one) => JSON.stringify(one));
      const wantedTotals = (expected.totals ?? []).map((one) => JSON.stringify(one));
      const numeric = report.triggers.filter((one) => typeof one.value === "number" && one.kind !== "success");
      const steps = report.migrations.flatMap((one) => one.phases as { line: number; steps: { line: number; done: boolean }[] }[]);
      const boxes = [...steps.flatMap((phase) => phase.steps), ...report.checklists.flatMap((list) => list.items)];
      const found = {
        currency: expected.currency === undefined ? undefined : read.plan.project.currency,
        stacks: expected.stacks === undefined ? undefined : report.stacks.map((stack) => [stack.name, stack.role]),
        prices: expected.prices === undefined ? undefined : counted(prices, wanted, either, expected.loose),
        totals: expected.totals === undefined ? undefined : counted(totals, wantedTotals, either, expected.loose),
        triggers: expected.triggers === undefined ? undefined : sorted(numeric.map((one) => JSON.stringify([one.line, one.op, one.value, one.kind]))),
        success: expected.success === undefined ? undefined : sorted(goals.map((one) => JSON.stringify([one.line, one.op, one.value]))),
        qualitative: expected.qualitative?.filter((line) => report.triggers.some((one) => one.line === line && one.qualitative === true)),
        phases: expected.phases === undefined ? undefined : steps.map((phase) => phase.line),
        boxes: expected.boxes?.map(([line]) => [line, boxes.find((one) => one.line === line)?.done ?? null]),
        cutover:
          expected.cutover === undefined ? undefined : report.migrations.flatMap((one) => (one.cutover as { line: number }[]).map((event) => event.line)),
        budgets:
          expected.budgets === undefined
            ? undefined
            : read.plan.budgets.map((one) => [report.budgets.find((other) => other.key === one.key)?.line, one.amount, one.period, one.levels ?? []]),
        rollback:
          expected.rollback === undefined
            ? undefined
            : [...new Set(read.plan.migrations.flatMap((one) => (one.rollback?.conditions ?? []).map((condition) => condition.line)))],
        traffic:
          expected.traffic === undefined ? undefined : report.migrations.flatMap((one) => (one.traffic as { percent: number }[]).map((entry) => entry.percent)),
        matrix:
          expected.matrix === undefined || report.decisionMatrix === null
            ? undefined
            : { line: report.decisionMatrix.line, rows: report.decisionMatrix.rows.map((row) => row.line), columns: report.decisionMatrix.columns.length },
      };
      expect(found).toEqual({
        currency: expected.currency,
        stacks: expected.stacks,
        prices: expected.prices === undefined ? undefined : sorted(wanted),
        totals: expected.totals === undefined ? undefined : sorted(wantedTotals),
        triggers: expected.triggers === undefined ? undefined : sorted(expected.triggers.map((one) => JSON.stringify(one))),
        success: expected.success === undefined ? undefined : sorted(expected.success.map((one) => JSON.stringify(one))),
        qualitative: expected.qualitative,
        phases: expected.phases,
        boxes: expected.boxes,
        cutover: expected.cutover,
        budgets: expected.budgets,
        rollback: expected.rollback,
        traffic: expected.traffic,
        matrix: expected.matrix,
      });
      for (const one of either) expect([...prices, ...totals]).toContain(one);
    });

    it("is checked without a false alarm", () => {
      for (const [code, line] of expected.findings ?? [])
        expect(report.findings.filter((one) => one.code === code).map((one) => one.lines)).toContainEqual(expect.arrayContaining([line]));
      expect(report.findings.map((one) => one.code).filter((code) => expected.noFindings?.includes(code))).toEqual([]);
      const expectedHere = (code: string, lines: readonly number[]) => expected.findings?.some(([known, line]) => known === code && lines.includes(line));
      if (expected.onlyFindings) expect(report.findings.filter((one) => expectedHere(one.code, one.lines) !== true)).toEqual([]);
    });
  });
});
