import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { valuesToKeep } from "../../values-to-keep";
import { metricComparer } from "./same-metric";

interface Limit {
  rollback: boolean;
  metric: string;
  value: number;
  path: string;
}

const ABOVE = new Set([">", ">="]);

/** Between the value to keep and the value from which somebody acts, nothing is said: neither good nor bad. */
const check: Check = (plan) => {
  const metrics = metricComparer(plan);
  const byQuantity = new Map<string, Limit[]>();
  for (const action of actions(plan)) {
    const quantity = metrics.quantity(action.metric);
    const others = byQuantity.get(quantity) ?? [];
    if (others.length < 20) byQuantity.set(quantity, [...others, action]);
  }
  const seen = new Set<string>();
  const gaps = valuesToKeep(plan).flatMap((goal) => {
    const first = (byQuantity.get(metrics.quantity(goal.metric)) ?? [])
      .flatMap((action) => {
        const factor = metrics.factor(action.metric, goal.metric);
        return factor === null ? [] : [{ goal, action, value: action.value * factor }];
      })
      // Where alerts look at it, they are what acts; a limit for going back holds only during the move.
      .toSorted((a, b) => Number(a.action.rollback) - Number(b.action.rollback) || a.value - b.value)[0];
    // A little above the goal is a margin; from half as much again on it is a gap. Going back may wait for twice the goal.
    const margin = first?.action.rollback === true ? 2 : 1.5;
    if (first === undefined || first.value < goal.value * margin || seen.has(goal.metric)) return [];
    seen.add(goal.metric);
    return [first];
  });
  const first = gaps[0];
  if (first === undefined) return [];
  const shown = gaps.map(({ goal, value }) => `${goal.metric} from ${plain(goal.value)} to ${plain(value)}`);
  return [
    {
      code: rule.code,
      level: "info",
      path: first.goal.path,
      also: [first.action.path, ...gaps.slice(1, 6).flatMap(({ goal, action }) => [goal.path, action.path])],
      message: `Neither good nor a reason to act: ${shown.slice(0, 6).join(", ")}.`,
      hint: "Bring the goal and the level of the alert or rollback together, or say what holds between them.",
    } satisfies Noticed,
  ];
};

/** The first level of every alert, and what leads to a rollback. */
function actions(plan: Plan): Limit[] {
  const alerts = plan.alertRules.flatMap((entry, i) => {
    const levels = [entry.warning, entry.critical, ...entry.levels].flatMap((level) => (level !== undefined && ABOVE.has(level.op) ? [level.value] : []));
    return entry.metric === undefined || levels.length === 0
      ? []
      : [{ rollback: false, metric: entry.metric, value: Math.min(...levels), path: `alertRules[${i}]` }];
  });
  const rollbacks = plan.migrations.flatMap((migration, i) => [
    ...migration.guards.flatMap((guard, j) =>
      guard.source.type === "metric" && ABOVE.has(guard.op) && typeof guard.value === "number"
        ? [{ rollback: true, metric: guard.source.metric, value: guard.value, path: `migrations[${i}].guards[${j}]` }]
        : [],
    ),
    ...(migration.rollback?.conditions ?? []).flatMap((condition, j) =>
      condition.metric !== undefined && ABOVE.has(condition.op ?? "") && typeof condition.value === "number"
        ? [{ rollback: true, metric: condition.metric, value: condition.value, path: `migrations[${i}].rollback.conditions[${j}]` }]
        : [],
    ),
  ]);
  return [...alerts, ...rollbacks];
}

const plan = (warning: number) => `metrics: [{ key: errors, name: Error rate, unit: percent }]
targets: [{ metric: errors, op: "<", value: 0.1 }]
alertRules: [{ key: errors, metric: errors, warning: { value: ${warning} } }]
`;

export const rule: Rule = {
  code: "threshold-gap",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "Between the value to keep and the one from which somebody acts lies a range that means nothing.",
  example: { wrong: plan(1), finds: "Neither good nor a reason to act: errors from 0.1 to 1.", right: plan(0.1) },
  check,
};
