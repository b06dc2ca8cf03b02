import type { Tx } from "@/lib/db/transaction";

/** Which buckets of which metric changed. */
export interface Touched {
  metricId: string;
  at: Date;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const TABLES = [
  { table: "sample_hour", unit: "hour", size: HOUR },
  { table: "sample_day", unit: "day", size: DAY },
] as const;

/**
 * Makes writers of the same metric take turns until the end of the transaction: roll-ups are deleted and written
 * again from the samples, and two writers would each miss the other's. Takes the locks in a fixed order.
 */
export async function lockMetrics(tx: Tx, metricIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(metricIds)].sort();
  for (const id of ids) await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('metric:' || $1, 0))", [id]);
}

/**
 * Writes the hourly and daily roll-ups (UTC) of every touched bucket again from the samples that are there now.
 * Buckets without samples vanish. Call inside the transaction that changed the samples, after lockMetrics.
 */
export async function rewriteRollUps(tx: Tx, projectId: string, touched: Iterable<Touched>): Promise<void> {
  const list = [...touched];
  for (const { table, unit, size } of TABLES) {
    const buckets = new Map<string, { metricId: string; bucket: Date }>();
    for (const { metricId, at } of list) {
      const bucket = new Date(Math.floor(at.getTime() / size) * size);
      buckets.set(`${metricId} ${bucket.getTime()}`, { metricId, bucket });
    }
    const values = [projectId, [...buckets.values()].map((b) => b.metricId), [...buckets.values()].map((b) => b.bucket)];
    const wanted = "unnest($2::text[], $3::timestamptz[]) AS w (metric_id, bucket)";
    await tx.query(`DELETE FROM ${table} r USING ${wanted} WHERE r.project_id = $1 AND r.metric_id = w.metric_id AND r.bucket = w.bucket`, values);
    // Looked up bucket by bucket in the key: a plain join on the time range, planned without statistics of rows that were
    // just written, compares every bucket with every sample.
    await tx.query(
      `INSERT INTO ${table} (project_id, metric_id, bucket, count, sum, min, max, last, last_at)
       SELECT $1, w.metric_id, w.bucket, s.* FROM ${wanted}
       CROSS JOIN LATERAL (
         SELECT count(*), sum(value), min(value), max(value), (array_agg(value ORDER BY at DESC, labels_hash))[1], max(at) FROM sample
         WHERE project_id = $1 AND metric_id = w.metric_id AND at >= w.bucket AND at < w.bucket + interval '1 ${unit}'
         HAVING count(*) > 0
       ) s`,
      values,
    );
  }
}
