import { evaluateDue } from "@/lib/alert/evaluate-due";
import type { OpeningKey } from "@/lib/connection/seal";
import { runDueConnectionTests } from "@/lib/connection/test-connection";
import type { Egress } from "@/lib/connection/types";
import { publishWorkerKey } from "@/lib/connection/worker-key";
import type { Db } from "@/lib/db/prisma";
import { dropOldSamplePartitions, prepareSamplePartitions } from "@/lib/metric/retention";
import { expireGates } from "@/lib/migration/expire-gates";
import { log } from "@/lib/service/log";
import { cleanUp } from "./clean-up";

/* Everything that recurs beside runs. Each task is due work by rows: running it twice, late or on two workers does no harm. */

export interface TaskDeps {
  db: Db;
  /** Name of the worker, as the actor of what a task writes. */
  workerId: string;
  key: OpeningKey;
  egress: () => Promise<Egress>;
}

export interface Task {
  name: string;
  /** Milliseconds between two runs in one process. */
  everyMs: number;
  run: (deps: TaskDeps, now: Date) => Promise<unknown>;
}

const SECOND = 1_000;
const HOUR = 3_600_000;

export const TASKS: readonly Task[] = [
  { name: "triggers-and-alerts", everyMs: SECOND, run: (deps, now) => evaluateDue(deps.db, now) },
  {
    name: "connection-tests",
    everyMs: SECOND,
    run: async (deps) => runDueConnectionTests({ db: deps.db, key: deps.key, egress: await deps.egress(), now: () => new Date() }),
  },
  { name: "worker-key", everyMs: 5 * SECOND, run: publishKey },
  { name: "expire-gates", everyMs: 5 * SECOND, run: (deps, now) => expireGates({ actor: { kind: "worker", name: deps.workerId }, db: deps.db, now }) },
  { name: "sample-partitions", everyMs: 6 * HOUR, run: (deps, now) => partitions(deps, now) },
  { name: "clean-up", everyMs: HOUR, run: (deps, now) => cleanUp(deps.db, now) },
];

/** The workspace exists only after first run, so the key is offered again until it is published. */
async function publishKey(deps: TaskDeps): Promise<void> {
  const result = await publishWorkerKey(deps.db, deps.key.publicKey);
  if (result === "published") log.info("worker key published: connection secrets are sealed to it");
  if (result === "other") log.error("connection secrets are sealed to another worker key: copy that worker's key file here, or enter the secrets again");
}

async function partitions(deps: TaskDeps, now: Date): Promise<void> {
  await prepareSamplePartitions(deps.db, now);
  const dropped = await dropOldSamplePartitions(deps.db, now);
  if (dropped.length > 0) log.info({ dropped }, "old samples dropped; their roll-ups stay");
}

/** Runs one task by name; a task that fails is logged and stops nothing. @throws RangeError for an unknown name */
export async function runTask(name: string, deps: TaskDeps, now: Date): Promise<void> {
  const task = TASKS.find((one) => one.name === name);
  if (task === undefined) throw new RangeError(`There is no task "${name}".`);
  try {
    await task.run(deps, now);
  } catch (error) {
    log.error({ err: error, task: name }, "task failed");
  }
}
