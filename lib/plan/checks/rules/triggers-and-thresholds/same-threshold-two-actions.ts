import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { metricComparer } from "./same-metric";

/** One limit, and two places that say different things should happen at it. */
const check: Check = (plan) => {
  const metrics = metricComparer(plan);
  const pairs = plan.alertRules.flatMap((alert, i) => {
    const levels = [alert.warning, alert.critical].flatMap((level) => (level === undefined ? [] : [level]));
    return plan.triggers.flatMap((trigger, j) => {
      if (typeof trigger.value !== "number" || trigger.kind !== "migrate" || alert.action === undefined) return [];
      const factor = metrics.factor(alert.metric, trigger.metric);
      const same = factor !== null && levels.some((level) => level.value * factor === trigger.value && level.op[0] === trigger.op[0]);
      // With the same hold time both are one rule seen twice; with another they also speak at different moments.
      return same ? [{ alert, trigger, paths: [`alertRules[${i}]`, `triggers[${j}]`] }] : [];
    });
  });
  const first = pairs[0];
  if (first === undefined) return [];
  const shown = pairs.map(({ alert, trigger }) => `${trigger.metric} ${trigger.op} ${plain(trigger.value as number)} ("${alert.action}")`);
  return [
    {
      code: rule.code,
      level: "info",
      path: first.paths[0] ?? "alertRules",
      also: pairs.flatMap(({ paths }) => paths).slice(1, 8),
      message: `An alert and a trigger begin at the same value and ask for different things: ${shown.slice(0, 4).join(", ")}.`,
      hint: "Put the alert below the trigger, or say that both are meant.",
    } satisfies Noticed,
  ];
};

const plan = (warning: number) => `metrics: [{ key: memory, name: Memory, unit: percent }]
triggers: [{ key: grow, metric: memory, op: ">", value: 80, for: 24h, text: Take the next size }]
alertRules: [{ key: memory, metric: memory, warning: { value: ${warning} }, action: Look for leaks }]
`;

export const rule: Rule = {
  code: "same-threshold-two-actions",
  family: "triggers-and-thresholds",
  levels: ["info"],
  says: "An alert and a trigger begin at the same value and ask for different things.",
  example: {
    wrong: plan(80),
    finds: 'An alert and a trigger begin at the same value and ask for different things: memory > 80 ("Look for leaks").',
    right: plan(70),
  },
  check,
};
