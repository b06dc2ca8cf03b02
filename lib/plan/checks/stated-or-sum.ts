import type { Interval } from "@/lib/core/money";
import type { PlanStack } from "../types";
import { statedInterval } from "./amounts";

/** The monthly total a stack states for itself, which is what its author reckons with, or the sum of its rows. */
export function statedOrSum(stack: PlanStack, computed: Interval): Interval {
  const stated = stack.statedTotals.find((total) => total.kind === "total" && total.period === "month");
  return stated === undefined ? computed : statedInterval(stated);
}
