import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { MAX_SAMPLES } from "@/lib/metric/types";
import { makeMetric, makeProject } from "@/prisma/testing/factories/project";
import { type Measurement, takeTurns } from "./measure";
import type { World } from "./world";

interface Shape {
  name: string;
  metrics: number;
  everyMs: number;
}

/** What a program sends, and a history that is sent at once: there every sample has a bucket of its own. */
const SHAPES: readonly Shape[] = [
  { name: "one a minute", metrics: 20, everyMs: 60_000 },
  { name: "one an hour", metrics: 5, everyMs: 3_600_000 },
];

interface Sample {
  metric: string;
  value: number;
  at: string;
}

/** Samples that no run before has sent. */
function samplesOf({ metrics, everyMs }: Shape, run: number, count: number, start: number): Sample[] {
  const perMetric = Math.ceil(count / metrics);
  return Array.from({ length: count }, (_, index) => ({
    metric: `metric_${index % metrics}`,
    value: (index * 7_919) % 1_000,
    at: new Date(start + (run * perMetric + Math.floor(index / metrics)) * everyMs).toISOString(),
  }));
}

/** Samples through our ingest, beside single INSERTs and a bare COPY into a plain table with the same key. */
export async function benchSamples(world: World): Promise<Measurement[]> {
  if (world.options.samples > MAX_SAMPLES) throw new Error(`One call takes at most ${MAX_SAMPLES} samples.`);
  const measured: Measurement[] = [];
  for (const shape of SHAPES) measured.push(...(await measure(world, shape)));
  return measured;
}

async function measure(world: World, shape: Shape): Promise<Measurement[]> {
  const { samples: count, runs } = world.options;
  const { ctx, db, plain } = await world.database();
  const { project } = await makeProject(db);
  for (let n = 0; n < shape.metrics; n++) await makeMetric(db, project.id, { key: `metric_${n}` });
  for (const table of ["single", "copied"]) {
    await plain.query(`CREATE TABLE ${table} (metric text NOT NULL, at timestamptz NOT NULL, value double precision NOT NULL, PRIMARY KEY (metric, at))`);
  }
  // All rounds and one before them that does not count end before now.
  const start = ctx.now.getTime() - (runs + 2) * Math.ceil(count / shape.metrics) * shape.everyMs;
  const samples = (run: number) => samplesOf(shape, run, count, start);
  const amount = { count, unit: "samples" };
  return await takeTurns("samples", `${count.toLocaleString("en-US")} samples of ${shape.metrics} metrics, ${shape.name}`, runs, [
    {
      way: "ingestSamples, one call",
      side: "switchyard",
      adds: "checks each sample, resends are harmless, hourly and daily roll-ups, change counters for triggers",
      amount,
      run: async (run) => {
        const report = await ingestSamples(ctx, { project: project.slug, samples: samples(run) });
        if (report.accepted !== count || report.duplicates !== 0) throw new Error(`${report.accepted} of ${count} samples were accepted.`);
      },
    },
    {
      way: "single INSERTs",
      side: "instead",
      amount,
      run: async (run) => {
        for (const { metric, at, value } of samples(run)) {
          await plain.query({ name: "insert", text: "INSERT INTO single (metric, at, value) VALUES ($1, $2, $3)", values: [metric, at, value] });
        }
      },
    },
    {
      way: "COPY",
      side: "instead",
      amount,
      run: async (run) => {
        const lines = samples(run).map(({ metric, at, value }) => `${metric}\t${at}\t${value}\n`);
        await pipeline(Readable.from([lines.join("")]), plain.query(copyFrom("COPY copied (metric, at, value) FROM STDIN")));
      },
    },
  ]);
}
