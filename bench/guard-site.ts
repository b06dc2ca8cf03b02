import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { newId } from "@/lib/core/ids";
import { firstRow } from "@/lib/db/transaction";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startRun } from "@/lib/migration/start-run";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx, UserActor } from "@/lib/service/context";
import { makeUser, makeWorkspace } from "@/prisma/testing/factories";
import { makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import type { Database, World } from "./world";

/* A practice site under request load with the real worker process, for benchmarks of guards and of takeovers. */

export const REQUESTS_PER_SECOND = 100;
/** Longest wait for anything a run is waited for. */
const LIMIT_MS = 120_000;

/** A guard of the fast tier. */
export const FAST = {
  key: "failed",
  title: "Failed requests",
  source: { type: "haproxy", connection: "lb", backend: "app", server: "new" },
  op: ">",
  value: 5,
  unit: "%",
};

/** A step that moves all traffic at once and stays there as long as it is told. */
export const shift = (hold: string) => ({
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { connection: "lb", backend: "app", oldServer: "old", newServer: "new", stages: [{ percent: 100, hold }] },
});

export interface GuardSite {
  site: PracticeSite;
  database: Database;
  /** Makes, requests, approves and starts a run that moves all traffic, and waits until all its guards are armed and quiet. */
  begin: (guards: unknown[], steps: unknown[], observation: string) => Promise<string>;
  until: (runId: string, is: (run: RunSnapshot) => boolean, ms?: number) => Promise<RunSnapshot>;
  person: (role: "operator" | "approver" | "admin") => Promise<Ctx & { actor: UserActor }>;
  /** Starts another worker and resolves when it is heard of. */
  standBy: () => Promise<void>;
  /** Kills the oldest worker with SIGKILL; the milliseconds since 1970 when that was done. */
  killOldest: () => number;
  end: () => Promise<void>;
}

export async function openGuardSite(world: World): Promise<GuardSite> {
  const database = await world.database();
  const { db } = database;
  const data = path.join(world.folder, "guards-data");
  await makeWorkspace(db, { allowLoopback: true });
  await publishWorkerKey(db, loadWorkerKey(data).publicKey);
  const site = await startPractice({ dir: path.join(world.folder, "guards"), sizeMb: 1, writesPerSecond: 0, requestsPerSecond: REQUESTS_PER_SECOND });
  const workers: TestChild[] = [];
  const addWorker = () => workers.push(startChild("worker/main.ts", [], { DATABASE_URL: database.url, SWITCHYARD_DATA_DIR: data }));
  addWorker();

  async function person(role: "operator" | "approver" | "admin"): Promise<Ctx & { actor: UserActor }> {
    const now = new Date();
    const user = await makeUser(db, { role });
    const sessionId = newId();
    await db.prisma.browserSession.create({
      data: { id: sessionId, userId: user.id, lastSeenAt: now, expiresAt: new Date(now.getTime() + 43_200_000), stepUpAt: now },
    });
    return { actor: { kind: "user", userId: user.id, name: user.name, email: user.email, role, sessionId, provenAt: now }, db, now };
  }

  async function until(runId: string, is: (run: RunSnapshot) => boolean, ms = LIMIT_MS): Promise<RunSnapshot> {
    const end = performance.now() + ms;
    for (;;) {
      const run = await loadRun(db.pool, runId);
      if (is(run)) return run;
      if (performance.now() > end) {
        const guards = run.guards.map((guard) => `${guard.spec.key} ${guard.state}`).join(", ");
        throw new Error(`The run is ${run.status} after ${ms} ms; ${guards}; ${run.desiredReason ?? ""} ${workers.map((worker) => worker.output()).join(" ")}`);
      }
      await sleep(50);
    }
  }

  async function begin(guards: unknown[], steps: unknown[], observation: string): Promise<string> {
    const { project, migration } = await makeMigration(db, makeRunbook({ steps, guards, observation }));
    const admin = await person("admin");
    const add = (key: string, kind: string, config: object) => createConnection(admin, { project: project.slug, key, name: key, kind, config, secret: {} });
    await add("lb", "haproxy", { address: site.haproxy?.address ?? "" });
    await add("metrics", "prometheus", { url: site.urls.prometheus ?? "" });
    const [operator, approver] = [await person("operator"), await person("approver")];
    const run = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "benchmark" });
    await requestRun({ ...operator, now: new Date() }, { runId: run.id, version: 1 });
    await approveRun({ ...approver, now: new Date() }, { runId: run.id, planHash: run.planHash });
    const { version } = await until(run.id, (one) => one.preflightAt !== null);
    await startRun({ ...operator, now: new Date() }, { runId: run.id, version });
    await until(run.id, (one) => one.trafficPercent === 100 && one.guards.every((guard) => guard.state === "armed" && guard.lastVerdict === "ok"));
    return run.id;
  }

  async function standBy(): Promise<void> {
    addWorker();
    const pid = workers.at(-1)?.child.pid;
    const end = performance.now() + LIMIT_MS;
    while ((await firstRow(db.pool, "SELECT 1 FROM worker_heartbeat WHERE pid = $1", [pid])) === null) {
      if (performance.now() > end) throw new Error(`The second worker was not heard of: ${workers.at(-1)?.output()}`);
      await sleep(50);
    }
  }

  function killOldest(): number {
    workers.shift()?.child.kill("SIGKILL");
    return Date.now();
  }

  async function end(): Promise<void> {
    for (const worker of workers) worker.child.kill("SIGTERM");
    await Promise.all(workers.map((worker) => endOf(worker, 30_000))).finally(() => site.stop());
  }

  return { site, database, begin, until, person, standBy, killOldest, end };
}
