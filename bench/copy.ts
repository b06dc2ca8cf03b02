import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { postgresCopy } from "@/lib/migration/executors/postgres-copy";
import { databaseConnection, testContext } from "@/lib/migration/executors/testing/context";
import type { StepContext, StepResult } from "@/lib/migration/executors/types";
import type { StepOf } from "@/lib/migration/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { type Measurement, takeTurns } from "./measure";
import { missing, runPipe, runProgram } from "./programs";
import type { World } from "./world";

const JOBS = 2;
/** Between two questions to the step; the worker asks once a second, which would be most of a short copy. */
const ASK_MS = 20;
const OWN = "bench_copy";

const step: StepOf<"postgres.copy"> = {
  kind: "postgres.copy",
  key: "copy",
  title: "Copy",
  onFailure: "pause",
  with: { from: "source", to: "target", jobs: JOBS, tool: "pg_dump", writeStop: "none" },
};

async function finish(call: (context: StepContext) => Promise<StepResult>, context: StepContext): Promise<void> {
  for (;;) {
    const result = await call(context);
    if (result.type === "done") return;
    if (result.type !== "running") throw new Error(`The copy ${result.type}: ${"reason" in result ? result.reason : result.message}`);
    await sleep(ASK_MS);
  }
}

async function onTarget(site: PracticeSite, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: site.targetAdmin?.dsn ?? "" });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function bytesOf(database: PracticeDatabase): Promise<number> {
  const client = new pg.Client({ connectionString: database.dsn });
  await client.connect();
  try {
    return Number((await client.query<{ bytes: string }>("SELECT pg_database_size(current_database()) AS bytes")).rows[0]?.bytes);
  } finally {
    await client.end();
  }
}

async function measure(world: World, site: PracticeSite): Promise<Measurement[]> {
  const { source, target } = site;
  if (source === null || target === null) throw new Error("The practice site has no databases.");
  const context = () => testContext([databaseConnection("source", source), databaseConnection("target", target)]);
  const own = { ...target, database: OWN, dsn: target.dsn.replace(/\/[^/]*$/, `/${OWN}`) };
  const fresh = () => onTarget(site, [`DROP DATABASE IF EXISTS ${OWN} WITH (FORCE)`, `CREATE DATABASE ${OWN} OWNER ${target.user}`]);
  const dump = path.join(world.folder, "dump");
  const undo = () => finish((c) => postgresCopy.undo(step, c), context());
  const megabytes = Math.round((await bytesOf(source)) / 1_000_000);
  const amount = { count: megabytes, unit: "MB" };
  return await takeTurns("copy", `database of ${megabytes} MB under a write load`, Math.min(world.options.runs, 5), [
    {
      way: "postgres.copy, copy and verification",
      side: "switchyard",
      adds: "exact count and checksum of every table on both sides, structure and sequences compared, marker on the target for restart and undo, sequences raised, ANALYZE, progress per table",
      amount,
      run: async () => {
        await finish((c) => postgresCopy.apply(step, c), context());
        await finish((c) => postgresCopy.verify(step, c), context());
      },
      after: undo,
    },
    {
      way: "postgres.copy, copy without verification",
      side: "switchyard",
      adds: "the checksums of the source, taken in the snapshot while pg_dump reads",
      amount,
      run: () => finish((c) => postgresCopy.apply(step, c), context()),
      after: undo,
    },
    {
      way: "pg_dump | psql",
      side: "instead",
      amount,
      before: fresh,
      run: () => runPipe(["pg_dump", ["--no-owner", "--no-privileges"], source], ["psql", ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"], own]),
    },
    {
      way: `pg_dump -Fd -j${JOBS}, then pg_restore -j${JOBS}`,
      side: "instead",
      amount,
      before: async () => {
        await fresh();
        rmSync(dump, { recursive: true, force: true });
      },
      run: async () => {
        await runProgram("pg_dump", ["--format=directory", `--jobs=${JOBS}`, `--file=${dump}`, "--no-owner", "--no-privileges"], source);
        await runProgram("pg_restore", [`--jobs=${JOBS}`, "--exit-on-error", "--no-owner", "--no-privileges", `--dbname=${OWN}`, dump], own);
      },
    },
  ]);
}

/**
 * The database copy of a run with its proof, beside the two ways people copy a database by hand, on the practice site.
 * @throws Error naming the Debian packages that are missing
 */
export async function benchCopy(world: World): Promise<Measurement[]> {
  const absent = missing({ initdb: "postgresql", pg_dump: "postgresql-client", psql: "postgresql-client", pg_restore: "postgresql-client" });
  if (absent.length > 0)
    throw new Error(`The Debian packages ${[...new Set(absent)].join(" and ")} are missing: sudo apt-get install -y ${[...new Set(absent)].join(" ")}`);
  const { sizeMb } = world.options;
  world.say(`copy: starting the practice site with about ${sizeMb} MB`);
  const site = await startPractice({ dir: path.join(world.folder, "site"), sizeMb, writesPerSecond: 20, requestsPerSecond: 1, allowMissing: true });
  try {
    return await measure(world, site);
  } finally {
    await site.stop();
  }
}
