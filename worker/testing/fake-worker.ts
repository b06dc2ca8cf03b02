import { startWorker } from "../worker";
import { fakeDeps } from "./fake-deps";

/*
 * A worker process with fake executors, for tests that kill it: `fake-worker.ts URL WORKER_ID [CRASH_AT]`.
 * Says `ready` when it runs; SIGTERM stops it gracefully.
 */

const [, , url, workerId, crashAt] = process.argv;
if (url === undefined || workerId === undefined) throw new Error("usage: fake-worker.ts URL WORKER_ID [CRASH_AT]");

const deps = fakeDeps(url, { workerId, crashAt, timing: { leaseMs: 1_500, renewMs: 300, tickMs: 50, pollMs: 100, graceMs: 2_000 } });
const worker = await startWorker(deps, { listenUrl: url });
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write("ready\n");
