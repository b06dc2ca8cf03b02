import { stackCosts } from "./price";
import type { PricedItem, Usage } from "./types";

/** Cost per month of a stack at one usage. `high: null` is open-ended. */
export interface CurvePoint {
  usage: number;
  low: number;
  high: number | null;
  /** Line items without a price at this usage: the amount is a lower bound. */
  unknown: number;
}

/** Metrics whose value changes the price of a line item. */
export function usageMetrics(items: readonly PricedItem[]): string[] {
  const keys = items.flatMap(({ price }) => [
    price.metric,
    ...(price.overage ?? []).map((rule) => rule.metric),
    ...(price.allowances ?? []).map((entry) => entry.metric),
    ...(price.tiers ?? []).flatMap((tier) => (tier.includes ?? []).map((entry) => entry.metric)),
  ]);
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}

/** Cost of the items at each usage of one metric; other metrics as given. */
export function costCurve(
  items: readonly PricedItem[],
  metric: string,
  usages: readonly number[],
  others: Usage,
  options: { currency: string; labor: boolean },
): CurvePoint[] {
  return usages.map((usage) => {
    const [cost] = stackCosts(items, { ...options, usage: { ...others, [metric]: usage } });
    return { usage, low: cost?.interval.min.toNumber() ?? 0, high: cost?.interval.max?.toNumber() ?? null, unknown: cost?.unknown ?? 0 };
  });
}

export interface CrossoverPoint {
  /** Between these usages the cheaper stack changes. */
  from: number;
  to: number;
  /** Which curve is the cheaper one above. */
  cheaperAbove: "a" | "b";
}

/** Where the middles of two curves cross, in order. Curves must share their usages. */
export function crossovers(a: readonly CurvePoint[], b: readonly CurvePoint[]): CrossoverPoint[] {
  const found: CrossoverPoint[] = [];
  let before = 0;
  let beforeUsage = 0;
  for (const [at, point] of a.entries()) {
    const other = b[at];
    if (other === undefined) break;
    const difference = middle(point) - middle(other);
    if (difference !== 0) {
      if (before !== 0 && Math.sign(difference) !== Math.sign(before)) {
        found.push({ from: beforeUsage, to: point.usage, cheaperAbove: difference < 0 ? "a" : "b" });
      }
      before = difference;
      beforeUsage = point.usage;
    }
  }
  return found;
}

const middle = (point: CurvePoint) => (point.high === null ? point.low : (point.low + point.high) / 2);
