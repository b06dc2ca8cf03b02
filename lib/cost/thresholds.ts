import { slugify } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { budgetPerMonth } from "./budget";
import type { CostProject } from "./store";

/** A limit that is drawn on the cost chart. */
export interface Threshold {
  id: string;
  kind: "trigger" | "budget" | "alert";
  label: string;
  /** Amount per month. */
  value: number;
  /** The metric it watches, where it is not the whole bill. */
  metric: string | null;
  /** Key of that metric. */
  metricKey: string | null;
}

const GENERIC = new Set([
  "monthly",
  "month",
  "cost",
  "costs",
  "bill",
  "spend",
  "spending",
  "usd",
  "eur",
  "gbp",
  "total",
  "infrastructure",
  "infra",
  "cloud",
  "operating",
  "per",
]);

/**
 * Which billed services a cost metric is about, by the words of its key: `vercel_cost_usd` is everything of Vercel,
 * `monthly_cost_usd` the whole bill (null). An empty list: about something that is in no bill.
 */
export function servicesOfMetric<S extends { provider: string; service: string }>(metricKey: string, billed: readonly S[]): S[] | null {
  const words = metricKey.split("_").filter((word) => !GENERIC.has(word));
  if (words.length === 0) return null;
  return billed.filter((entry) => {
    const names = `${slugify(entry.provider, "")}-${slugify(entry.service, "")}`.split("-");
    return words.every((word) => names.includes(word));
  });
}

/** Whether a metric is an amount of cost per month: monthly_cost_usd, aws_bill_usd; not revenue, not cost per user. */
export function isMonthlyCost(key: string): boolean {
  return /(^|_)(cost|costs|bill|spend|spending)(_|$)/.test(key) && !/(_per_|revenue|percent|ratio|reduction|vs|annual|year)/.test(key);
}

/** Triggers, alert levels and budgets in money per month, highest last. Those of stacks that are not in use are left out. */
export async function costThresholds(db: Pick<Db, "pool">, project: CostProject): Promise<Threshold[]> {
  const current = project.currentStackId;
  const triggers = await rows<{ id: string; text: string; value: number; metric: string; name: string; op: string; to_stack: string | null }>(
    db.pool,
    `SELECT t.id, t.text, t.value, m.key AS metric, m.name, t.op, t.to_stack FROM trigger t JOIN metric m ON m.id = t.metric_id
     WHERE t.project_id = $1 AND t.removed_at IS NULL AND NOT t.qualitative AND t.op IN ('>', '>=', 'approaches')`,
    [project.id],
  );
  const alerts = await rows<{ id: string; name: string; metric: string; metricName: string; warning: number | null; critical: number | null }>(
    db.pool,
    `SELECT r.id, r.name, m.key AS metric, m.name AS "metricName", r.warning, r.critical FROM alert_rule r JOIN metric m ON m.id = r.metric_id
     WHERE r.project_id = $1 AND r.removed_at IS NULL AND COALESCE(r.op, '>') IN ('>', '>=')`,
    [project.id],
  );
  const budgets = await rows<{ id: string; name: string; amount: string; period: "month" | "year"; currency: string }>(
    db.pool,
    `SELECT b.id, b.name, b.amount, b.period, b.currency FROM budget b LEFT JOIN stack s ON s.project_id = b.project_id AND s.key = b.stack_key
     WHERE b.project_id = $1 AND b.removed_at IS NULL AND (b.stack_key IS NULL OR s.id = $2)`,
    [project.id, current],
  );
  const found: Threshold[] = [
    ...triggers
      .filter((row) => isMonthlyCost(row.metric))
      .map((row) => ({
        id: row.id,
        kind: "trigger" as const,
        label: row.to_stack === null ? `${row.name}` : `${row.name} → ${row.to_stack}`,
        value: row.value,
        metric: row.name,
        metricKey: row.metric,
      })),
    ...alerts
      .filter((row) => isMonthlyCost(row.metric))
      .flatMap((row) =>
        (["warning", "critical"] as const).flatMap((level) => {
          const value = row[level];
          return value === null
            ? []
            : [
                {
                  id: `${row.id}-${level}`,
                  kind: "alert" as const,
                  label: `${row.metricName}, ${level}`,
                  value,
                  metric: row.metricName,
                  metricKey: row.metric,
                },
              ];
        }),
      ),
    ...budgets
      .filter((row) => row.currency === project.currency)
      .map((row) => ({
        id: row.id,
        kind: "budget" as const,
        label: `Budget: ${row.name}`,
        value: budgetPerMonth(row).toNumber(),
        metric: null,
        metricKey: null,
      })),
  ];
  return found.filter((entry) => Number.isFinite(entry.value) && entry.value > 0).sort((a, b) => a.value - b.value);
}
