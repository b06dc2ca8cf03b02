import type { Plan } from "../../../types";

/** Keys of the metrics of money that comes in per month. */
export function revenueMetrics(plan: Plan): Set<string> {
  const names = (metric: Plan["metrics"][number]) => [metric.key, metric.name, ...(metric.aliases ?? [])].join(" ").replaceAll(/[_-]/g, " ");
  return new Set(
    plan.metrics
      .filter((metric) => /\b(mrr|revenue|turnover|umsatz|einnahmen|revenus?|ingresos|chiffre d'affaires)\b/i.test(names(metric)) && metric.kind === "number")
      .filter((metric) => /\bmrr\b|month|monat|mois|mes\b/i.test(`${metric.unit ?? ""} ${names(metric)}`))
      .map((metric) => metric.key),
  );
}

/** Keys of the metrics that count users. */
export function userMetrics(plan: Plan): Set<string> {
  return new Set(plan.metrics.filter((metric) => /^(active )?users?$/i.test(metric.unit ?? "")).map((metric) => metric.key));
}
