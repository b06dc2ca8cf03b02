import type { Check, Rule } from "../../types";
import { endsOf, limitOf, statedLimit } from "./limits";

/** A stack must be left before it is full. */
const check: Check = (plan) =>
  plan.triggers.flatMap((trigger, i) => {
    if (typeof trigger.value !== "number" || (trigger.op !== ">" && trigger.op !== ">=") || trigger.kind !== "migrate") return [];
    const { from } = endsOf(plan, trigger);
    const source = limitOf(plan, from, trigger.metric) ?? statedLimit(plan, trigger.metric);
    if (source === null || source.limit >= trigger.value) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `triggers[${i}]`,
        also: [source.path],
        message: `${source.path.startsWith("stacks") ? `"${from}"` : "The setup"} carries ${source.limit} (${trigger.metric}), but is left only at ${trigger.value}: between the two it is over its limit and no trigger says so.`,
        expected: `at most ${source.limit}`,
        found: String(trigger.value),
        hint: "Lower the trigger or correct the capacity.",
      },
    ];
  });

const plan = (value: number) => `metrics: [{ key: users, name: Users, unit: users }]
stacks: [{ key: small, name: Small, role: current, capacity: [{ metric: users, max: 800 }] }, { key: large, name: Large, role: target }]
triggers: [{ key: many, metric: users, op: ">", value: ${value}, from: small, to: large }]
`;

export const rule: Rule = {
  code: "trigger-vs-capacity",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "A stack is full before any trigger leaves it.",
  example: {
    wrong: plan(1000),
    finds: '"small" carries 800 (users), but is left only at 1000: between the two it is over its limit and no trigger says so.',
    right: plan(700),
  },
  check,
};
