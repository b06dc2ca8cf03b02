import type { Check, Noticed, Rule } from "../../types";
import { knownUnit } from "./units";

/** A threshold in another unit than its metric would be compared without conversion. */
const check: Check = (plan) => {
  const units = new Map(plan.metrics.map((metric) => [metric.key, metric.unit]));
  const look = (path: string, metric: string | undefined, unit: string | undefined): Noticed[] => {
    const own = knownUnit(metric === undefined ? undefined : units.get(metric));
    const given = knownUnit(unit);
    if (own === undefined || given === undefined || (own.kind === given.kind && own.factor === given.factor)) return [];
    return [
      {
        code: rule.code,
        level: "error",
        path,
        message: `"${metric}" is measured in ${units.get(metric ?? "")}, the threshold is given in ${unit}: values are compared as they are.`,
        expected: units.get(metric ?? "") ?? "",
        found: unit ?? "",
        hint: "Write the threshold in the unit of the metric.",
      },
    ];
  };
  return [
    ...plan.triggers.flatMap((entry, i) => look(`triggers[${i}]`, entry.metric, entry.unit)),
    ...plan.alertRules.flatMap((entry, i) => look(`alertRules[${i}]`, entry.metric, entry.unit)),
    ...plan.migrations.flatMap((migration, i) =>
      migration.guards.flatMap((guard, j) => (guard.source.type === "metric" ? look(`migrations[${i}].guards[${j}]`, guard.source.metric, guard.unit) : [])),
    ),
  ];
};

const plan = (unit: string) => `metrics: [{ key: latency, name: Latency, unit: ms }]
triggers: [{ key: slow, metric: latency, op: ">", value: 2, unit: ${unit} }]
`;

export const rule: Rule = {
  code: "unit-differs",
  family: "triggers-and-thresholds",
  levels: ["error"],
  says: "A threshold is given in another unit than its metric.",
  example: { wrong: plan("s"), finds: '"latency" is measured in ms, the threshold is given in s: values are compared as they are.', right: plan("ms") },
  check,
};
