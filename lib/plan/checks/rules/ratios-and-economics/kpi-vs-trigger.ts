import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";
import { valuesToKeep } from "../../values-to-keep";
import { userMetrics } from "./revenue";

/** The goal for the cost per user must hold at the number of users at which a stack is entered. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  const users = userMetrics(plan);
  const groups = new Map(plan.triggerGroups.map((group) => [group.key, group]));
  for (const { goal, value, path } of goalsOf(plan)) {
    plan.triggers.forEach((trigger, j) => {
      if (!users.has(trigger.metric) || typeof trigger.value !== "number" || trigger.value <= 0) return;
      if ((trigger.op !== ">" && trigger.op !== ">=") || trigger.kind !== "migrate") return;
      const group = trigger.group === undefined ? undefined : groups.get(trigger.group);
      const [from, to] = [trigger.from ?? group?.from, trigger.to ?? group?.to];
      if (to === undefined || (goal.stack !== undefined && goal.stack !== from && goal.stack !== to)) return;
      const total = totals.get(to);
      if (total === undefined || total.priced === 0) return;
      const each = total.monthly.min.div(trigger.value);
      if (each.lessThan(value)) return;
      noticed.push({
        code: rule.code,
        level: "warning",
        path: `triggers[${j}]`,
        also: [path, ...totalOf(plan, to)],
        message: `Entering "${to}" at ${trigger.value.toLocaleString("en-US")} users costs ${plain(each, 4)} per user, above the goal of ${value}; it holds from ${plain(total.monthly.min.div(value).ceil())} users.`,
        expected: `below ${value}`,
        found: plain(each, 4),
      });
    });
  }
  return noticed;
};

/** Upper limits for the cost per user, from the unit economics and from the values to keep. */
function goalsOf(plan: Plan): { goal: { stack?: string | undefined }; value: number; path: string }[] {
  const upper = (op: string | undefined) => op === "<" || op === "<=";
  return [
    ...(plan.unitEconomics?.costPer ?? []).flatMap((goal, i) =>
      upper(goal.op) && goal.value !== undefined && goal.value > 0 && /^(active )?users?$/i.test(goal.unit)
        ? [{ goal, value: goal.value, path: `unitEconomics.costPer[${i}]` }]
        : [],
    ),
    ...valuesToKeep(plan).flatMap((goal) =>
      /^cost[_-]per[_-](active[_-])?user(s|[_-]|$)/.test(goal.metric) ? [{ goal: { stack: goal.stack }, value: goal.value, path: goal.path }] : [],
    ),
  ];
}

const plan = (value: number) => `metrics: [{ key: users, name: Users, unit: users }]
stacks:
  - { key: large, name: Large, role: target, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 90 } }] }] }
triggers: [{ key: many, metric: users, op: ">", value: ${value}, to: large }]
unitEconomics: { costPer: [{ unit: user, op: "<", value: 0.05 }] }
`;

export const rule: Rule = {
  code: "kpi-vs-trigger",
  family: "ratios-and-economics",
  levels: ["warning"],
  says: "Entering a stack at its trigger breaks the goal for the cost per user.",
  example: {
    wrong: plan(1000),
    finds: 'Entering "large" at 1,000 users costs 0.09 per user, above the goal of 0.05; it holds from 1800 users.',
    right: plan(2000),
  },
  check,
};
