import { loadWorkerKey } from "@/lib/connection/worker-key";
import { databaseUrl } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { productionDeps } from "../production-deps";
import { startWorker } from "../worker";

/*
 * The worker as main.ts wires it, with its real executors, but with a short lease: for tests that kill it often.
 * Reads the same variables as main.ts; SIGTERM stops it gracefully.
 */

const TIMING = { leaseMs: 4_000, renewMs: 500, tickMs: 100, pollMs: 200, graceMs: 3_000 };

const settings = env();
const deps = productionDeps(databaseUrl(), loadWorkerKey(settings.SWITCHYARD_DATA_DIR), settings);
const worker = await startWorker({ ...deps, timing: { ...deps.timing, ...TIMING } }, { listenUrl: settings.DATABASE_URL });
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
