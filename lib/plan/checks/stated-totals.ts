import type { Interval } from "@/lib/core/money";
import { agrees, intervalPer, shownRange, statedInterval, tolerance } from "./amounts";
import type { StackTotal } from "./stack-total";
import type { Check, Noticed } from "./types";

const CODES = {
  total: "stated-total-differs",
  heading: "heading-total-differs",
  headline: "heading-total-differs",
  comparison: "comparison-total-differs",
} as const;

/** A total the plan states must follow from the rows it stands for, whichever period it is given in. */
export const statedTotals: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    if (total === undefined || total.priced === 0) return;
    stack.statedTotals.forEach((stated, j) => {
      if (stated.currency !== undefined && stated.currency !== plan.project.currency) return;
      const computed = stated.period === "once" ? total.once : intervalPer(total.monthly, stated.period);
      const lean = stated.period === "once" ? total.once : intervalPer(total.withoutOptional, stated.period);
      if (computed === null || lean === null) return;
      if (follows(stated, computed, total) || follows(stated, lean, total)) return;
      noticed.push({
        code: CODES[stated.kind],
        level: "error",
        path: `stacks[${i}].statedTotals[${j}]`,
        also: [`stacks[${i}].resources`],
        message: `${stack.name}: the ${stated.kind} says ${shownRange(statedInterval(stated), money)} per ${stated.period}, the rows add up to ${shownRange(computed, money)}${total.unknown.length > 0 ? ` before ${names(total.unknown)}, which have no amount` : ""}.`,
        expected: shownRange(computed, money),
        found: shownRange(statedInterval(stated), money),
        hint: "Correct the figure, or add the row that is missing.",
      });
    });
  });
  return noticed;
};

type Stated = { min: number; max?: number | undefined; approximate?: boolean | undefined };

/** Rows without an amount can only add to the sum, so with them a stated total may be higher, never lower. */
function follows(stated: Stated, computed: Interval, total: StackTotal): boolean {
  const { min, max } = statedInterval(stated);
  const more = total.unknown.length > 0;
  const low = more ? min.greaterThanOrEqualTo(computed.min.minus(tolerance(min, stated.approximate))) : agrees(min, computed.min, stated.approximate);
  if (computed.max === null) {
    // A point for an open sum: the base is what can be checked.
    return max === null ? low : low && max.greaterThanOrEqualTo(computed.min.minus(tolerance(max, stated.approximate)));
  }
  if (max === null) return low;
  const high = more ? max.greaterThanOrEqualTo(computed.max.minus(tolerance(max, stated.approximate))) : agrees(max, computed.max, stated.approximate);
  return low && high;
}

function names(list: string[]): string {
  const unique = [...new Set(list)];
  return unique.length <= 3 ? unique.join(", ") : `${unique.slice(0, 2).join(", ")} and ${unique.length - 2} more`;
}
