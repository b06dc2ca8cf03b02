import { existsSync } from "node:fs";
import { loadWorkerKey } from "@/lib/connection/worker-key";
import { databaseUrl } from "@/lib/db/instance";
import { env } from "@/lib/env";
import { productionDeps } from "../production-deps";
import { startWorker } from "../worker";

/*
 * The worker as main.ts wires it, with its real leases, for faults inside a switch: `switch-worker.ts [MODE [POINT FILE]]`.
 * MODE `no-helper`: it starts no dead-man helper, so that only the next owner of the run can bring the switch to an end.
 * At POINT of the switch it says `at POINT` and stands still until FILE is there: whoever waits for it breaks something meanwhile.
 */

const settings = env();
const deps = productionDeps(databaseUrl(), loadWorkerKey(settings.SWITCHYARD_DATA_DIR), settings);
const none = { arm: () => undefined, rest: () => undefined, committing: async () => undefined, disarm: async () => undefined };
const [, , mode, place, file] = process.argv;
const without = mode === "no-helper" ? { deadMan: async () => none } : {};

/** Nothing of this process goes on meanwhile, as in one that is stopped. */
function standStill(until: string): void {
  process.stdout.write(`at ${place}\n`);
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(until)) Atomics.wait(nothing, 0, 0, 20);
}

const stands: Partial<typeof deps> =
  place === undefined || file === undefined
    ? {}
    : {
        crash: (kind, point) => {
          if (kind === "postgres.switch" && point === place && !existsSync(file)) standStill(file);
        },
      };
const worker = await startWorker({ ...deps, ...without, ...stands }, { listenUrl: settings.DATABASE_URL });
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write("ready\n");
