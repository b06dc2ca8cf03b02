import { loadWorkerKey } from "@/lib/connection/worker-key";
import { databaseUrl } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { productionDeps } from "../production-deps";
import { startWorker } from "../worker";

/*
 * The worker as main.ts wires it, with its real leases, for faults inside a switch: `switch-worker.ts [no-helper]`.
 * `no-helper`: it starts no dead-man helper, so that only the next owner of the run can bring the switch to an end.
 */

const settings = env();
const deps = productionDeps(databaseUrl(), loadWorkerKey(settings.SWITCHYARD_DATA_DIR), settings);
const none = { arm: () => undefined, rest: () => undefined, disarm: async () => undefined };
const without = process.argv[2] === "no-helper" ? { deadMan: async () => none } : {};
const worker = await startWorker({ ...deps, ...without }, { listenUrl: settings.DATABASE_URL });
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write("ready\n");
