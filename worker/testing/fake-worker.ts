import { startAlarm } from "../alarm";
import type { WorkerTiming } from "../deps";
import { dieOfWhatNobodyCaught } from "../fatal";
import { startWorker } from "../worker";
import { fakeDeps } from "./fake-deps";

/*
 * A worker process with fake executors, for tests that kill it: `fake-worker.ts URL WORKER_ID [CRASH_AT|-] [OPTIONS]`.
 * OPTIONS is JSON, see FakeWorkerOptions. Says `ready` when it runs; SIGTERM stops it gracefully.
 */

export interface FakeWorkerOptions {
  /** Database of the effects; the worker's own when left out. */
  ledgerUrl?: string;
  timing?: Partial<WorkerTiming>;
  /** False: no LISTEN, the worker only polls. */
  listen?: boolean;
  /** Also starts pg-boss as the alarm clock; what it rings is printed as `rang TASK`. */
  alarm?: boolean;
}

const SHORT: Partial<WorkerTiming> = { leaseMs: 1_500, renewMs: 300, tickMs: 50, pollMs: 100, graceMs: 2_000 };

const [, , url, workerId, crashAt, json] = process.argv;
if (url === undefined || workerId === undefined) throw new Error("usage: fake-worker.ts URL WORKER_ID [CRASH_AT|-] [OPTIONS]");
const options = JSON.parse(json ?? "{}") as FakeWorkerOptions;

const deps = fakeDeps(url, {
  workerId,
  logLevel: "warn",
  crashAt: crashAt === "-" ? undefined : crashAt,
  timing: { ...SHORT, ...options.timing },
  ...(options.ledgerUrl === undefined ? {} : { ledgerUrl: options.ledgerUrl }),
});
dieOfWhatNobodyCaught(deps.log);
if (options.alarm === true) await startAlarm(url, (task) => process.stdout.write(`rang ${task}\n`), deps.log);
const worker = await startWorker(deps, options.listen === false ? {} : { listenUrl: url });
process.on("SIGTERM", () => {
  worker.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.stdout.write("ready\n");
