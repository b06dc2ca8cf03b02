import type { Check, Rule } from "../../types";
import { databaseSize, endsOf, limitOf } from "./limits";

/** A stack that is entered when a metric passes a value must be able to carry more than that value. */
const check: Check = (plan) =>
  plan.triggers.flatMap((trigger, i) => {
    if (typeof trigger.value !== "number" || (trigger.op !== ">" && trigger.op !== ">=") || trigger.kind !== "migrate") return [];
    const { to } = endsOf(plan, trigger);
    const target = limitOf(plan, to, trigger.metric) ?? databaseSize(plan, to, trigger.metric);
    if (target === null || target.limit > trigger.value) return [];
    return [
      {
        code: rule.code,
        level: target.limit < trigger.value ? ("error" as const) : ("warning" as const),
        path: `triggers[${i}]`,
        also: [target.path],
        message: `"${to}" is entered when ${trigger.metric} passes ${trigger.value}, but it carries only ${target.limit}: it is full on the day of the move.`,
        expected: `capacity above ${trigger.value}`,
        found: String(target.limit),
      },
    ];
  });

const plan = (max: number) => `metrics: [{ key: database, name: Database size, unit: GB }]
stacks: [{ key: small, name: Small, role: current }, { key: large, name: Large, role: target, capacity: [{ metric: database, max: ${max} }] }]
triggers: [{ key: full, metric: database, op: ">", value: 100, from: small, to: large }]
`;

export const rule: Rule = {
  code: "trigger-vs-target-capacity",
  family: "limits-and-capacity",
  levels: ["error", "warning"],
  says: "The next stack carries no more than the value at which it is entered.",
  example: {
    wrong: plan(80),
    finds: '"large" is entered when database passes 100, but it carries only 80: it is full on the day of the move.',
    right: plan(500),
  },
  check,
};
