import { createRequire } from "node:module";
import { loadWorkerKey } from "@/lib/connection/worker-key";
import { database, databaseUrl } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { log } from "@/lib/service/log";
import { startAlarm } from "./alarm";
import { dieOfWhatNobodyCaught } from "./fatal";
import { productionDeps } from "./production-deps";
import { startTasks } from "./task-loop";
import { startWorker } from "./worker";

/*
 * The worker process: everything that acts. Any number of them work on one database; `node --import tsx worker/main.ts`.
 */

const STOP_MS = 10_000;
/** How long recurring work may take to end after the runs were released. */
const OTHERS_MS = 1_000;

async function main(): Promise<void> {
  const settings = env();
  const db = database();
  const key = loadWorkerKey(settings.SWITCHYARD_DATA_DIR);
  const url = databaseUrl();
  const deps = productionDeps(url, key, settings);
  const listenUrl = settings.DIRECT_URL ?? url;
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
    // Tasks are due work by rows: one that is cut off is done again by the next worker, so they cost no lease its release.
    const others = Promise.allSettled([tasks.stop(), alarm?.then((end) => end())]);
    await worker.stop();
    await Promise.race([others, new Promise((resolve) => setTimeout(resolve, OTHERS_MS))]);
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

dieOfWhatNobodyCaught(log);

main().catch((error: unknown) => {
  log.fatal({ err: error }, "worker could not start");
  process.exit(1);
});
