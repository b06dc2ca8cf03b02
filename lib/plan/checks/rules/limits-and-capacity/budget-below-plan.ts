import { Decimal } from "decimal.js";
import { agrees } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Rule } from "../../types";

/** A budget must at least hold what its stack is planned to cost. */
const check: Check = (plan, { totals, money }) =>
  plan.budgets.flatMap((budget, i) => {
    const total = budget.stack === undefined ? undefined : totals.get(budget.stack);
    if (budget.stack === undefined || total === undefined || total.priced === 0) return [];
    if ((budget.currency ?? plan.project.currency) !== plan.project.currency) return [];
    const monthly = budget.period === "year" ? new Decimal(budget.amount).div(12) : new Decimal(budget.amount);
    if (!monthly.lessThan(total.monthly.min)) return [];
    // The same wrong figure as a heading is one contradiction, told by headline-vs-table-total.
    const stated = plan.stacks.find((stack) => stack.key === budget.stack)?.statedTotals ?? [];
    if (stated.some((entry) => entry.period === "month" && agrees(entry.min, monthly))) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `budgets[${i}]`,
        also: totalOf(plan, budget.stack),
        message: `The budget "${budget.name}" (${money(monthly)} a month) is below what its stack is planned to cost (${money(total.monthly.min)}).`,
        expected: `at least ${money(total.monthly.min)}`,
        found: money(monthly),
      },
    ];
  });

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
