import os from "node:os";
import pg from "pg";
import { setFault } from "./control";
import { isRunning, signal } from "./processes";
import type { PracticeDescription, PracticeProcess } from "./types";

/* Faults of a game day in the servers of the practice site. Each returns how to take it away again. */

export type Heal = () => Promise<void>;

function processOf(site: PracticeDescription, name: string): PracticeProcess {
  const found = site.processes.find((entry) => entry.name === name);
  if (found === undefined || !isRunning(found)) throw new Error(`The practice site runs without ${name}.`);
  return found;
}

/** Half of the answers of the new side are errors. */
export async function plantErrors(site: PracticeDescription): Promise<Heal> {
  await setFault(site, "new", { errorRate: 0.5 });
  return () => setFault(site, "new", {});
}

/** Answers of the new side take two seconds longer. */
export async function plantLatency(site: PracticeDescription): Promise<Heal> {
  await setFault(site, "new", { latencyMs: 2_000 });
  return () => setFault(site, "new", {});
}

/** Prometheus stands still: questions to it get no answer. */
export async function stopMetrics(site: PracticeDescription): Promise<Heal> {
  const prometheus = processOf(site, "prometheus");
  if (!signal(prometheus, "SIGSTOP")) throw new Error("Prometheus could not be stopped.");
  return async () => {
    signal(prometheus, "SIGCONT");
  };
}

/** The target stops following the source: the processes that apply changes stand still. @throws Error where nothing is applied */
export async function stopFollowing(site: PracticeDescription): Promise<Heal> {
  const { targetAdmin } = site;
  if (targetAdmin === null) throw new Error("The practice site runs without PostgreSQL.");
  const client = new pg.Client({ connectionString: targetAdmin.dsn });
  await client.connect();
  const found = await client.query<{ pid: number }>("SELECT pid FROM pg_stat_subscription WHERE pid IS NOT NULL").finally(() => client.end());
  if (found.rows.length === 0) throw new Error("Nothing is replicated to the target now: plant this fault while a database move follows its source.");
  for (const { pid } of found.rows) process.kill(pid, "SIGSTOP");
  return async () => {
    for (const { pid } of found.rows) {
      try {
        process.kill(pid, "SIGCONT");
      } catch {
        // It has ended meanwhile: nothing stands still any more.
      }
    }
  };
}

/** Kills a worker of this machine at once. @throws Error for one of another machine */
export function killWorker(worker: { host: string; pid: number }): void {
  if (worker.host !== os.hostname()) throw new Error(`The worker runs on ${worker.host}: kill it there.`);
  process.kill(worker.pid, "SIGKILL");
}
