import { Decimal } from "decimal.js";
import type { Plan, PlanStatedTotal } from "../../../types";
import { agrees, intervalPer, shownRange, statedInterval, tolerance } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Facts, Noticed, Rule } from "../../types";
import { judgedFigures } from "./stated-figures";

/** The cost of a stack that another part of the plan repeats: matrix cell, scaling stage, comparison row. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  const compare = (
    path: string,
    what: string,
    key: string | undefined,
    stated: Parameters<typeof statedInterval>[0] & { approximate?: boolean | undefined },
    period: Parameters<typeof intervalPer>[1],
  ) => {
    const total = key === undefined ? undefined : totals.get(key);
    if (key === undefined || total === undefined || total.priced === 0 || total.unknown.length > 0) return;
    const monthly = intervalPer(total.monthly, period);
    if (monthly === null) return;
    const { min, max } = statedInterval(stated);
    const inside =
      min.greaterThanOrEqualTo(monthly.min.minus(tolerance(min, stated.approximate))) &&
      (monthly.max === null || max === null || max.lessThanOrEqualTo(monthly.max.plus(tolerance(max, stated.approximate))));
    const same = plan.stacks
      .find((stack) => stack.key === key)
      ?.statedTotals.some((entry) => agrees(entry.min, min) && max !== null && agrees(entry.max ?? entry.min, max));
    // A repeated wrong total is one contradiction, told by headline-vs-table-total.
    if (inside || same === true) return;
    noticed.push({
      code: rule.code,
      level: "warning",
      path,
      also: totalOf(plan, key),
      message: `${what} gives ${shownRange({ min, max }, money)} per ${period} for "${key}", its rows add up to ${shownRange(monthly, money)}.`,
      expected: shownRange(monthly, money),
      found: shownRange({ min, max }, money),
      hint: "Keep one of the two figures.",
    });
  };
  plan.scalingStages.forEach((stage, i) => {
    if (stage.cost !== undefined) compare(`scalingStages[${i}]`, `The stage "${stage.title}"`, stage.stack, stage.cost, stage.cost.period);
  });
  plan.costComparisons.forEach((comparison, i) => {
    comparison.rows.forEach((row, j) => {
      if (row.role !== "saving") compare(`costComparisons[${i}].rows[${j}]`, `The comparison "${comparison.name}"`, row.stack, row, row.period);
    });
  });
  plan.decisionMatrix?.rows.forEach((row, i) => {
    row.cells.forEach((cell, j) => {
      const key = plan.decisionMatrix?.columns[j]?.stack;
      if (cell.type === "money") compare(`decisionMatrix.rows[${i}]`, "The decision matrix", key, { min: cell.amount, max: cell.amount }, cell.period);
    });
  });
  return [...noticed, ...figuresOfOneStack(plan, totals, money), ...matrixAgainstHeadings(plan, money), ...revenueEach(plan, money)];
};

/** Figures a stack states for itself, of which none contains the other: "400 and more" in a heading, "275 to 500" in the table. */
function figuresOfOneStack(plan: Plan, totals: Facts["totals"], money: Facts["money"]): Noticed[] {
  return plan.stacks.flatMap((stack, i): Noticed[] => {
    const figures = judgedFigures(stack, totals.get(stack.key), plan.project.currency).filter(({ stated }) => stated.period === "month");
    // A figure that does not follow from the rows is told by headline-vs-table-total.
    if (figures.some(({ follows }) => !follows)) return [];
    // With and without what is optional are two sums, not two values of one.
    if (stack.resources.some((resource) => resource.optional === true)) return [];
    for (const [k, one] of figures.entries()) {
      const other = figures.slice(k + 1).find(({ stated }) => !within(one.stated, stated) && !within(stated, one.stated));
      if (other === undefined) continue;
      const [a, b] = [one, other].map(({ stated }) => shownRange(statedInterval(stated), money));
      return [
        {
          code: rule.code,
          level: "warning",
          path: `stacks[${i}].statedTotals[${one.at}]`,
          also: figures.filter((figure) => figure !== one).map(({ at }) => `stacks[${i}].statedTotals[${at}]`),
          message: `${stack.name} is given as ${a} in one place and as ${b} in another.`,
          expected: a ?? "",
          found: b ?? "",
          hint: "Keep one of the two figures.",
        },
      ];
    }
    return [];
  });
}

