import type { Plan } from "../../../types";
import { quantityOf } from "../../names";
import { knownUnit } from "./units";

/** Compares metrics of a plan: each is looked at once, however many pairs are asked for. */
export interface MetricComparer {
  /** What to multiply a value of the first with to compare it with the second; null where they are not the same quantity. */
  factor: (a: string | undefined, b: string | undefined) => number | null;
  /** Metrics that can be compared have the same one. */
  quantity: (key: string | undefined) => string;
}

export function metricComparer(plan: Plan): MetricComparer {
  const known = new Map(plan.metrics.map((metric) => [metric.key, { quantity: quantityOf(metric), unit: metric.unit, size: knownUnit(metric.unit) }]));
  return {
    quantity: (key) => known.get(key ?? "")?.quantity ?? key ?? "",
    factor: (a, b) => {
      if (a === undefined || b === undefined) return null;
      if (a === b) return 1;
      const [one, other] = [known.get(a), known.get(b)];
      if (one === undefined || other === undefined || one.quantity !== other.quantity) return null;
      if (one.size === undefined || other.size === undefined) return one.unit === other.unit ? 1 : null;
      return one.size.kind === other.size.kind ? one.size.factor / other.size.factor : null;
    },
  };
}
