import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { agrees } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Rule } from "../../types";

/** A budget must at least hold what its stack is planned to cost. */
const check: Check = (plan, { totals, money }) =>
  plan.budgets.flatMap((budget, i) => {
    const key = budget.stack ?? onlyTarget(plan);
    const total = key === undefined ? undefined : totals.get(key);
    if (key === undefined || total === undefined || total.priced === 0) return [];
    if ((budget.currency ?? plan.project.currency) !== plan.project.currency) return [];
    const monthly = budget.period === "year" ? new Decimal(budget.amount).div(12) : new Decimal(budget.amount);
    if (!monthly.lessThan(total.monthly.min)) return [];
    if (budget.stack === undefined && ONE_OFF.test(budget.name)) return [];
    // A budget without a stack may be one of many: only one of about this size is meant for all of it.
    if (budget.stack === undefined && monthly.lessThan(total.monthly.min.times("0.6"))) return [];
    // The same wrong figure as a heading is one contradiction, told by headline-vs-table-total.
    const stated = plan.stacks.find((stack) => stack.key === key)?.statedTotals ?? [];
    if (stated.some((entry) => entry.period === "month" && agrees(entry.min, monthly))) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `budgets[${i}]`,
        also: totalOf(plan, key),
        message: `The budget "${budget.name}" (${money(monthly)} a month) is below what its stack is planned to cost (${money(total.monthly.min)}).`,
        expected: `at least ${money(total.monthly.min)}`,
        found: money(monthly),
      },
    ];
  });

/** Paid for the move, not for what runs after it. */
const ONE_OFF = /\b(?:phases?|projects?|projekt\w*|projet|proyecto|migration|move|umzug\w*|one-off|einmalig\w*)\b/i;

/** The one stack that is moved to. */
function onlyTarget(plan: Plan): string | undefined {
  const targets = plan.stacks.filter((stack) => stack.role === "target");
  return targets.length === 1 ? targets[0]?.key : undefined;
}

const plan = (amount: number) => `stacks:
  - { key: new, name: New, role: target, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 150 } }] }] }
budgets: [{ key: bill, name: Hosting, amount: ${amount}, stack: new }]
`;

export const rule: Rule = {
  code: "budget-below-plan",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "A budget is below what its stack is planned to cost.",
  example: {
    wrong: plan(120),
    finds: 'The budget "Hosting" ($120.00 a month) is below what its stack is planned to cost ($150.00).',
    right: plan(160),
  },
  check,
};
