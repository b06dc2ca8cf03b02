import type { Plan } from "../../../types";

/** The stacks between which a trigger moves; what the trigger leaves out comes from its group. */
export function endsOf(plan: Plan, trigger: Plan["triggers"][number]): { from: string | undefined; to: string | undefined } {
  const group = trigger.group === undefined ? undefined : plan.triggerGroups.find((entry) => entry.key === trigger.group);
  return { from: trigger.from ?? group?.from, to: trigger.to ?? group?.to };
}

/** What the document says its setup carries without naming a stack. */
export function statedLimit(plan: Plan, metric: string): { limit: number; path: string } | null {
  const at = plan.capacity.findIndex((capacity) => capacity.metric === metric);
  const limit = plan.capacity[at]?.max ?? plan.capacity[at]?.value;
  return limit === undefined ? null : { limit, path: `capacity[${at}]` };
}

/** The most a stack carries of a metric, and where the plan says so. */
export function limitOf(plan: Plan, stack: string | undefined, metric: string): { limit: number; path: string } | null {
  const at = plan.stacks.findIndex((entry) => entry.key === stack);
  const entry = plan.stacks[at]?.capacity.findIndex((capacity) => capacity.metric === metric) ?? -1;
  const capacity = plan.stacks[at]?.capacity[entry];
  const limit = capacity?.max ?? capacity?.value;
  return limit === undefined ? null : { limit, path: `stacks[${at}].capacity[${entry}]` };
}
