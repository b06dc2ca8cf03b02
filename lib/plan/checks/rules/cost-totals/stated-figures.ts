import { Decimal } from "decimal.js";
import type { Interval } from "@/lib/core/money";
import type { PlanStack, PlanStatedTotal } from "../../../types";
import { agrees, intervalPer, statedInterval, tolerance } from "../../amounts";
import type { StackTotal } from "../../stack-total";

/** A figure a stack states for itself, what its rows give for the same period, and whether the one follows from the other. */
export interface JudgedFigure {
  stated: PlanStatedTotal;
  computed: Interval;
  follows: boolean;
  /** Position among the stated totals. */
  at: number;
}

/** Every stated figure of a stack that can be compared with its rows; none where no row has a price. */
export function judgedFigures(stack: PlanStack, total: StackTotal | undefined, currency: string): JudgedFigure[] {
  if (total === undefined || total.priced === 0) return [];
  const yearly = yearlySum(stack);
  return stack.statedTotals.flatMap((stated, at) => {
    const computed = sumPer(stated, total, currency, yearly);
    return computed === null ? [] : [{ stated, at, ...computed }];
  });
}

/** Sum of the yearly amounts beside the prices, where every row has one: it may be less than twelve months. */
function yearlySum(stack: PlanStack): Decimal | null {
  const annual = stack.resources.flatMap((resource) => resource.lineItems.map((item) => item.price.statedAnnual));
  if (annual.length === 0) return null;
  return annual.reduce<Decimal | null>((sum, amount) => (sum === null || amount === undefined ? null : sum.plus(amount)), new Decimal(0));
}

function sumPer(stated: PlanStatedTotal, total: StackTotal, currency: string, yearly: Decimal | null): { computed: Interval; follows: boolean } | null {
  if (stated.currency !== undefined && stated.currency !== currency) return null;
  // Paid once is said of the move, where no row of the stack is.
  if (stated.period === "once" && total.once.min.isZero()) return null;
  const computed = stated.period === "once" ? total.once : intervalPer(total.monthly, stated.period);
  const lean = stated.period === "once" ? total.once : intervalPer(total.withoutOptional, stated.period);
  if (computed === null || lean === null) return null;
  if (stated.period === "year" && yearly !== null && agrees(stated.min, yearly, stated.approximate)) return { computed, follows: true };
  return { computed, follows: follows(stated, computed, total) || follows(stated, lean, total) };
}

/** Rows without an amount can only add to the sum, so with them a stated total may be higher, never lower. */
function follows(stated: PlanStatedTotal, computed: Interval, total: StackTotal): boolean {
  const { min, max } = statedInterval(stated);
  const more = total.unknown.length > 0;
  // A heading may be wider than the sum ("40 to 50" over rows of 44.58); a total row may not.
  const wider = stated.kind !== "total" && max !== null && min.lessThan(max);
  const least = computed.min.minus(tolerance(min, stated.approximate));
  // The ends of a range in a heading are round.
  const around = Decimal.max(tolerance(min, stated.approximate), min.abs().times("0.01"));
  const inRange = more || min.lessThanOrEqualTo(computed.min.plus(around));
  const exact = more ? min.greaterThanOrEqualTo(least) : agrees(min, computed.min, stated.approximate);
  const low = wider ? inRange : exact;
  // An open sum has only a lower end that can be checked.
  if (computed.max === null) return (max ?? min).greaterThanOrEqualTo(least);
  if (max === null) return low;
  // One figure for a range of rows: a heading may be anywhere in it, a total at one of its ends.
  if (min.equals(max) && !more) {
    const inside = max.greaterThanOrEqualTo(least) && max.lessThanOrEqualTo(computed.max.plus(tolerance(max, stated.approximate)));
    if (inside && (stated.kind !== "total" || agrees(max, computed.max, stated.approximate) || low)) return true;
  }
  const slack = tolerance(max, stated.approximate);
  return low && (more || wider ? max.greaterThanOrEqualTo(computed.max.minus(slack)) : agrees(max, computed.max, stated.approximate));
}
