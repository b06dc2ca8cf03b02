/*
 * The demo: five example systems with a year of example data, two people, and the practice site to move. Made once,
 * on a database of its own; later starts find it again and only start the practice site.
 */
import path from "node:path";
import { messageOf } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { type ExampleMetric, exampleValue } from "@/prisma/seed/example-metrics";
import { exampleMetrics, seedExamples } from "@/prisma/seed/examples";
import { makePeople } from "@/prisma/seed/people";
import { bindPractice, readyForExamples } from "@/prisma/seed/practice-connections";
import { ensureSystemPackages, PRACTICE_PACKAGES } from "@/scripts/system-packages";

export interface DemoFacts {
  /** What to print under the address. */
  lines: string[];
  stop: () => Promise<void>;
}

/** How often the demo's metrics get a new example value (milliseconds). */
const FEED_MS = 30_000;

/** Fills an empty demo database; starts the practice site and binds every project's connections to it. */
export async function prepareDemo(db: Db, databaseUrl: string, dataDir: string, say: (line: string) => void): Promise<DemoFacts> {
  const lines = await seedOnce(db, say);
  const slugs = (await db.prisma.project.findMany({ where: { exampleData: true }, select: { slug: true } })).map((project) => project.slug);
  const site = await practiceSite(dataDir, say, lines);
  if (site !== null) {
    await readyForExamples(site);
    // A run that was under way when the demo ended still names the ports of the former practice site.
    for (const slug of slugs) lines.push(...(await bindPractice(databaseUrl, slug, site, "mover", dataDir)));
    lines.push(`Practice site: application ${site.urls.app ?? "(no load balancer)"}, Prometheus ${site.urls.prometheus ?? "(missing)"}.`);
  }
  const stopFeed = await feed(db, databaseUrl, slugs);
  return {
    lines,
    stop: async () => {
      stopFeed();
      await site?.stop();
    },
  };
}

async function seedOnce(db: Db, say: (line: string) => void): Promise<string[]> {
  if ((await db.prisma.workspace.count()) > 0) {
    return ["Demo people were printed at the first start. Forgotten? npm start -- --reset-demo makes everything anew."];
  }
  say("Filling the demo with five example systems and a year of example data …");
  await seedExamples(db, new Date(), say);
  const people = await makePeople(db, new Date(), ["admin", "approver"]);
  return [
    "Demo people (shown this once):",
    ...people.map((person) => `  ${person.email}  password ${person.password}  (${person.role})`),
    "All figures are example data. Remove the demo: delete .data/demo, or npm start -- --reset-demo.",
  ];
}

async function practiceSite(dataDir: string, say: (line: string) => void, lines: string[]): Promise<PracticeSite | null> {
  try {
    const { missing, hint } = await ensureSystemPackages(PRACTICE_PACKAGES);
    if (missing.length > 0) lines.push(`The practice site runs without: ${missing.map((one) => one.name).join(", ")}. To have it whole: ${hint}`);
    say("Starting the practice site …");
    return await startPractice({ dir: path.join(dataDir, "practice"), sizeMb: 20, allowMissing: true, onProgress: say });
  } catch (error) {
    lines.push(`The practice site did not start: ${messageOf(error)}`);
    return null;
  }
}

/** Keeps the example metrics fresh while the demo runs; what it writes is example data like the rest. */
async function feed(db: Db, databaseUrl: string, slugs: string[]): Promise<() => void> {
  const { createPool } = await import("@/lib/db/pool");
  const { createPrisma } = await import("@/lib/db/prisma");
  const metrics = new Map<string, ExampleMetric[]>();
  for (const slug of slugs) metrics.set(slug, await exampleMetrics(db, slug));
  const own: Db = { prisma: createPrisma(databaseUrl), pool: createPool(databaseUrl, { max: 1 }) };
  let busy = false;
  const tick = async () => {
    if (busy) return;
    busy = true;
    const now = new Date();
    try {
      for (const [project, list] of metrics) {
        const samples = list.map((metric) => ({ metric: metric.key, value: exampleValue(metric, now, now), at: now.toISOString() }));
        await ingestSamples({ actor: { kind: "cli", name: "demo" }, db: own, now }, { project, samples });
      }
    } catch {
      // The database may be stopping; the next tick tells.
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void tick(), FEED_MS);
  return () => {
    clearInterval(timer);
    void own.prisma.$disconnect();
    void own.pool.end();
  };
}
