import { plain } from "../../amounts";
import { quantityOf } from "../../names";
import type { Check, Noticed, Rule } from "../../types";
import { userMetrics } from "./revenue";

/** Moving before the point from which the move pays, by the plan's own words. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  const metrics = new Map(plan.metrics.map((metric) => [metric.key, metric]));
  const users = userMetrics(plan);
  const same = (a: string, b: string) => {
    const [one, other] = [metrics.get(a), metrics.get(b)];
    if (a === b || (users.has(a) && users.has(b))) return true;
    return one !== undefined && other !== undefined && one.unit === other.unit && quantityOf(one) === quantityOf(other);
  };
  plan.unitEconomics?.breakEven.forEach((point, i) => {
    const { metric } = point;
    if (metric === undefined || point.revenuePerUnit !== undefined) return;
    const early = plan.triggers.flatMap((trigger, j) =>
      trigger.kind === "migrate" &&
      (trigger.op === ">" || trigger.op === ">=") &&
      typeof trigger.value === "number" &&
      trigger.value < point.value &&
      (point.stack === undefined || trigger.to === undefined || trigger.to === point.stack || trigger.from === point.stack) &&
      same(trigger.metric, metric)
        ? [{ value: trigger.value, path: `triggers[${j}]` }]
        : [],
    );
    const first = early[0];
    if (first === undefined) return;
    noticed.push({
      code: rule.code,
      level: "warning",
      path: first.path,
      also: [...early.slice(1, 4).map(({ path }) => path), `unitEconomics.breakEven[${i}]`],
      message: `The move is triggered at ${plain(first.value)} (${metric}), but pays only from ${plain(point.value)} on.`,
      expected: `at least ${plain(point.value)}`,
      found: plain(first.value),
    });
  });
  return noticed;
};

const plan = (value: number) => `metrics: [{ key: users, name: Users, unit: users }]
stacks: [{ key: old, name: Old, role: current }, { key: new, name: New, role: target }]
triggers: [{ key: many, metric: users, op: ">", value: ${value}, from: old, to: new }]
unitEconomics: { breakEven: [{ metric: users, value: 80000, stack: new }] }
`;

export const rule: Rule = {
  code: "trigger-vs-break-even",
  family: "ratios-and-economics",
  levels: ["warning"],
  says: "The move is triggered before the point at which the plan says it pays.",
  example: { wrong: plan(40000), finds: "The move is triggered at 40000 (users), but pays only from 80000 on.", right: plan(80000) },
  check,
};
