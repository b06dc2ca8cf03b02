import type { Db } from "@/lib/db/prisma";
import { rows, type Tx } from "@/lib/db/transaction";
import type { CleanSample } from "./read-sample";
import { lockMetrics, rewriteRollUps } from "./roll-up";

/** Where samples come from: sent by a program, entered by a person, read from PromQL or SQL. */
export type SampleSource = "pushed" | "entered" | "promql" | "sql";

export interface Written {
  /** Samples that are new. */
  inserted: number;
  /** Keys (see sampleKey) that were stored before with another value. */
  conflicts: Map<string, number>;
}

/** What makes a sample one and the same. */
export function sampleKey(sample: Pick<CleanSample, "metric" | "at" | "labelsHash">): string {
  return `${sample.metric.id} ${sample.at.getTime()} ${sample.labelsHash}`;
}

/** Makes sure that the months of the samples have partitions: outside the transaction, because creating one locks the table. */
export async function ensurePartitions(db: Pick<Db, "pool">, times: Iterable<Date>): Promise<void> {
  const months = new Set([...times].map((at) => at.toISOString().slice(0, 7)));
  for (const month of months) await db.pool.query("SELECT ensure_month_partition('sample', $1)", [`${month}-01T00:00:00Z`]);
}

/**
 * Stores samples (no two with the same key), writes the touched roll-ups again and moves the metrics' change
 * counters. A sample that is there already is left alone; with another value it is reported as a conflict, because
 * samples are facts. Call inside a transaction, after ensurePartitions.
 */
export async function writeSamples(
  tx: Tx,
  projectId: string,
  samples: readonly CleanSample[],
  by: { source: SampleSource; actorId: string | null },
): Promise<Written> {
  if (samples.length === 0) return { inserted: 0, conflicts: new Map() };
  await lockMetrics(
    tx,
    samples.map((sample) => sample.metric.id),
  );
  const newest = await newestBefore(tx, projectId, samples);
  const inserted = await insertRows(tx, projectId, samples, by);
  if (inserted.length > 0) {
    await rewriteRollUps(tx, projectId, inserted);
    await moveCounters(tx, inserted, newest);
  }
  const conflicts = inserted.length === samples.length ? new Map<string, number>() : await findConflicts(tx, projectId, samples);
  return { inserted: inserted.length, conflicts };
}

interface Inserted {
  metricId: string;
  at: Date;
}

function insertRows(tx: Tx, projectId: string, samples: readonly CleanSample[], by: { source: SampleSource; actorId: string | null }): Promise<Inserted[]> {
  return rows<Inserted>(
    tx,
    `INSERT INTO sample (project_id, metric_id, at, labels_hash, labels, value, source, actor_id)
     SELECT $1, i.metric_id, i.at, i.labels_hash, i.labels::jsonb, i.value, $7, $8
     FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::double precision[]) AS i (metric_id, at, labels_hash, labels, value)
     ON CONFLICT DO NOTHING RETURNING metric_id AS "metricId", at`,
    [...columns(projectId, samples), by.source, by.actorId],
  );
}

function columns(projectId: string, samples: readonly CleanSample[]) {
  return [
    projectId,
    samples.map((s) => s.metric.id),
    samples.map((s) => s.at),
    samples.map((s) => s.labelsHash),
    samples.map((s) => JSON.stringify(s.labels)),
    samples.map((s) => s.value),
  ];
}

/** Newest sample of each metric before this write, in milliseconds. */
async function newestBefore(tx: Tx, projectId: string, samples: readonly CleanSample[]): Promise<Map<string, number>> {
  const found = await rows<{ metricId: string; at: Date }>(
    tx,
    `SELECT m.id AS "metricId", s.at FROM unnest($2::text[]) AS m (id)
     CROSS JOIN LATERAL (SELECT at FROM sample WHERE project_id = $1 AND metric_id = m.id ORDER BY at DESC LIMIT 1) s`,
    [projectId, [...new Set(samples.map((s) => s.metric.id))]],
  );
  return new Map(found.map((row) => [row.metricId, row.at.getTime()]));
}

/** Counts the change; a change of the past also says that history must be read again. */
async function moveCounters(tx: Tx, inserted: readonly Inserted[], newest: ReadonlyMap<string, number>): Promise<void> {
  const late = new Map<string, boolean>();
  for (const { metricId, at } of inserted) {
    const before = newest.get(metricId) ?? Number.NEGATIVE_INFINITY;
    late.set(metricId, (late.get(metricId) ?? false) || at.getTime() <= before);
  }
  await bumpCounters(tx, late);
}

/** Moves the change counters of metrics; `true` where the past changed. */
export async function bumpCounters(tx: Tx, metrics: ReadonlyMap<string, boolean>): Promise<void> {
  await tx.query(
    `UPDATE metric m SET sample_seq = m.sample_seq + 1, replay_seq = CASE WHEN c.late THEN m.sample_seq + 1 ELSE m.replay_seq END
     FROM unnest($1::text[], $2::boolean[]) AS c (id, late) WHERE m.id = c.id`,
    [[...metrics.keys()], [...metrics.values()]],
  );
}

async function findConflicts(tx: Tx, projectId: string, samples: readonly CleanSample[]): Promise<Map<string, number>> {
  const found = await rows<{ metricId: string; at: Date; labelsHash: string; value: number }>(
    tx,
    `SELECT s.metric_id AS "metricId", s.at, s.labels_hash AS "labelsHash", s.value
     FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::double precision[]) AS i (metric_id, at, labels_hash, labels, value)
     JOIN sample s ON s.project_id = $1 AND s.metric_id = i.metric_id AND s.at = i.at AND s.labels_hash = i.labels_hash
     WHERE s.value IS DISTINCT FROM i.value`,
    columns(projectId, samples),
  );
  return new Map(found.map((row) => [`${row.metricId} ${row.at.getTime()} ${row.labelsHash}`, row.value]));
}
