import path from "node:path";
import pg from "pg";
import { createEgress } from "@/lib/connection/egress";
import { databaseConnection } from "@/lib/migration/executors/testing/context";
import { VerifyRun } from "@/lib/migration/executors/verify/verify-run";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { type Measurement, takeTurns } from "./measure";
import { missing, runPipe, runProgram } from "./programs";
import type { World } from "./world";

async function rows(database: PracticeDatabase, statement: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: database.dsn });
  await client.connect();
  try {
    return (await client.query<Record<string, string>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Our comparison of everything; a difference would mean that less was measured than is said. */
async function compare(site: PracticeSite, jobs: number): Promise<void> {
  const run = new VerifyRun({
    connections: { source: databaseConnection("source", site.sourceAdmin), target: databaseConnection("target", site.targetAdmin) },
    egress: createEgress({ allowLoopback: true }),
    applicationName: "switchyard-bench",
    scope: { schemas: null, tables: null },
    jobs,
    pieceRows: 20_000,
    following: null,
    settleMs: 1_000,
    privileges: true,
    sequenceValues: true,
    rowContents: false,
    resume: null,
  });
  const { differences } = await run.run();
  if (differences.length > 0) throw new Error(`The two databases differ: ${differences.slice(0, 3).join("; ")}`);
}

async function measure(world: World, site: PracticeSite): Promise<Measurement[]> {
  const { sourceAdmin: source, targetAdmin: target } = site;
  if (source === null || target === null) throw new Error("The practice site has no databases.");
  await runPipe(["pg_dump", [], source], ["psql", ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"], target]);
  for (const side of [source, target]) await rows(side, "ANALYZE");
  const [size] = await rows(source, "SELECT pg_database_size(current_database()) AS bytes");
  const megabytes = Math.round(Number(size?.bytes) / 1_000_000);
  const amount = { count: megabytes, unit: "MB" };
  const [one, two] = [path.join(world.folder, "source.sql"), path.join(world.folder, "target.sql")];
  return await takeTurns("cutover", `comparison of two databases of ${megabytes} MB`, Math.min(world.options.runs, 5), [
    {
      way: "postgres.verify, 2 jobs",
      side: "switchyard",
      adds: "every row by checksum, structure, grants, sequences; names the rows that differ, goes on after a crash",
      amount,
      run: () => compare(site, 2),
    },
    { way: "postgres.verify, 1 job", side: "switchyard", amount, run: () => compare(site, 1) },
    {
      way: "pg_dump of both to files (which would still have to be sorted and compared)",
      side: "instead",
      amount,
      run: async () => void (await Promise.all([runProgram("pg_dump", [`--file=${one}`], source), runProgram("pg_dump", [`--file=${two}`], target)])),
    },
  ]);
}

/** How fast two databases are compared, beside dumping both. @throws Error naming the Debian packages that are missing */
export async function benchVerification(world: World): Promise<Measurement[]> {
  const absent = missing({ initdb: "postgresql", pg_dump: "postgresql-client", psql: "postgresql-client" });
  if (absent.length > 0) throw new Error(`The Debian packages ${[...new Set(absent)].join(" and ")} are missing.`);
  const { sizeMb } = world.options;
  const site = await startPractice({ dir: path.join(world.folder, "verification"), sizeMb, writesPerSecond: 0, requestsPerSecond: 1, allowMissing: true });
  try {
    return await measure(world, site);
  } finally {
    await site.stop();
  }
}
