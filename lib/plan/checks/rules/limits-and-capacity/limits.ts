import type { Plan } from "../../../types";
import { storedGb } from "./storage";

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

/** The size the one database of a stack to come is bought with, for metrics that are the size of the database. */
export function databaseSize(plan: Plan, stack: string | undefined, metric: string): { limit: number; path: string } | null {
  const at = plan.stacks.findIndex((entry) => entry.key === stack);
  const gb = storedGb(plan, metric);
  const known = plan.metrics.find((entry) => entry.key === metric);
  if (
    gb === null ||
    !/\b(database|db|postgres\w*|mysql|datenbank\w*|base de donn[eé]es|base de datos)\b/i.test(
      `${known?.key ?? ""} ${known?.name ?? ""}`.replaceAll(/[_-]/g, " "),
    )
  )
    return null;
  const sized = (plan.stacks[at]?.resources ?? []).flatMap((resource, j) => {
    const size = resource.kind === "database" ? (resource.specification?.storageGb ?? resource.diskGb) : undefined;
    return typeof size === "number" ? [{ limit: size / gb, path: `stacks[${at}].resources[${j}]` }] : [];
  });
  return sized.length === 1 ? (sized[0] ?? null) : null;
}
