import { openTestDb, type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories";
import type { WorkerTiming } from "@/worker/deps";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import type { FakeWorkerOptions } from "@/worker/testing/fake-worker";
import { LEDGER_SQL } from "@/worker/testing/fakes";
import { type Stage, stageRun, startStage } from "@/worker/testing/stage";
import { type ControlCluster, startControlCluster } from "./control-cluster";
import { checkInvariants, type InvariantReport } from "./invariants";
import { type LeaseWatch, watchLeases } from "./lease-watch";
import { type FaultProxy, startProxy, through } from "./proxy";

/*
 * The run engine under faults: real worker processes with fake executors, Switchyard's database in a cluster of its own,
 * the effects in another one, and a fault proxy between the workers and their database.
 */

export interface EngineRig {
  control: ControlCluster;
  /** Switchyard's database past the proxy, for verbs and checks. */
  t: TestDb;
  /** Where the fakes count their effects. */
  effects: TestDb;
  proxy: FaultProxy;
  leases: LeaseWatch;
  /** Starts a worker process. `direct` goes past the proxy. */
  worker: (options?: RigWorker) => TestChild;
  /**
   * A worker that is up and stands still (SIGSTOP) until it gets SIGCONT: it takes over at once, however long a start
   * takes on this machine.
   */
  standby: (options?: RigWorker) => Promise<TestChild>;
  /** An approved and started run of these runbook steps. */
  started: (steps: unknown[], more?: Record<string, unknown>) => Promise<Stage>;
  /** Effects of a run, `step:direction`, in order. */
  effectsOf: (runId: string) => Promise<string[]>;
  /** Ends every worker, mends everything and checks the invariants; for the end of every case. */
  settle: () => Promise<InvariantReport>;
  close: () => Promise<void>;
}

export interface RigWorker {
  id?: string;
  crashAt?: string;
  timing?: Partial<WorkerTiming>;
  listen?: boolean;
  alarm?: boolean;
  direct?: boolean;
  nodeArgs?: readonly string[];
  /** Another program than the worker with fakes; given the same arguments. */
  program?: string;
}

/** Starts the rig. `dataDir` puts Switchyard's database elsewhere, such as on a small file system. */
export async function startEngineRig(options: { dataDir?: string; settings?: readonly string[] } = {}): Promise<EngineRig> {
  const control = await startControlCluster(options);
  const t = openTestDb(control.url);
  const effects = await testDb();
  await effects.db.pool.query(LEDGER_SQL);
  const proxy = await startProxy({ port: control.port });
  const leases = watchLeases(t.db.pool);
  const children: TestChild[] = [];
  let count = 0;
  const worker = (wanted: RigWorker = {}): TestChild => {
    count += 1;
    const given: FakeWorkerOptions = {
      ledgerUrl: effects.url,
      timing: wanted.timing ?? {},
      listen: wanted.listen ?? true,
      alarm: wanted.alarm ?? false,
    };
    const url = wanted.direct === true ? control.url : through(proxy, control.url);
    const args = [url, wanted.id ?? `worker-${count}`, wanted.crashAt ?? "-", JSON.stringify(given)];
    const child = startChild(wanted.program ?? "worker/testing/fake-worker.ts", args, {}, wanted.nodeArgs ?? []);
    children.push(child);
    return child;
  };
  return {
    control,
    t,
    effects,
    proxy,
    leases,
    worker,
    standby: async (wanted) => {
      const child = worker(wanted);
      await eventually("the worker is up", () => child.output().includes("ready"));
      child.child.kill("SIGSTOP");
      return child;
    },
    started: async (steps, more = {}) => {
      const stage = await stageRun(t, makeRunbook({ steps, ...more } as Parameters<typeof makeRunbook>[0]));
      await startStage(t, stage);
      return stage;
    },
    effectsOf: async (runId) => {
      const found = await effects.db.pool.query<{ key: string }>("SELECT step_key || ':' || direction AS key FROM fake_effect WHERE run_id = $1 ORDER BY seq", [
        runId,
      ]);
      return found.rows.map((row) => row.key);
    },
    settle: async () => {
      proxy.heal();
      const ended = children.splice(0);
      const states = ended.map((one) => `${one.child.spawnargs.at(-3)}: ${one.child.signalCode ?? one.child.exitCode ?? "running"}`);
      for (const one of ended) {
        one.child.kill("SIGCONT");
        one.child.kill("SIGKILL");
        await endOf(one);
      }
      await control.start();
      const report = await checkInvariants({ pool: t.db.pool, effects: effects.db.pool, orphaned: leases.orphaned.splice(0) });
      if (report.broken.length > 0) {
        console.log(`Workers: ${states.join(", ")}`);
        for (const one of ended) console.log(one.output().split("\n").slice(-25).join("\n"));
      }
      // A run that a failed case left behind is not driven on beside the next one.
      await t.db.pool.query("UPDATE run SET status = 'aborted', ended_at = now() WHERE ended_at IS NULL");
      await t.db.pool.query("UPDATE attempt SET outcome = 'canceled' WHERE outcome IS NULL");
      return report;
    },
    close: async () => {
      await leases.stop();
      await proxy.close();
      await t.close();
      await effects.close();
      await control.remove();
    },
  };
}

/** What a report has to be for a case without writers and pooler. */
export const HOLDS: InvariantReport = { broken: [], without: ["INV-1", "INV-2", "INV-6"] };

/** Waits for something to be true. @throws Error naming it after `ms` */
export async function eventually(what: string, is: () => boolean | Promise<boolean>, ms = 120_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
