import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { MAX_SAMPLES } from "@/lib/metric/types";
import { makeMetric, makeProject } from "@/prisma/testing/factories/project";
import { type Measurement, takeTurns } from "./measure";
import type { World } from "./world";

const METRICS = 20;
const EVERY_MS = 60_000;

interface Sample {
  metric: string;
  value: number;
  at: string;
}

/** Samples of twenty metrics, one a minute each, that no run before has sent. */
function samplesOf(run: number, count: number, start: number): Sample[] {
  const perMetric = Math.ceil(count / METRICS);
  return Array.from({ length: count }, (_, index) => ({
    metric: `metric_${index % METRICS}`,
    value: (index * 7_919) % 1_000,
    at: new Date(start + (run * perMetric + Math.floor(index / METRICS)) * EVERY_MS).toISOString(),
  }));
}

/** Samples through our ingest, beside single INSERTs and a bare COPY into a plain table with the same key. */
export async function benchSamples(world: World): Promise<Measurement[]> {
  const { samples: count, runs } = world.options;
  if (count > MAX_SAMPLES) throw new Error(`One call takes at most ${MAX_SAMPLES} samples.`);
  const { ctx, db, plain } = await world.database();
  const { project } = await makeProject(db);
  for (let n = 0; n < METRICS; n++) await makeMetric(db, project.id, { key: `metric_${n}` });
  for (const table of ["single", "copied"]) {
    await plain.query(`CREATE TABLE ${table} (metric text NOT NULL, at timestamptz NOT NULL, value double precision NOT NULL, PRIMARY KEY (metric, at))`);
  }
  const start = ctx.now.getTime() - 30 * 86_400_000;
  const amount = { count, unit: "samples" };
  return await takeTurns("samples", `${count.toLocaleString("en-US")} samples of ${METRICS} metrics`, runs, [
    {
      way: "ingestSamples, one call",
      side: "switchyard",
      adds: "checks each sample, resends are harmless, hourly and daily roll-ups, change counters for triggers",
      amount,
      run: async (run) => {
        const report = await ingestSamples(ctx, { project: project.slug, samples: samplesOf(run, count, start) });
        if (report.accepted !== count || report.duplicates !== 0) throw new Error(`${report.accepted} of ${count} samples were accepted.`);
      },
    },
    {
      way: "single INSERTs",
      side: "instead",
      amount,
      run: async (run) => {
        for (const { metric, at, value } of samplesOf(run, count, start)) {
          await plain.query({ name: "insert", text: "INSERT INTO single (metric, at, value) VALUES ($1, $2, $3)", values: [metric, at, value] });
        }
      },
    },
    {
      way: "COPY",
      side: "instead",
      amount,
      run: async (run) => {
        const lines = samplesOf(run, count, start).map(({ metric, at, value }) => `${metric}\t${at}\t${value}\n`);
        await pipeline(Readable.from([lines.join("")]), plain.query(copyFrom("COPY copied (metric, at, value) FROM STDIN")));
      },
    },
  ]);
}
