import type { Db } from "@/lib/db/prisma";
import { firstRow, rows } from "@/lib/db/transaction";
import { findMetric } from "./store";
import { type Aggregation, MAX_POINTS, PAGE_POINTS, type SeriesView } from "./types";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface SeriesRange {
  from: Date;
  to: Date;
  /** Most points wanted, 1–1,000; 400 when absent. */
  points?: number;
}

interface Bucket {
  at: Date;
  value: number;
  min: number;
  max: number;
}

/**
 * Values of a metric in [from, to), at most `points`: single samples where they fit, else hours, else days, else
 * groups of days. A bucket's value follows the metric's aggregation.
 */
export async function readSeries(db: Pick<Db, "pool">, projectId: string, metricKey: string, range: SeriesRange): Promise<SeriesView> {
  const metric = await findMetric(db.pool, projectId, metricKey);
  const limit = Math.min(Math.max(range.points ?? PAGE_POINTS, 1), MAX_POINTS);
  const key = [projectId, metric.id, range.from, range.to];
  const bucketMs = await chooseBucket(db, key, limit);
  const points = await readBuckets(db, key, bucketMs, metric.aggregation);
  return {
    metric: metric.key,
    unit: metric.unit,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    bucketMs,
    aggregation: metric.aggregation,
    // Two groups of a one-point answer can straddle the calendar: the newest wins.
    points: points.slice(-limit).map((point) => ({ ...point, at: point.at.toISOString() })),
  };
}

/** Length of the smallest bucket of which at most `limit` are filled; null where single samples fit. */
async function chooseBucket(db: Pick<Db, "pool">, key: unknown[], limit: number): Promise<number | null> {
  const filled = async (table: string, column: string) => {
    const row = await firstRow<{ n: number }>(
      db.pool,
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE project_id = $1 AND metric_id = $2 AND ${column} >= $3 AND ${column} < $4 LIMIT $5) t`,
      [...key, limit + 1],
    );
    return (row?.n ?? 0) <= limit;
  };
  if (await filled("sample", "at")) return null;
  if (await filled("sample_hour", "bucket")) return HOUR;
  if (await filled("sample_day", "bucket")) return DAY;
  const span = await firstRow<{ ms: number }>(
    db.pool,
    `SELECT extract(epoch FROM max(bucket) - min(bucket))::bigint * 1000 AS ms FROM sample_day
     WHERE project_id = $1 AND metric_id = $2 AND bucket >= $3 AND bucket < $4`,
    key,
  );
  // One more day, because the groups are aligned to the calendar and not to the first sample.
  return Math.ceil(((span?.ms ?? 0) / DAY + 1) / Math.max(limit - 1, 1)) * DAY;
}

const VALUE: Record<Aggregation, string> = {
  last: "(array_agg(last ORDER BY last_at DESC))[1]",
  avg: "sum(sum) / sum(count)",
  min: "min(min)",
  max: "max(max)",
  sum: "sum(sum)",
};

function readBuckets(db: Pick<Db, "pool">, key: unknown[], bucketMs: number | null, aggregation: Aggregation): Promise<Bucket[]> {
  if (bucketMs === null) {
    return rows<Bucket>(
      db.pool,
      "SELECT at, value, value AS min, value AS max FROM sample WHERE project_id = $1 AND metric_id = $2 AND at >= $3 AND at < $4 ORDER BY at, labels_hash",
      key,
    );
  }
  return rows<Bucket>(
    db.pool,
    `SELECT date_bin($5::interval, bucket, 'epoch'::timestamptz) AS at, ${VALUE[aggregation]} AS value, min(min) AS min, max(max) AS max
     FROM ${bucketMs === HOUR ? "sample_hour" : "sample_day"}
     WHERE project_id = $1 AND metric_id = $2 AND bucket >= $3 AND bucket < $4 GROUP BY 1 ORDER BY 1`,
    [...key, `${bucketMs / 1_000} seconds`],
  );
}

/** The last value of each UTC day in [from, to), oldest first: what projections and sparklines are made of. */
export async function dailyValues(db: Pick<Db, "pool">, projectId: string, metricIds: readonly string[], from: Date, to: Date) {
  const found = await rows<{ metricId: string; bucket: Date; last: number }>(
    db.pool,
    `SELECT metric_id AS "metricId", bucket, last FROM sample_day
     WHERE project_id = $1 AND metric_id = ANY ($2) AND bucket >= $3 AND bucket < $4 ORDER BY metric_id, bucket`,
    [projectId, metricIds, from, to],
  );
  const byMetric = new Map<string, { at: Date; value: number }[]>();
  for (const row of found) {
    const list = byMetric.get(row.metricId) ?? [];
    list.push({ at: row.bucket, value: row.last });
    byMetric.set(row.metricId, list);
  }
  return byMetric;
}
