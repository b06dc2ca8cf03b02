import type { Plan } from "../../../types";

/** The largest share of revenue a stack may cost, in percent, and where it says so. */
export interface ShareLimit {
  stack: string;
  percent: number;
  path: string;
}

const SHARE = /\b(revenue|turnover|mrr|umsatz|revenus?|chiffre d'affaires|ingresos)\b/i;
const COST = /\b(cost|costs|spend|infrastructure|infra|kosten|infrastruktur|co[uû]ts?|costes?|costos?)\b/i;

/** Metrics that are the cost as a share of revenue: named so and measured in percent. */
export function shareMetrics(plan: Plan): Set<string> {
  return new Set(
    plan.metrics
      .filter((metric) => {
        const names = [metric.key, metric.name, ...(metric.aliases ?? [])].join(" ").replaceAll(/[_-]/g, " ");
        return /percent|%/i.test(`${metric.unit ?? ""} ${names}`) && SHARE.test(names) && COST.test(names);
      })
      .map((metric) => metric.key),
  );
}

/** Upper limits from the unit economics and from the decision matrix, in this order. */
export function shareLimits(plan: Plan): ShareLimit[] {
  const limits: ShareLimit[] = [];
  plan.unitEconomics?.revenueShare.forEach((share, i) => {
    if (share.stack === undefined || share.value === undefined || (share.op !== "<" && share.op !== "<=")) return;
    limits.push({ stack: share.stack, percent: share.value, path: `unitEconomics.revenueShare[${i}]` });
  });
  const shares = shareMetrics(plan);
  plan.decisionMatrix?.rows.forEach((row, i) => {
    if (!shares.has(row.metric)) return;
    row.cells.forEach((cell, j) => {
      const stack = plan.decisionMatrix?.columns[j]?.stack;
      if (stack === undefined || cell.type !== "threshold" || typeof cell.value !== "number" || (cell.op !== "<" && cell.op !== "<=")) return;
      limits.push({ stack, percent: cell.value, path: `decisionMatrix.rows[${i}]` });
    });
  });
  return limits;
}
