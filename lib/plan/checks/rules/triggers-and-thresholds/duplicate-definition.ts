import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";
import { metricComparer } from "./same-metric";

/** The limit for going back stands in two places, with different values or beside different others. */
const check: Check = (plan) => {
  const metrics = metricComparer(plan);
  return plan.migrations.flatMap((migration, i): Noticed[] => {
    const all = [
      ...migration.guards.flatMap((guard, j) =>
        guard.source.type === "metric" && typeof guard.value === "number"
          ? [{ metric: guard.source.metric, value: guard.value, path: `migrations[${i}].guards[${j}]` }]
          : [],
      ),
      ...(migration.rollback?.conditions ?? []).flatMap((condition, j) =>
        condition.metric !== undefined && typeof condition.value === "number"
          ? [{ metric: condition.metric, value: condition.value, path: `migrations[${i}].rollback.conditions[${j}]` }]
          : [],
      ),
    ];
    const twice = all.filter((one, at) => all.some((other, k) => k !== at && metrics.factor(one.metric, other.metric) !== null));
    const first = twice[0];
    if (first === undefined) return [];
    const differs = twice.some((one) => twice.some((other) => other.metric === one.metric && other.value !== one.value));
    return [
      {
        code: rule.code,
        level: differs ? "warning" : "info",
        path: first.path,
        also: twice.slice(1, 8).map(({ path }) => path),
        message: `${migration.name}: the limits for a rollback stand in more than one place (${listed(twice.map(({ metric }) => metric))})${differs ? " and differ" : ""}.`,
        hint: "Keep one list.",
      },
    ];
  });
};

const plan = (second: string) => `metrics: [{ key: errors, name: Error rate, unit: percent }, { key: latency, name: Latency, unit: ms }]
stacks: [{ key: old, name: Old, role: current }, { key: new, name: New, role: target }]
migrations:
  - key: move
    name: Move
    from: old
    to: new
    rollback:
      conditions:
        - { text: "errors > 1 %", metric: errors, op: ">", value: 1, window: 5m }
        - ${second}
`;

export const rule: Rule = {
  code: "duplicate-definition",
  family: "triggers-and-thresholds",
  levels: ["warning", "info"],
  says: "The limits for a rollback stand in more than one place.",
  example: {
    wrong: plan('{ text: "errors > 2 %", metric: errors, op: ">", value: 2, window: 5m }'),
    finds: "Move: the limits for a rollback stand in more than one place (errors) and differ.",
    right: plan('{ text: "latency > 500 ms", metric: latency, op: ">", value: 500, window: 5m }'),
  },
  check,
};
