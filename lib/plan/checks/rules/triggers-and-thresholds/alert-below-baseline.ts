import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { totalOf } from "../../paths";
import type { StackTotal } from "../../stack-total";
import type { Check, Facts, Noticed, Rule } from "../../types";

/** An alert that speaks at what is normal, or at what is planned, is never silent. */
const check: Check = (plan, facts) => {
  const noticed: Noticed[] = [];
  plan.alertRules.forEach((entry, i) => {
    const levels = [entry.warning, entry.critical, ...entry.levels].flatMap((level) => (level === undefined ? [] : [level]));
    const lowest = Math.min(...levels.filter((level) => level.op === ">" || level.op === ">=").map((level) => level.value));
    if (entry.metric === undefined || !Number.isFinite(lowest)) return;
    const name = entry.name ?? entry.key;
    for (const [j, target] of plan.targets.entries()) {
      const normal = target.average ?? (target.op === undefined && typeof target.value === "number" ? target.value : undefined);
      if (target.metric !== entry.metric || target.baseline !== true || normal === undefined || normal <= lowest) continue;
      noticed.push({
        code: rule.code,
        level: "warning",
        path: `alertRules[${i}]`,
        also: [`targets[${j}]`],
        message: `${name} speaks from ${lowest} on, but ${normal} is normal: it is never silent.`,
        expected: `above ${normal}`,
        found: String(lowest),
      });
    }
    noticed.push(...belowBill(plan, facts, entry.metric, lowest, name, `alertRules[${i}]`));
  });
  return [...noticed, ...budgets(plan, facts)];
};

/** A bill alert below the planned bill speaks every month. */
function belowBill(plan: Plan, facts: Facts, metric: string, lowest: number, name: string, path: string): Noticed[] {
  const found = plan.metrics.find((entry) => entry.key === metric);
  const cost =
    /\b(cost|bill|billing|spend)\b/i.test([found?.key, found?.name].join(" ").replaceAll(/[_-]/g, " ")) &&
    /month/i.test([found?.unit, found?.key, found?.name].join(" "));
  const target = plan.stacks.find((stack) => stack.role === "target");
  const total = target === undefined ? undefined : facts.totals.get(target.key);
  if (!cost || target === undefined || total === undefined) return [];
  return below(plan, facts, target.key, total, new Decimal(lowest), name, path);
}

function budgets(plan: Plan, facts: Facts): Noticed[] {
  return plan.budgets.flatMap((budget, i) => {
    const stack = budget.stack;
    const total = stack === undefined ? undefined : facts.totals.get(stack);
    if (stack === undefined || total === undefined || (budget.currency ?? plan.project.currency) !== plan.project.currency) return [];
    const lowest = budget.levels === undefined || budget.levels.length === 0 ? null : Math.min(...budget.levels);
    if (lowest === null || budget.period !== "month") return [];
    return below(plan, facts, stack, total, new Decimal(lowest), `The first level of "${budget.name}"`, `budgets[${i}]`);
  });
}

function below(plan: Plan, { money }: Facts, stack: string, total: StackTotal, lowest: Decimal, name: string, path: string): Noticed[] {
  if (total.priced === 0 || !total.withoutLabor.min.greaterThan(lowest)) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path,
      also: totalOf(plan, stack),
      message: `${name} speaks from ${money(lowest)} on, but "${stack}" is planned to cost ${money(total.withoutLabor.min)}: it fires every month on plan.`,
      expected: `above ${money(total.withoutLabor.min)}`,
      found: money(lowest),
    },
  ];
}

const plan = (level: number) => `stacks:
  - { key: new, name: New, role: target, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 150 } }] }] }
budgets: [{ key: bill, name: Monthly bill, amount: 400, stack: new, levels: [${level}, 300] }]
`;

export const rule: Rule = {
  code: "alert-below-baseline",
  family: "triggers-and-thresholds",
  levels: ["warning"],
  says: "An alert speaks at what is normal or planned, so it is never silent.",
  example: {
    wrong: plan(100),
    finds: 'The first level of "Monthly bill" speaks from $100.00 on, but "new" is planned to cost $150.00: it fires every month on plan.',
    right: plan(200),
  },
  check,
};
