import { plain } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";
import { revenueMetrics } from "./revenue";
import { shareLimits } from "./share-limits";

/** At the revenue at which the plan moves to a stack, that stack must stay below its own share of revenue. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  const revenue = revenueMetrics(plan);
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  const limits = shareLimits(plan);
  plan.triggers.forEach((trigger, i) => {
    const to = trigger.to ?? (trigger.group === undefined ? undefined : groups.get(trigger.group)?.to);
    if (trigger.kind === "block" || trigger.kind === "review") return;
    if (to === undefined || !revenue.has(trigger.metric) || typeof trigger.value !== "number" || trigger.value <= 0) return;
    if (trigger.op !== ">" && trigger.op !== ">=") return;
    const total = totals.get(to);
    const limit = limits.find((entry) => entry.stack === to);
    if (total === undefined || total.priced === 0 || limit === undefined || limit.percent === 0) return;
    const share = total.monthly.min.div(trigger.value).times(100);
    if (share.lessThanOrEqualTo(limit.percent)) return;
    const needed = total.monthly.min.div(limit.percent).times(100);
    noticed.push({
      code: rule.code,
      level: "error",
      path: `triggers[${i}]`,
      also: [limit.path, ...totalOf(plan, to)],
      message: `At ${money(trigger.value)} of ${trigger.metric} "${to}" costs ${plain(share)} % of revenue; its limit is ${limit.percent} %, which holds from ${money(needed)}.`,
      expected: money(needed),
      found: money(trigger.value),
      hint: "Raise the trigger or the limit.",
    });
  });
  return noticed;
};

const plan = (value: number) => `metrics: [{ key: mrr, name: MRR, unit: USD/month }]
stacks:
  - { key: large, name: Large, role: target, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 90 } }] }] }
triggers: [{ key: rich, metric: mrr, op: ">", value: ${value}, to: large }]
unitEconomics: { revenueShare: [{ stack: large, op: "<", value: 10 }] }
`;

export const rule: Rule = {
  code: "trigger-vs-cost-ratio",
  family: "ratios-and-economics",
  levels: ["error"],
  says: "At the revenue of a trigger the next stack costs more than its own share of revenue.",
  example: { wrong: plan(600), finds: 'At $600.00 of mrr "large" costs 15 % of revenue; its limit is 10 %, which holds from $900.00.', right: plan(900) },
  check,
};
