import type { Plan } from "../types";
import type { Check, Noticed } from "./types";

/** A stack planned for more than its free allowance is not free. */
export const allowanceAgainstUse: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((resource, j) => {
      const own = resource.allowances.map((entry, k) => ({ entry, path: `stacks[${i}].resources[${j}].allowances[${k}]` }));
      const priced = resource.lineItems.flatMap((item, k) =>
        item.price.overage.length > 0
          ? []
          : item.price.allowances.map((entry, l) => ({ entry, path: `stacks[${i}].resources[${j}].lineItems[${k}].price.allowances[${l}]` })),
      );
      for (const { entry, path } of [...own, ...priced]) {
        if (entry.metric === undefined) continue;
        const use = plannedUse(plan, stack.key, entry.metric);
        if (use === null || use.value <= entry.amount) continue;
        noticed.push({
          code: "free-allowance-exceeded",
          level: "warning",
          path,
          also: [use.path],
          message: `${stack.name}: ${resource.name} includes ${entry.amount} ${entry.unit ?? entry.of}${entry.per === undefined ? "" : ` per ${entry.per}`}, the plan expects ${use.value}; what lies above it has no price.`,
          expected: `at most ${entry.amount}`,
          found: String(use.value),
          hint: "Add an overage price or choose the next tier.",
        });
      }
    });
  });
  return noticed;
};

/** The largest value of a metric that the plan itself foresees for a stack. */
function plannedUse(plan: Plan, stack: string, metric: string): { value: number; path: string } | null {
  const uses: { value: number; path: string }[] = [];
  const add = (path: string, ...values: (number | undefined)[]) => {
    for (const value of values) if (value !== undefined) uses.push({ value, path });
  };
  plan.stacks.forEach((entry, i) => {
    if (entry.key !== stack) return;
    entry.capacity.forEach((capacity, j) => {
      if (capacity.metric === metric) add(`stacks[${i}].capacity[${j}]`, capacity.max, capacity.value, capacity.min);
    });
  });
  plan.targets.forEach((target, i) => {
    if (target.metric === metric && (target.stack === undefined || target.stack === stack) && target.baseline !== true && target.limit === undefined) {
      add(`targets[${i}]`, target.to, target.peak, target.average);
    }
  });
  return uses.reduce<{ value: number; path: string } | null>((most, use) => (most === null || use.value > most.value ? use : most), null);
}
