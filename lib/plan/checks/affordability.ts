import { Decimal } from "decimal.js";
import type { Plan } from "../types";
import { plain } from "./amounts";
import type { Check, Noticed } from "./types";

/** Metrics of money that comes in per month. */
function revenueMetrics(plan: Plan): Set<string> {
  const names = (metric: Plan["metrics"][number]) => [metric.key, metric.name, ...(metric.aliases ?? [])].join(" ");
  return new Set(
    plan.metrics
      .filter((metric) => /\b(mrr|revenue)\b/i.test(names(metric).replaceAll("_", " ")) && /month/i.test(metric.unit ?? "") && metric.kind === "number")
      .map((metric) => metric.key),
  );
}

/** At the revenue at which the plan moves to a stack, that stack must stay below its own share of revenue. */
export const affordability: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  const revenue = revenueMetrics(plan);
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  plan.triggers.forEach((trigger, i) => {
    const to = trigger.to ?? (trigger.group === undefined ? undefined : groups.get(trigger.group)?.to);
    const kind = trigger.kind === "block" || trigger.kind === "review" ? null : trigger.kind;
    if (kind === null || to === undefined || !revenue.has(trigger.metric) || typeof trigger.value !== "number" || trigger.value <= 0) return;
    if (trigger.op !== ">" && trigger.op !== ">=") return;
    const total = totals.get(to);
    const limit =
      plan.unitEconomics?.revenueShare.findIndex((share) => share.stack === to && (share.op === "<" || share.op === "<=") && share.value !== undefined) ?? -1;
    const percent = plan.unitEconomics?.revenueShare[limit]?.value;
    if (total === undefined || total.priced === 0 || percent === undefined || percent === 0) return;
    const share = total.monthly.min.div(trigger.value).times(100);
    if (share.lessThanOrEqualTo(percent)) return;
    const needed = total.monthly.min.div(percent).times(100);
    noticed.push({
      code: "trigger-not-affordable",
      level: "error",
      path: `triggers[${i}].value`,
      also: [`unitEconomics.revenueShare[${limit}]`],
      message: `At ${money(trigger.value)} of ${trigger.metric} "${to}" costs ${plain(share)} % of revenue; its limit is ${percent} %, which holds from ${money(needed)}.`,
      expected: money(needed),
      found: money(trigger.value),
      hint: "Raise the trigger or the limit.",
    });
  });
  return noticed;
};

/** The goal for the cost per user must hold at the number of users at which a stack is entered. */
export const costPerUserAtTrigger: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.costPer.forEach((goal, i) => {
    if ((goal.op !== "<" && goal.op !== "<=") || goal.value === undefined || !/^users?$/i.test(goal.unit)) return;
    const value = goal.value;
    plan.triggers.forEach((trigger, j) => {
      const metric = plan.metrics.find((candidate) => candidate.key === trigger.metric);
      if (metric?.unit === undefined || !/^users?$/i.test(metric.unit) || typeof trigger.value !== "number" || trigger.value <= 0) return;
      if ((trigger.op !== ">" && trigger.op !== ">=") || trigger.kind !== "migrate" || trigger.to === undefined) return;
      if (goal.stack !== undefined && goal.stack !== trigger.from && goal.stack !== trigger.to) return;
      const total = totals.get(trigger.to);
      if (total === undefined || total.priced === 0) return;
      const each = total.monthly.min.div(trigger.value);
      if (each.lessThan(value)) return;
      noticed.push({
        code: "goal-broken-at-trigger",
        level: "warning",
        path: `triggers[${j}].value`,
        also: [`unitEconomics.costPer[${i}]`],
        message: `Entering "${trigger.to}" at ${trigger.value.toLocaleString("en-US")} users costs ${plain(each, 4)} per user, above the goal of ${value}; it holds from ${plain(total.monthly.min.div(value).ceil())} users.`,
        expected: `below ${value}`,
        found: plain(each, 4),
      });
    });
  });
  // The cheapest way out of a budget is to plan above it: say so where the plan states both.
  plan.budgets.forEach((budget, i) => {
    const total = budget.stack === undefined ? undefined : totals.get(budget.stack);
    if (total === undefined || total.priced === 0 || (budget.currency ?? plan.project.currency) !== plan.project.currency) return;
    const monthly = budget.period === "year" ? new Decimal(budget.amount).div(12) : new Decimal(budget.amount);
    if (monthly.lessThan(total.monthly.min)) {
      noticed.push({
        code: "budget-below-plan",
        level: "warning",
        path: `budgets[${i}].amount`,
        message: `The budget "${budget.name}" (${money(monthly)} a month) is below what its stack is planned to cost (${money(total.monthly.min)}).`,
        expected: `at least ${money(total.monthly.min)}`,
        found: money(monthly),
      });
    }
    const low = budget.levels?.findIndex((level) => new Decimal(level).lessThan(total.monthly.min)) ?? -1;
    const level = budget.levels?.[low];
    if (level !== undefined && budget.period === "month") {
      noticed.push({
        code: "alert-below-plan",
        level: "warning",
        path: `budgets[${i}].levels[${low}]`,
        message: `The first level of "${budget.name}" (${money(level)}) is below the planned ${money(total.monthly.min)}: it tells somebody every month that all is as planned.`,
        expected: `above ${money(total.monthly.min)}`,
        found: money(level),
      });
    }
  });
  return noticed;
};
