import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closeKeptSides } from "@/lib/migration/executors/move/kept-sides";
import { postgresSync } from "@/lib/migration/executors/move/sync";
import { moveContext, moverConnections, sql, syncStep, undoing } from "@/lib/migration/executors/move/testing/site";
import type { TestContext } from "@/lib/migration/executors/testing/context";
import { giveIdentities } from "@/lib/practice/identities";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { BEGIN_MB, grow } from "./grow";
import { type Measurement, takeTurns } from "./measure";
import { missing, runPipe, runProgram } from "./programs";
import type { World } from "./world";

const JOBS = 2;
/** Database of the target that the other ways fill. */
const OTHER = "bench_copy";

/**
 * Up to version 15 the launcher starts one apply worker in 5 s, so that a move begun sooner after another one would wait for
 * it. A user moves a database once: each round begins when that time is over.
 */
const LAUNCHER_MS = 6_000;

/** Asks as often as the worker does: each question is two logins, which the copy would pay for. Says how long each phase took. */
async function sync(world: World, context: TestContext): Promise<void> {
  const [began, phases] = [performance.now(), new Map<string, number>()];
  for (;;) {
    const result = await postgresSync.apply(syncStep({ jobs: JOBS }), context);
    if (result.type === "done") break;
    if (result.type !== "running") throw new Error(`The move ${result.type}: ${"reason" in result ? result.reason : result.message}`);
    const phase = (result.progress?.message ?? "").replace(/: .*/, "");
    if (!phases.has(phase)) phases.set(phase, Math.round(performance.now() - began));
    await sleep(result.askAgainMs);
  }
  world.say(`${[...phases].map(([phase, ms]) => `${phase} from ${ms} ms`).join(", ")}, done after ${Math.round(performance.now() - began)} ms`);
}

async function undo(context: TestContext): Promise<void> {
  const result = await postgresSync.undo(syncStep({ jobs: JOBS }), undoing(context));
  if (result.type !== "done") throw new Error(`The move could not be undone: ${"reason" in result ? result.reason : result.type}`);
}

async function measure(world: World, site: PracticeSite): Promise<Measurement[]> {
  const { sourceMover: source, targetMover: target } = site;
  if (source === null || target === null) throw new Error("The practice site has no databases.");
  const other: PracticeDatabase = { ...target, database: OTHER, dsn: target.dsn.replace(/\/[^/]*$/, `/${OTHER}`) };
  const fresh = async () => void (await sql({ ...target, dsn: target.dsn.replace(/\/[^/]*$/, "/postgres") }, `DROP DATABASE IF EXISTS ${OTHER} WITH (FORCE)`));
  const make = async () => {
    await fresh();
    await sql({ ...target, dsn: target.dsn.replace(/\/[^/]*$/, "/postgres") }, `CREATE DATABASE ${OTHER} OWNER ${site.target?.user}`);
  };
  const [size] = await sql(source, "SELECT pg_database_size(current_database())::bigint AS bytes");
  const megabytes = Math.round(Number(size?.bytes) / 1_000_000);
  const amount = { count: megabytes, unit: "MB" };
  const [dump, work] = [path.join(world.folder, "dump"), path.join(world.folder, "pgcopydb")];
  const clear = (folder: string) => async () => {
    await make();
    rmSync(folder, { recursive: true, force: true });
  };
  let run = 0;
  return await takeTurns("cutover", `initial copy of a database of ${megabytes} MB under a write load`, Math.min(world.options.runs, 5), [
    {
      way: "postgres.sync",
      side: "switchyard",
      adds: "the target follows every later write, survives any death of the worker, the way back is prepared, owners and grants, ANALYZE",
      amount,
      before: async () => {
        await fresh();
        await sleep(LAUNCHER_MS);
      },
      run: () => sync(world, moveContext(moverConnections(site), { runId: `bench-${run}` })),
      after: () => undo(moveContext(moverConnections(site), { runId: `bench-${run++}`, epoch: 2 })),
    },
    {
      way: "pg_dump | psql",
      side: "instead",
      amount,
      before: make,
      run: () => runPipe(["pg_dump", [], source], ["psql", ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"], other]),
    },
    {
      way: `pg_dump -Fd -j${JOBS}, then pg_restore -j${JOBS}`,
      side: "instead",
      amount,
      before: clear(dump),
      run: async () => {
        await runProgram("pg_dump", ["--format=directory", `--jobs=${JOBS}`, `--file=${dump}`], source);
        await runProgram("pg_restore", [`--jobs=${JOBS}`, "--exit-on-error", `--dbname=${OTHER}`, dump], other);
      },
    },
    {
      way: "pgcopydb clone",
      side: "instead",
      amount,
      before: clear(work),
      run: () => runProgram("pgcopydb", ["clone", "--dir", work], other, { PGCOPYDB_SOURCE_PGURI: source.dsn, PGCOPYDB_TARGET_PGURI: other.dsn }),
    },
  ]);
}

/**
 * The initial copy of a live move, until the target follows, beside the ways people copy a database by hand: the same data,
 * the same servers, the same role.
 * @throws Error naming the Debian packages that are missing
 */
export async function benchInitialCopy(world: World): Promise<Measurement[]> {
  const absent = missing({
    initdb: "postgresql",
    pg_dump: "postgresql-client",
    psql: "postgresql-client",
    pg_restore: "postgresql-client",
    pgcopydb: "pgcopydb",
  });
  if (absent.length > 0)
    throw new Error(`The Debian packages ${[...new Set(absent)].join(" and ")} are missing: sudo apt-get install -y ${[...new Set(absent)].join(" ")}`);
  const { sizeMb } = world.options;
  world.say(`initial copy: starting the practice site with about ${sizeMb} MB`);
  const site = await startPractice({
    dir: path.join(world.folder, "site"),
    sizeMb: Math.min(BEGIN_MB, sizeMb),
    writesPerSecond: 20,
    requestsPerSecond: 1,
    allowMissing: true,
  });
  try {
    await grow(site, sizeMb);
    await sql(site.sourceAdmin, "VACUUM ANALYZE");
    await giveIdentities(site);
    return await measure(world, site);
  } finally {
    await closeKeptSides();
    await site.stop();
  }
}
