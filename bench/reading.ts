import { readFileSync } from "node:fs";
import path from "node:path";
import { rows } from "@/lib/db/transaction";
import { getDecisionView } from "@/lib/decision/view";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { MAX_SAMPLES } from "@/lib/metric/types";
import { importPlan } from "@/lib/plan/import-plan";
import { type Measurement, takeTurns } from "./measure";
import type { Database, World } from "./world";

const HOUR = 3_600_000;
const HOURS = 365 * 24;
const EXAMPLE = path.resolve(import.meta.dirname, "../examples/venture-nudge.yaml");

interface Metric {
  key: string;
  kind: string;
}

/** A value per hour that grows over the year and swings with the day. */
function valueAt(metric: Metric, hour: number, position: number): number {
  if (metric.kind === "boolean") return hour > HOURS / 2 ? 1 : 0;
  return Number((50 + position * 10 + (hour / HOURS) * 100 + 5 * Math.sin((hour * Math.PI) / 12)).toFixed(3));
}

/** Fills every metric of the project with one sample an hour for a year, through our own ingest. */
async function fillYear({ ctx, db }: Database, projectId: string, slug: string): Promise<number> {
  const metrics = await rows<Metric>(db.pool, "SELECT key, kind FROM metric WHERE project_id = $1 AND removed_at IS NULL ORDER BY key", [projectId]);
  const start = Math.floor(ctx.now.getTime() / HOUR) * HOUR - HOURS * HOUR;
  let batch: { metric: string; value: number; at: string }[] = [];
  let count = 0;
  const send = async () => {
    const report = await ingestSamples(ctx, { project: slug, samples: batch });
    const first = report.rejected[0];
    if (first !== undefined) throw new Error(`A sample was refused: ${first.message}`);
    count += report.accepted;
    batch = [];
  };
  for (let hour = 1; hour <= HOURS; hour++) {
    for (const [position, metric] of metrics.entries()) {
      batch.push({ metric: metric.key, value: valueAt(metric, hour, position), at: new Date(start + hour * HOUR).toISOString() });
      if (batch.length === MAX_SAMPLES) await send();
    }
  }
  if (batch.length > 0) await send();
  await db.pool.query("VACUUM ANALYZE");
  return count;
}

/** Newest value and 90 days of daily values of every metric: what the decision page draws, in one statement. */
const FROM_ROLL_UPS = `
  SELECT m.key, newest.value, newest.at, history.days
  FROM metric m
  LEFT JOIN LATERAL (SELECT s.value, s.at FROM sample s WHERE s.project_id = m.project_id AND s.metric_id = m.id ORDER BY s.at DESC LIMIT 1) newest ON true
  LEFT JOIN LATERAL (SELECT json_agg(json_build_array(d.bucket, d.last) ORDER BY d.bucket) AS days FROM sample_day d
    WHERE d.project_id = m.project_id AND d.metric_id = m.id AND d.bucket >= $2::timestamptz - interval '90 days') history ON true
  WHERE m.project_id = $1 AND m.removed_at IS NULL ORDER BY m.key`;

/** The same from the samples alone, as a user without roll-ups would ask. */
const FROM_SAMPLES = `
  SELECT m.key, newest.value, newest.at, history.days
  FROM metric m
  LEFT JOIN LATERAL (SELECT s.value, s.at FROM sample s WHERE s.project_id = m.project_id AND s.metric_id = m.id ORDER BY s.at DESC LIMIT 1) newest ON true
  LEFT JOIN LATERAL (SELECT json_agg(json_build_array(day, value) ORDER BY day) AS days FROM (
    SELECT date_trunc('day', s.at) AS day, (array_agg(s.value ORDER BY s.at DESC))[1] AS value FROM sample s
    WHERE s.project_id = m.project_id AND s.metric_id = m.id AND s.at >= $2::timestamptz - interval '90 days' GROUP BY 1) AS days) history ON true
  WHERE m.project_id = $1 AND m.removed_at IS NULL ORDER BY m.key`;

/** The decision view of a project with a year of hourly samples, beside bare SQL for the same values. */
export async function benchReading(world: World): Promise<Measurement[]> {
  const database = await world.database();
  const { ctx, plain } = database;
  const { slug, projectId } = await importPlan(ctx, { source: readFileSync(EXAMPLE, "utf8") });
  world.say("reading: writing a year of hourly samples");
  const samples = await fillYear(database, projectId, slug);
  const values = [projectId, ctx.now];
  return await takeTurns(
    "reading",
    `decision view over ${samples.toLocaleString("en-US")} samples`,
    world.options.reads,
    [
      {
        way: "getDecisionView",
        side: "switchyard",
        adds: "state of every trigger, matrix cells, verdict with confidence, projected crossings",
        run: async () => {
          const view = await getDecisionView(ctx, slug);
          if (view.matrix.rows.length === 0) throw new Error("The decision view is empty.");
        },
      },
      { way: "SQL over the roll-ups", side: "instead", run: () => plain.query(FROM_ROLL_UPS, values) },
      { way: "SQL over the samples", side: "instead", run: () => plain.query(FROM_SAMPLES, values) },
    ],
    5,
  );
}
