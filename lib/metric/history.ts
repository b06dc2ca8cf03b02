import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { dailyValues } from "./series";
import { listMetrics } from "./store";
import type { MetricView } from "./types";

const DAY = 86_400_000;
/** Days a sparkline shows. */
const SPARK_DAYS = 60;

/** All declared metrics with their newest value and the last value of each of the last 60 days. */
export async function listMetricsWithHistory(db: Pick<Db, "pool">, projectId: string, now: Date): Promise<(MetricView & { spark: number[] })[]> {
  const [metrics, ids] = await Promise.all([
    listMetrics(db, projectId, now),
    rows<{ id: string; key: string }>(db.pool, "SELECT id, key FROM metric WHERE project_id = $1 AND removed_at IS NULL", [projectId]),
  ]);
  const idOf = new Map(ids.map((metric) => [metric.key, metric.id]));
  const daily = await dailyValues(
    db,
    projectId,
    ids.map((metric) => metric.id),
    new Date(now.getTime() - SPARK_DAYS * DAY),
    now,
  );
  return metrics.map((metric) => ({ ...metric, spark: (daily.get(idOf.get(metric.key) ?? "") ?? []).map((point) => point.value) }));
}
