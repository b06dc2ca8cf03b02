import type { Draft, Entry } from "../draft";
import type { Extract } from "./types";

const ORDER = ["current", "target", "phase"];

/**
 * Columns of a decision matrix that are called otherwise than the stacks with the prices ("Stay", "Move"; a provider's name)
 * are these stacks, where there are as many of them: the empty ones that were made for the columns go.
 */
export const matrixStacks: Extract = ({ draft }) => {
  const { plan } = draft;
  const matrix = plan.decisionMatrix;
  if (matrix === undefined) return;
  const keys = matrix.columns.map((column) => column.stack);
  const empty = plan.stacks.filter((stack) => keys.includes(stack.key) && isEmpty(stack));
  const priced = plan.stacks.filter((stack) => (stack.resources?.length ?? 0) > 0 && ORDER.includes(stack.role));
  if (empty.length !== keys.length || priced.length !== keys.length || empty.some((stack) => isUsed(draft, stack.key))) return;
  const sorted = priced.toSorted((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || (a.position ?? 0) - (b.position ?? 0));
  matrix.columns.forEach((column, i) => {
    column.stack = sorted[i]?.key ?? column.stack;
  });
  plan.stacks = plan.stacks.filter((stack) => !empty.includes(stack));
};

function isEmpty(stack: Entry<"stacks">): boolean {
  return (stack.resources?.length ?? 0) === 0 && (stack.statedTotals?.length ?? 0) === 0 && (stack.capacity?.length ?? 0) === 0;
}

/** Whether anything but the matrix refers to a stack. */
function isUsed({ plan }: Draft, key: string): boolean {
  const ends = [...plan.triggers, ...plan.triggerGroups, ...plan.migrations].flatMap((one) => [one.from, one.to]);
  const named = [...plan.targets, ...plan.successCriteria, ...plan.otherPrices, ...plan.budgets, ...plan.monitors, ...plan.backups].map((one) => one.stack);
  return [...ends, ...named].includes(key) || plan.stacks.some((stack) => stack.variantOf === key);
}
