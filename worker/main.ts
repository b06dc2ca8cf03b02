import { createRequire } from "node:module";
import { loadWorkerKey } from "@/lib/connection/worker-key";
import { database } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { log } from "@/lib/service/log";
import { startAlarm } from "./alarm";
import { productionDeps } from "./production-deps";
import { startTasks } from "./task-loop";
import { startWorker } from "./worker";

/*
 * The worker process: everything that acts. Any number of them work on one database; `node --import tsx worker/main.ts`.
 */

const STOP_MS = 10_000;

async function main(): Promise<void> {
  const settings = env();
  const db = database();
  const key = loadWorkerKey(settings.SWITCHYARD_DATA_DIR);
  const deps = productionDeps(db, key, settings);
  const listenUrl = settings.DIRECT_URL ?? settings.DATABASE_URL;
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  const tasks = startTasks({ db, workerId: deps.workerId, key, egress: deps.egress });
  const worker = await startWorker(deps, { listenUrl, version });
  const alarm = listenUrl === undefined ? null : startAlarm(listenUrl, tasks.ring, log);
  log.info({ workerId: deps.workerId, version }, "worker started");

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "worker stops");
    // Leases run out by themselves; a stop that hangs must not keep the machine.
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await worker.stop();
    await tasks.stop();
    await (await alarm)?.();
    await db.prisma.$disconnect();
    await db.pool.end();
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

// What nobody caught leaves the process in an unknown state: die as by kill -9, the lease and the intent take care (F-ENG-12).
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    log.fatal({ err: error }, event);
    process.kill(process.pid, "SIGKILL");
  });
}

main().catch((error: unknown) => {
  log.fatal({ err: error }, "worker could not start");
  process.exit(1);
});
