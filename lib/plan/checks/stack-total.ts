import type { Decimal } from "decimal.js";
import { addIntervals, type Interval, ZERO } from "@/lib/core/money";
import { itemCost } from "@/lib/cost/price";
import type { PlanStack } from "../types";

/** What the rows of a stack add up to per month. Amounts in a foreign currency count as unknown. */
export interface StackTotal {
  /** All rows, optional ones too; `max: null` when a row is open-ended. */
  monthly: Interval;
  /** Rows that are not marked optional. */
  withoutOptional: Interval;
  /** Rows that are not labor: what a provider bills. */
  withoutLabor: Interval;
  once: Interval;
  /** Upper end of the rows that have one: what the stack costs at least at its dearest. */
  knownMax: Decimal;
  /** Names of the resources that have rows without an amount or no row at all. */
  unknown: string[];
  /** Names of the resources whose use is not in the sum (a base and an unknown quantity). */
  openEnded: string[];
  optional: string[];
  priced: number;
}

/** Recomputes the total of a stack from its rows, exactly. Pure. */
export function stackTotal(stack: PlanStack, currency: string): StackTotal {
  const total: StackTotal = {
    monthly: ZERO,
    withoutOptional: ZERO,
    withoutLabor: ZERO,
    once: ZERO,
    knownMax: ZERO.min,
    unknown: [],
    openEnded: [],
    optional: [],
    priced: 0,
  };
  for (const resource of stack.resources) {
    if (resource.optional === true) total.optional.push(resource.name);
    // What runs on a host is paid with it.
    if (resource.lineItems.length === 0 && resource.kind !== "labor" && resource.host === undefined) total.unknown.push(resource.name);
    for (const item of resource.lineItems) {
      const cost = itemCost(item, currency);
      const foreign = cost.currency !== currency;
      if (cost.once !== null && !foreign) total.once = addIntervals(total.once, cost.once);
      if (cost.once !== null && !foreign) continue;
      if (cost.monthly === null || foreign) {
        total.unknown.push(resource.name);
        continue;
      }
      total.priced++;
      total.monthly = addIntervals(total.monthly, cost.monthly);
      if (resource.kind !== "labor" && item.costClass !== "labor") total.withoutLabor = addIntervals(total.withoutLabor, cost.monthly);
      total.knownMax = total.knownMax.plus(cost.monthly.max ?? cost.monthly.min);
      if (cost.monthly.max === null || cost.dependsOnUsage) total.openEnded.push(resource.name);
      if (resource.optional !== true && item.optional !== true) total.withoutOptional = addIntervals(total.withoutOptional, cost.monthly);
    }
  }
  return total;
}
