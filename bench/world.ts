import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { stopPractice } from "@/lib/practice/stop-practice";
import type { PracticeVersion } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { cloneTemplate, startTestServer } from "@/prisma/testing/postgres";

/** What the command line asked for. */
export interface Options {
  /** Runs that count, of each way. */
  runs: number;
  sizeMb: number;
  samples: number;
  rows: number;
  reads: number;
  /** Times the reaction of guards is measured in each situation. */
  reactions: number;
  /** Minutes of quiet load in which no guard may act; 0 leaves them out. */
  cleanMinutes: number;
  /** Gigabytes of the databases that are switched, times each is switched forth and back, and major versions of both servers. */
  sizes: number[];
  rounds: number;
  pg: PracticeVersion[];
  /** Parts of `cutover` to measure; empty: all. */
  parts: string[];
  /** Folder whose largest Markdown document is measured too; "" for none. */
  documents: string;
}

export interface World {
  options: Options;
  /** A database of its own with our schema, on a throw-away server. */
  database: () => Promise<Database>;
  /** A folder of its own, removed at the end. */
  folder: string;
  /** Says what goes on, on the error output. */
  say: (message: string) => void;
}

export interface Database {
  url: string;
  db: Db;
  ctx: Ctx;
  /** A session besides the pool, for what a user would do without us. */
  plain: pg.Client;
}

/** Starts what all benchmarks share. The server is started with the first database and stopped by `end`. */
export function openWorld(options: Options, say: World["say"]): World & { end: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-bench-"));
  const closers: (() => Promise<unknown>)[] = [];
  let server: ReturnType<typeof startTestServer> | null = null;

  async function database(): Promise<Database> {
    server ??= startTestServer();
    const { url: templateUrl } = await server;
    const url = await cloneTemplate(templateUrl, `bench_${newId().replaceAll("-", "").slice(-12)}`);
    const db: Db = { prisma: createPrisma(url), pool: createPool(url, { applicationName: "switchyard-bench" }) };
    const plain = new pg.Client({ connectionString: url });
    await plain.connect();
    closers.push(async () => {
      await plain.end();
      await db.prisma.$disconnect();
      await db.pool.end();
    });
    return { url, db, plain, ctx: { actor: { kind: "cli", name: "bench" }, db, now: new Date() } };
  }

  async function end(): Promise<void> {
    for (const close of closers.reverse()) await close().catch(() => undefined);
    // A benchmark that was broken off has not stopped its sites; their databases may lie elsewhere and be large.
    for (const name of readdirSync(folder)) await stopPractice(join(folder, name)).catch((error) => say(`${name}: ${messageOf(error)}`));
    if (server !== null) await server.then((running) => running.remove()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }

  return { options, database, folder, say, end };
}
