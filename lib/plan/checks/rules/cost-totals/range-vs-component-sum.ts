import { Decimal } from "decimal.js";
import { shownRange, statedInterval, tolerance } from "../../amounts";
import type { Check, Rule } from "../../types";

/** A range given for a whole stack must be reachable with the prices named for its components, whichever alternative is taken. */
const check: Check = (plan, { money }) => {
  const at = plan.stacks.findIndex((stack) => stack.role === "current");
  const stack = plan.stacks[at];
  const parts = plan.replacements.filter((entry) => entry.from.every((from) => from.period === "month"));
  if (stack === undefined || parts.length < 3 || parts.length * 2 < stack.resources.length) return [];
  const low = parts.reduce((sum, entry) => sum.plus(Math.min(...entry.from.map((from) => from.min))), new Decimal(0));
  const high = parts.reduce((sum, entry) => sum.plus(Math.max(...entry.from.map((from) => from.max ?? from.min))), new Decimal(0));
  return stack.statedTotals.flatMap((stated, j) => {
    if (stated.kind === "total" || stated.period !== "month" || stated.max === undefined || stated.max === stated.min) return [];
    if ((stated.currency ?? plan.project.currency) !== plan.project.currency) return [];
    const { min, max } = statedInterval(stated);
    if (max === null) return [];
    const reachable = max.lessThanOrEqualTo(high.plus(tolerance(max, true))) && min.greaterThanOrEqualTo(low.minus(tolerance(min, true)));
    if (reachable) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `stacks[${at}].statedTotals[${j}]`,
        also: plan.replacements.map((_, k) => `replacements[${k}]`).slice(0, 20),
        message: `${stack.name} is given as ${shownRange({ min, max }, money)}, but its components cost ${shownRange({ min: low, max: high }, money)} together, from all the cheapest to all the dearest alternatives.`,
        expected: shownRange({ min: low, max: high }, money),
        found: shownRange({ min, max }, money),
        hint: "Name the components that are missing, or correct the range.",
      },
    ];
  });
};

const plan = (max: number) => `stacks:
  - { key: old, name: Old stack, role: current, statedTotals: [{ kind: headline, min: 150, max: ${max} }] }
replacements:
  - { component: hosting, from: [{ name: A, min: 50, max: 100 }, { name: B, min: 60, max: 120 }], to: { name: C, min: 10 } }
  - { component: database, from: [{ name: D, min: 50, max: 80 }], to: { name: E, min: 10 } }
  - { component: cache, from: [{ name: F, min: 40, max: 60 }], to: { name: G, min: 10 } }
`;

export const rule: Rule = {
  code: "range-vs-component-sum",
  family: "cost-totals",
  levels: ["warning"],
  says: "A range for a whole stack cannot be reached with the prices of its components.",
  example: {
    wrong: plan(400),
    finds:
      "Old stack is given as $150.00 to $400.00, but its components cost $140.00 to $260.00 together, from all the cheapest to all the dearest alternatives.",
    right: plan(250),
  },
  check,
};
