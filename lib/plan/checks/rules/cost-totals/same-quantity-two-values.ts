import { agrees, intervalPer, shownRange, statedInterval, tolerance } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

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
  return noticed;
};

export const rule: Rule = {
  code: "same-quantity-two-values",
  family: "cost-totals",
  levels: ["warning"],
  says: "A matrix, a stage or a comparison gives another cost for a stack than its rows.",
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