function within(inner: PlanStatedTotal, outer: PlanStatedTotal): boolean {
  const [a, b] = [statedInterval(inner), statedInterval(outer)];
  // The ends of a range are round.
  const slack = (end: Decimal) =>
    Decimal.max(tolerance(end, outer.approximate ?? inner.approximate), b.max?.equals(b.min) === true ? 0 : end.abs().times("0.01"));
  if (a.min.lessThan(b.min.minus(slack(b.min)))) return false;
  return b.max === null || a.max?.lessThanOrEqualTo(b.max.plus(slack(b.max))) === true;
}

/** A matrix that repeats the sums of the rows, where the headings of the same stacks say something else. */
function matrixAgainstHeadings(plan: Plan, money: Facts["money"]): Noticed[] {
  const matrix = plan.decisionMatrix;
  return (matrix?.rows ?? []).flatMap((row, i): Noticed[] => {
    const other = row.cells.flatMap((cell, j) => {
      const at = plan.stacks.findIndex((stack) => stack.key === matrix?.columns[j]?.stack);
      const heading = plan.stacks[at]?.statedTotals.findIndex((stated) => stated.kind === "heading" && stated.period === "month") ?? -1;
      const stated = plan.stacks[at]?.statedTotals[heading];
      if (cell.type !== "money" || cell.period !== "month" || stated === undefined) return [];
      const { min, max } = statedInterval(stated);
      const slack = Decimal.max(tolerance(min, true), tolerance(cell.amount));
      const inside = min.minus(slack).lessThanOrEqualTo(cell.amount) && (max === null || max.plus(slack).greaterThanOrEqualTo(cell.amount));
      return inside ? [] : [{ cell: cell.amount, stated, path: `stacks[${at}].statedTotals[${heading}]` }];
    });
    if (other.length === 0) return [];
    const pairs = other.map(({ cell, stated }) => `${money(cell)} against ${shownRange(statedInterval(stated), money)}`);
    return [
      {
        code: rule.code,
        level: "warning",
        path: `decisionMatrix.rows[${i}]`,
        also: other.map(({ path }) => path),
        message: `The decision matrix and the headings give the same stacks different costs: ${pairs.join(", ")}.`,
        hint: "Keep one of the two figures.",
      },
    ];
  });
}

/** What a customer brings: once as revenue divided by customers, once as the price used for break-even. */
function revenueEach(plan: Plan, money: Facts["money"]): Noticed[] {
  const points = plan.unitEconomics?.breakEven ?? [];
  return (plan.unitEconomics?.margins ?? []).flatMap((margin, i): Noticed[] => {
    const at = points.findIndex((point) => point.revenuePerUnit !== undefined);
    const each = points[at]?.revenuePerUnit;
    if (each === undefined || margin.customers === 0) return [];
    const average = new Decimal(margin.revenue).div(margin.customers);
    if (agrees(each, average, true) || agrees(average, each, true)) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `unitEconomics.margins[${i}]`,
        also: [`unitEconomics.breakEven[${at}]`],
        message: `${margin.customers} customers and ${money(margin.revenue)} are ${money(average)} each, break-even reckons with ${money(each)}.`,
        expected: money(each),
        found: money(average),
      },
    ];
  });
}

export const rule: Rule = {
  code: "same-quantity-two-values",
  family: "cost-totals",
  levels: ["warning"],
  says: "The same cost, or what a customer brings, has two values in different places of the plan.",
  example: {
    wrong: `stacks:
  - key: small
    name: Small
    role: current
    resources: [{ key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 40 } }] }]
scalingStages:
  - { key: one, title: First stage, stack: small, cost: { min: 55, max: 55 } }
`,
    finds: 'The stage "First stage" gives $55.00 per month for "small", its rows add up to $40.00.',
    right: `stacks:
  - key: small
    name: Small
    role: current
    resources: [{ key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 40 } }] }]
scalingStages:
  - { key: one, title: First stage, stack: small, cost: { min: 40, max: 40 } }
`,
  },
  check,
};
