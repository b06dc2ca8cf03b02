import { NotFoundError } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import type { KnownMetric } from "./read-sample";
import { type Aggregation, freshnessOf, type LatestSample, type MetricKind, type MetricView } from "./types";

/** A project as far as metrics and decisions need it. */
export interface ProjectRef {
  id: string;
  slug: string;
  name: string;
  currency: string;
  currentStackId: string | null;
  planVersionId: string | null;
}

/**
 * The project with this slug or id.
 * @throws NotFoundError when there is none or it is archived.
 */
export async function findProject(db: Pick<Db, "pool">, slugOrId: string): Promise<ProjectRef> {
  const row = await firstRow<ProjectRef>(
    db.pool,
    `SELECT id, slug, name, currency, current_stack_id AS "currentStackId", plan_version_id AS "planVersionId"
     FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL`,
    [slugOrId],
  );
  if (row === null) throw new NotFoundError(`The project "${slugOrId.slice(0, 100)}"`);
  return row;
}

/** Keys and aliases of the declared metrics; a key wins over another metric's alias. */
export async function knownMetrics(client: Tx | Db["pool"], projectId: string): Promise<Map<string, KnownMetric>> {
  const found = await rows<KnownMetric & { aliases: string[] }>(
    client,
    "SELECT id, key, kind, coalesce(aliases, '{}') AS aliases FROM metric WHERE project_id = $1 AND removed_at IS NULL ORDER BY key",
    [projectId],
  );
  const known = new Map<string, KnownMetric>();
  for (const { aliases, ...metric } of found) for (const alias of aliases) known.set(alias, metric);
  for (const { aliases: _, ...metric } of found) known.set(metric.key, metric);
  return known;
}

/**
 * The newest sample of every declared metric at the moment `at` (now when absent), by metric key. Where a metric
 * has several label sets the newest of them counts.
 */
export async function latestSamples(db: Pick<Db, "pool">, projectId: string, at: Date = new Date()): Promise<Map<string, LatestSample>> {
  const found = await rows<LatestSample>(
    db.pool,
    `SELECT m.id AS "metricId", m.key AS "metricKey", s.at, s.value, s.source
     FROM metric m CROSS JOIN LATERAL (
       SELECT at, value, source FROM sample
       WHERE project_id = m.project_id AND metric_id = m.id AND at <= $2
       ORDER BY at DESC, labels_hash LIMIT 1
     ) s
     WHERE m.project_id = $1 AND m.removed_at IS NULL`,
    [projectId, at],
  );
  return new Map(found.map((row) => [row.metricKey, row]));
}

/**
 * The newest sample of one metric that is not older than `notBefore`: what a guard looks at (R-GRD-4). Null when
 * the metric is not declared or nothing came in since.
 */
export async function latestSample(db: Pick<Db, "pool">, projectId: string, metricKey: string, notBefore?: Date): Promise<LatestSample | null> {
  return firstRow<LatestSample>(
    db.pool,
    `SELECT m.id AS "metricId", m.key AS "metricKey", s.at, s.value, s.source
     FROM metric m CROSS JOIN LATERAL (
       SELECT at, value, source FROM sample
       WHERE project_id = m.project_id AND metric_id = m.id AND ($3::timestamptz IS NULL OR at >= $3)
       ORDER BY at DESC, labels_hash LIMIT 1
     ) s
     WHERE m.project_id = $1 AND m.removed_at IS NULL AND (m.key = $2 OR $2 = ANY (m.aliases))
     ORDER BY (m.key = $2) DESC LIMIT 1`,
    [projectId, metricKey, notBefore ?? null],
  );
}

/** Values of one metric from `from` until before `to`, at most 10,000: what a baseline is made of. */
export async function sampleValues(db: Pick<Db, "pool">, projectId: string, metricKey: string, from: Date, to: Date): Promise<number[]> {
  const found = await rows<{ value: number }>(
    db.pool,
    `SELECT s.value FROM metric m JOIN sample s ON s.project_id = m.project_id AND s.metric_id = m.id
      WHERE m.project_id = $1 AND m.removed_at IS NULL AND (m.key = $2 OR $2 = ANY (m.aliases)) AND s.at >= $3 AND s.at < $4
      ORDER BY s.at DESC LIMIT 10000`,
    [projectId, metricKey, from, to],
  );
  return found.map((row) => row.value);
}

interface MetricRow {
  id: string;
  key: string;
  name: string;
  unit: string;
  kind: MetricKind;
  aggregation: Aggregation;
  aliases: string[];
  staleAfterMs: number | null;
  source: string;
}

/** A declared metric by key or alias. @throws NotFoundError */
export async function findMetric(client: Tx | Db["pool"], projectId: string, key: string): Promise<MetricRow> {
  const row = await firstRow<MetricRow>(
    client,
    `SELECT id, key, name, unit, kind, aggregation, coalesce(aliases, '{}') AS aliases, stale_after_ms AS "staleAfterMs", source FROM metric
     WHERE project_id = $1 AND removed_at IS NULL AND (key = $2 OR $2 = ANY (aliases)) ORDER BY (key = $2) DESC LIMIT 1`,
    [projectId, key],
  );
  if (row === null) throw new NotFoundError(`The metric "${key.slice(0, 100)}"`);
  return row;
}

/** All declared metrics with their newest value at `now`, by name. */
export async function listMetrics(db: Pick<Db, "pool">, projectId: string, now: Date): Promise<MetricView[]> {
  const [metrics, latest] = await Promise.all([
    rows<MetricRow>(
      db.pool,
      `SELECT id, key, name, unit, kind, aggregation, coalesce(aliases, '{}') AS aliases, stale_after_ms AS "staleAfterMs", source
       FROM metric WHERE project_id = $1 AND removed_at IS NULL ORDER BY name, key`,
      [projectId],
    ),
    latestSamples(db, projectId, now),
  ]);
  return metrics.map(({ id: _, ...metric }) => {
    const sample = latest.get(metric.key);
    return {
      ...metric,
      latest:
        sample === undefined ? null : { value: sample.value, at: sample.at.toISOString(), source: sample.source, ageMs: now.getTime() - sample.at.getTime() },
      freshness: freshnessOf(sample?.at ?? null, metric.staleAfterMs, now),
    };
  });
}
