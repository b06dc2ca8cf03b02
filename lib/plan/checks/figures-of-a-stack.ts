import { agrees, intervalPer, shownRange, statedInterval, tolerance } from "./amounts";
import type { Check, Noticed } from "./types";

/** The cost of a stack that another part of the plan repeats: matrix cell, scaling stage, comparison row. */
export const figuresOfAStack: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  const compare = (
    path: string,
    what: string,
    key: string | undefined,
    stated: Parameters<typeof statedInterval>[0] & { approximate?: boolean | undefined },
    period: Parameters<typeof intervalPer>[1],
  ) => {
    const total = key === undefined ? undefined : totals.get(key);
    if (total === undefined || total.priced === 0 || total.unknown.length > 0) return;
    const monthly = intervalPer(total.monthly, period);
    if (monthly === null) return;
    const { min, max } = statedInterval(stated);
    const inside =
      min.greaterThanOrEqualTo(monthly.min.minus(tolerance(min, stated.approximate))) &&
      (monthly.max === null || max === null || max.lessThanOrEqualTo(monthly.max.plus(tolerance(max, stated.approximate))));
    if (inside) return;
    noticed.push({
      code: "same-quantity-two-values",
      level: "warning",
      path,
      also: [`stacks[${plan.stacks.findIndex((stack) => stack.key === key)}].resources`],
      message: `${what} gives ${shownRange({ min, max }, money)} per ${period} for "${key}", its rows add up to ${shownRange(monthly, money)}.`,
      expected: shownRange(monthly, money),
      found: shownRange({ min, max }, money),
      hint: "Keep one of the two figures.",
    });
  };
  plan.scalingStages.forEach((stage, i) => {
    if (stage.cost !== undefined) compare(`scalingStages[${i}].cost`, `The stage "${stage.title}"`, stage.stack, stage.cost, stage.cost.period);
  });
  plan.costComparisons.forEach((comparison, i) => {
    comparison.rows.forEach((row, j) => {
      if (row.role !== "saving") compare(`costComparisons[${i}].rows[${j}]`, `The comparison "${comparison.name}"`, row.stack, row, row.period);
    });
  });
  plan.decisionMatrix?.rows.forEach((row, i) => {
    if (row.role !== "result") return;
    row.cells.forEach((cell, j) => {
      const key = plan.decisionMatrix?.columns[j]?.stack;
      if (cell.type === "money")
        compare(`decisionMatrix.rows[${i}].cells[${j}]`, "The decision matrix", key, { min: cell.amount, max: cell.amount }, cell.period);
    });
  });
  return noticed;
};

/** A yearly figure beside a monthly one must be twelve times as much. */
export const annualFigures: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.costComparisons.forEach((comparison, i) => {
    comparison.rows.forEach((row, j) => {
      if (row.annual === undefined || row.period !== "month") return;
      const pairs = [
        [row.min, row.annual.min],
        [row.max ?? row.min, row.annual.max ?? row.annual.min],
      ] as const;
      const wrong = pairs.find(([monthly, annual]) => !agrees(annual, monthly * 12, row.approximate) && !agrees(monthly, annual / 12, row.approximate));
      if (wrong === undefined) return;
      noticed.push({
        code: "annual-differs",
        level: "error",
        path: `costComparisons[${i}].rows[${j}].annual`,
        message: `${comparison.name}, ${row.role}: ${money(wrong[0])} a month is ${money(wrong[0] * 12)} a year, not ${money(wrong[1])}.`,
        expected: money(wrong[0] * 12),
        found: money(wrong[1]),
      });
    });
  });
  return noticed;
};
