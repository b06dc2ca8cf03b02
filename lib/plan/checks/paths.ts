import type { Plan } from "../types";

/** First and last row of a stack: enough to show where a sum comes from without listing every row. */
export function rowsOf(plan: Plan, key: string): string[] {
  const at = plan.stacks.findIndex((stack) => stack.key === key);
  const count = plan.stacks[at]?.resources.length ?? 0;
  if (count === 0) return at < 0 ? [] : [`stacks[${at}]`];
  return count === 1 ? [`stacks[${at}].resources[0]`] : [`stacks[${at}].resources[0]`, `stacks[${at}].resources[${count - 1}]`];
}

/** Where the total of a stack stands: its own monthly total where it gives one, else the rows it is the sum of. */
export function totalOf(plan: Plan, key: string): string[] {
  const at = plan.stacks.findIndex((stack) => stack.key === key);
  const total = plan.stacks[at]?.statedTotals.findIndex((stated) => stated.kind === "total" && stated.period === "month") ?? -1;
  return total < 0 ? rowsOf(plan, key) : [`stacks[${at}].statedTotals[${total}]`];
}

/** Names in a sentence, the rest counted: `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const unique = [...new Set(names)];
  return unique.length <= most ? unique.join(", ") : `${unique.slice(0, most - 1).join(", ")} and ${unique.length - most + 1} more`;
}
