import type { Plan } from "../types";

/** A value that a metric is to stay below, wherever the plan says so. */
export interface ValueToKeep {
  metric: string;
  value: number;
  stack: string | undefined;
  name: string;
  path: string;
}

const UPPER: ReadonlySet<string | undefined> = new Set(["<", "<="]);

/** Upper limits among the targets, the criteria of success and the goals, in this order; baselines are none. */
export function valuesToKeep(plan: Plan): ValueToKeep[] {
  const found: ValueToKeep[] = [];
  const add = (metric: string | undefined, op: string | undefined, value: unknown, stack: string | undefined, name: string | undefined, path: string) => {
    if (metric !== undefined && UPPER.has(op) && typeof value === "number" && value > 0) found.push({ metric, value, stack, name: name ?? metric, path });
  };
  plan.targets.forEach((target, i) => {
    if (target.baseline !== true) add(target.metric, target.op, target.value, target.stack, target.name, `targets[${i}]`);
  });
  plan.successCriteria.forEach((entry, i) => {
    add(entry.metric, entry.op, entry.value, entry.stack, undefined, `successCriteria[${i}]`);
  });
  plan.goals.forEach((goal, i) => {
    add(goal.metric, goal.op, goal.value, undefined, undefined, `goals[${i}]`);
  });
  return found;
}
