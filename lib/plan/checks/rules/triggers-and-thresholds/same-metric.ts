import type { Plan } from "../../../types";
import { quantityOf } from "../../names";
import { knownUnit } from "./units";

type Metric = Plan["metrics"][number];

/** What to multiply a value of one metric with to compare it with another of the same quantity; null where they are not the same. */
export function sameMetric(plan: Plan, a: string | undefined, b: string | undefined): number | null {
  if (a === undefined || b === undefined) return null;
  if (a === b) return 1;
  const [one, other] = [find(plan, a), find(plan, b)];
  if (one === undefined || other === undefined || quantityOf(one) !== quantityOf(other)) return null;
  const [from, to] = [knownUnit(one.unit), knownUnit(other.unit)];
  if (from === undefined || to === undefined) return one.unit === other.unit ? 1 : null;
  return from.kind === to.kind ? from.factor / to.factor : null;
}

function find(plan: Plan, key: string): Metric | undefined {
  return plan.metrics.find((metric) => metric.key === key);
}
