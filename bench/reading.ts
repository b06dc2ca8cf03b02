import { readFileSync } from "node:fs";
import path from "node:path";
import { importBill } from "@/lib/cost/import-bill";
import { getCosts } from "@/lib/cost/store";
import { exampleCharges, focusCsv } from "@/lib/cost/testing/example-bill";
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
async function benchDecision(world: World, database: Database, projectId: string, slug: string): Promise<Measurement[]> {
  const { ctx, plain } = database;
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

const SERVICES = 40;
const DAY = 24 * HOUR;

/** A year of daily charges of forty services on two stacks, through our own import. */
async function fillBills({ ctx, db }: Database, projectId: string, slug: string): Promise<number> {
  const stacks = await rows<{ key: string }>(db.pool, "SELECT key FROM stack WHERE project_id = $1 AND removed_at IS NULL ORDER BY position LIMIT 2", [
    projectId,
  ]);
  const services = Array.from({ length: SERVICES }, (_, n) => ({
    stack: stacks[n % stacks.length]?.key ?? "",
    name: `Service ${n}`,
    category: ["Compute", "Databases", "Storage", "Networking"][n % 4] ?? "Other",
    provider: `Provider ${n % 5}`,
    monthly: 20 + n,
  }));
  const end = new Date(Math.floor(ctx.now.getTime() / DAY) * DAY);
  const records = exampleCharges(slug, new Date(end.getTime() - 365 * DAY), end, "bench", services);
  return (await importBill(ctx, { project: slug, fileName: "bench.csv", stream: focusCsv(records) })).rows;
}

const COSTS_FROM_DAYS = `SELECT service_name, currency, sum(billed_cost) FROM charge_day
  WHERE project_id = $1 AND day >= $2::date AND day < $3::date GROUP BY 1, 2 ORDER BY 3 DESC`;

const COSTS_FROM_CHARGES = `SELECT service_name, currency, sum(billed_cost) FROM charge
  WHERE project_id = $1 AND charge_period_start >= $2::date AND charge_period_start < $3::date GROUP BY 1, 2 ORDER BY 3 DESC`;

/** Costs by service over the year of charges, beside bare SQL for the same sums. */
async function benchCosts(world: World, database: Database, projectId: string, slug: string): Promise<Measurement[]> {
  const { ctx, plain } = database;
  const charges = await fillBills(database, projectId, slug);
  await database.db.pool.query("VACUUM ANALYZE");
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const [from, to] = [day(ctx.now.getTime() - 366 * DAY), day(ctx.now.getTime() + DAY)];
  const values = [projectId, from, to];
  return await takeTurns(
    "reading",
    `costs by service over ${charges.toLocaleString("en-US")} charges`,
    world.options.reads,
    [
      {
        way: "getCosts",
        side: "switchyard",
        adds: "permission, the project, names and one total per currency",
        run: async () => {
          const costs = await getCosts(ctx, slug, { from, to, source: "actual", group: "service" });
          if (costs.rows.length !== SERVICES) throw new Error(`Costs of ${costs.rows.length} services instead of ${SERVICES}.`);
        },
      },
      { way: "SQL over the days", side: "instead", run: () => plain.query(COSTS_FROM_DAYS, values) },
      { way: "SQL over the charges", side: "instead", run: () => plain.query(COSTS_FROM_CHARGES, values) },
    ],
    5,
  );
}

/** Reads of the pages of a project with a year of samples and bills, beside bare SQL for the same values. */
export async function benchReading(world: World): Promise<Measurement[]> {
  const database = await world.database();
  const { slug, projectId } = await importPlan(database.ctx, { source: readFileSync(EXAMPLE, "utf8") });
  return [...(await benchDecision(world, database, projectId, slug)), ...(await benchCosts(world, database, projectId, slug))];
}
