/*
 * Everything that runs on one machine: database, schema, web, worker. `npm start`, the demo and the browser tests
 * all start it here, so that what is tested is what people run.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ensureFirstRunLink } from "@/lib/auth/first-run";
import { messageOf } from "@/lib/core/errors";
import { createPool } from "@/lib/db/pool";
import { createPrisma, type Db } from "@/lib/db/prisma";
import { applySchemaMigrations } from "@/lib/db/schema-migrations";
import { programArguments } from "@/lib/program";
import { buildIfStale } from "@/scripts/build";
import { type Child, keepRunning } from "@/scripts/child";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/scripts/embedded-postgres";
import { ensureBundle } from "./bundle.mjs";
import { root } from "./setup.mjs";

export interface StackOptions {
  dataDir: string;
  port: number;
  /** Existing database; the embedded one when absent. */
  databaseUrl?: string | undefined;
  /** Web and command line through a pooler, schema migrations directly. */
  directUrl?: string | undefined;
  publicUrl?: string | undefined;
  /** Runs after the schema is there and before web and worker start. */
  prepare?: (db: Db, databaseUrl: string) => Promise<void>;
  say: (line: string) => void;
  extraEnv?: Record<string, string>;
  throwAwayDatabase?: boolean;
}

export interface Stack {
  url: string;
  databaseUrl: string;
  web: Child;
  worker: Child;
  /** Path of the one-time link that makes the owner, when there is no person yet. */
  firstRunPath: string | null;
  stop: () => Promise<void>;
}

/** The key that signs cookies and links: from the environment, else made once and kept with mode 0600. */
function secretKey(dataDir: string): string {
  if (process.env.SECRET_KEY) return process.env.SECRET_KEY;
  const file = path.join(dataDir, "secret");
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

async function withDb<T>(databaseUrl: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db: Db = { prisma: createPrisma(databaseUrl), pool: createPool(databaseUrl, { max: 5 }) };
  try {
    return await work(db);
  } finally {
    await db.prisma.$disconnect();
    await db.pool.end();
  }
}

async function waitForHealth(url: string, web: Child, logFile: string): Promise<void> {
  const until = Date.now() + 90_000;
  for (let last = ""; Date.now() < until; ) {
    try {
      const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      last = messageOf(error);
    }
    if (web.pid() === null && existsSync(logFile) && readFileSync(logFile, "utf8").includes("EADDRINUSE")) {
      throw new Error(`Port ${new URL(url).port} is in use. Choose another: PORT=3001 npm start`);
    }
    if (Date.now() + 1_000 > until) throw new Error(`The pages did not become healthy within 90 seconds: ${last}\nLook into ${logFile}.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Starts the whole stack and resolves when the health check is green. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, say } = options;
  mkdirSync(path.join(dataDir, "log"), { recursive: true });
  // Other users may pass through to the database's own folder, and read nothing on the way.
  chmodSync(dataDir, 0o711);
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    let embedded: EmbeddedPostgres | null = null;
    if (options.databaseUrl === undefined) {
      embedded = await startEmbeddedPostgres({
        dataDir: path.join(dataDir, "postgres"),
        database: "switchyard",
        throwAway: options.throwAwayDatabase ?? false,
      });
      undo.push(embedded.stop);
      say(`Embedded PostgreSQL 18 is up (port ${embedded.port}).`);
    }
    const databaseUrl = options.databaseUrl ?? embedded?.url ?? "";
    const applied = await applySchemaMigrations(root, options.directUrl ?? databaseUrl).catch((error: unknown) => {
      const hint =
        options.databaseUrl === undefined ? "" : "\nCheck DATABASE_URL (and DIRECT_URL), and that its role may create tables. See docs/configuration.md.";
      throw new Error(`The database could not be prepared: ${messageOf(error)}${hint}`, { cause: error });
    });
    if (applied.length > 0) say(`Applied schema migrations: ${applied.join(", ")}.`);
    await buildIfStale();
    // In the environment, so that what worker, web and the practice site start is bundled as well.
    process.env.SWITCHYARD_BUNDLE = await ensureBundle();
    const url = options.publicUrl ?? `http://localhost:${options.port}`;
    const firstRunPath = await withDb(databaseUrl, async (db) => {
      await options.prepare?.(db, databaseUrl);
      return ensureFirstRunLink(db, new Date());
    });
    const env = {
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: databaseUrl,
      SECRET_KEY: secretKey(dataDir),
      PORT: String(options.port),
      PUBLIC_URL: url,
      SWITCHYARD_DATA_DIR: dataDir,
      ...options.extraEnv,
    };
    const webLog = path.join(dataDir, "log/web.log");
    const workerLog = path.join(dataDir, "log/worker.log");
    rmSync(webLog, { force: true });
    const worker = keepRunning({ name: "worker", args: programArguments("worker/main.ts"), env, logFile: workerLog, onCrash: say });
    undo.push(() => worker.stop());
    const host = options.publicUrl === undefined ? "127.0.0.1" : "0.0.0.0";
    const next = path.join(root, "node_modules/next/dist/bin/next");
    const web = keepRunning({ name: "web", args: [next, "start", "-p", String(options.port), "-H", host], env, logFile: webLog, onCrash: say });
    undo.push(() => web.stop(5_000));
    await waitForHealth(`http://127.0.0.1:${options.port}`, web, webLog);
    return { url, databaseUrl, web, worker, firstRunPath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
