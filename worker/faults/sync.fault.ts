import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { leftovers, sql } from "@/lib/migration/executors/move/testing/site";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { startRun } from "@/lib/migration/start-run";
import { giveIdentities } from "@/lib/practice/identities";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook, makeWorkspace } from "@/prisma/testing/factories";
import { startChild, type TestChild } from "@/worker/testing/child";
import { at, journal, until } from "@/worker/testing/stage";
import { type FaultProxy, startProxy } from "./rig/proxy";

/* The copy of a live move under faults: workers that come and go, and a link that is too slow. Real processes throughout. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-sync-"));
let site: PracticeSite;
let proxy: FaultProxy;
let t: TestDb;
let environment: Record<string, string>;
let worker: TestChild | null = null;

beforeAll(async () => {
  [site, t] = await Promise.all([startPractice({ dir: path.join(DIR, "site"), sizeMb: 60, writesPerSecond: 20, requestsPerSecond: 1 }), testDb()]);
  await giveIdentities(site);
  // Between the two servers, not between worker and servers: what a slow network is to a subscription.
  proxy = await startProxy({ port: site.ports.source ?? 0 });
  await makeWorkspace(t.db, { allowLoopback: true });
  const data = path.join(DIR, "data");
  await publishWorkerKey(t.db, loadWorkerKey(data).publicKey);
  environment = { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: data };
});
afterEach(async () => {
  worker?.child.kill("SIGTERM");
  await worker?.ended;
  worker = null;
  proxy.heal();
});
afterAll(async () => {
  await proxy?.close();
  await site?.stop();
  await t?.close();
  rmSync(DIR, { recursive: true, force: true });
});

interface Started {
  operator: Ctx;
  runId: string;
}

async function started(values: Record<string, unknown> = {}): Promise<Started> {
  const move = { from: "source", to: "target", applicationRoles: ["app"], fromAddress: { host: proxy.host, port: proxy.port }, ...values };
  const steps = [
    { key: "move.sync", title: "Copy and follow", kind: "postgres.sync", with: move },
    { key: "look", title: "Look at it", kind: "manual", instructions: "Look." },
  ];
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
  const admin = await t.ctx("admin");
  for (const [key, found] of [["source", site.sourceMover] as const, ["target", site.targetMover] as const]) {
    if (found === null) throw new Error("The site has no database.");
    const { host, port, user, database, password } = found;
    const config = { host, port, user, database, sslmode: "disable" };
    await createConnection(admin, { project: project.slug, key, name: key, kind: "postgres", config, secret: { password } });
  }
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "fault test" });
  await requestRun(at(operator), { runId, version: 1 });
  await approveRun(at(approver), { runId, planHash });
  await t.db.prisma.workerHeartbeat.deleteMany();
  await makeHeartbeat(t.db);
  await startRun(at(operator), { runId });
  return { operator, runId };
}

const take = () => (worker = startChild("worker/testing/real-worker.ts", [], environment));

/** The server's own process that copies the largest table: another number would be another copy. */
async function copier(): Promise<{ pid: number; rows: number } | null> {
  const [row] = await sql(
    site.targetAdmin,
    "SELECT p.pid, p.tuples_processed::int AS rows FROM pg_stat_progress_copy p JOIN pg_class c ON c.oid = p.relid WHERE c.relname = 'order_events'",
  );
  return row === undefined ? null : { pid: Number(row.pid), rows: Number(row.rows) };
}

async function eventually<T>(look: () => Promise<T | null>, ms = 60_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`not seen in ${ms} ms\n${worker?.output()}`);
    await sleep(100);
  }
}

async function rolledBack({ operator, runId }: Started): Promise<void> {
  proxy.heal();
  await rollbackRun(at(operator), { runId, reason: "end of the test" });
  await until(t, runId, (run) => run.status === "rolled-back", 120_000);
  expect([await leftovers(site.sourceAdmin), await leftovers(site.targetAdmin)]).toEqual([[], []]);
}

describe("the copy of a live move under faults", () => {
  it("F-ENG-11: workers killed ten times and stopped ten times during the copy never make it begin again", async () => {
    const run = await started();
    take();
    proxy.set({ bytesPerSecond: 120_000 });
    const first = await eventually(copier, 120_000);
    let rows = first.rows;
    for (let round = 0; round < 20; round++) {
      worker?.child.kill(round % 2 === 0 ? "SIGKILL" : "SIGTERM");
      await worker?.ended;
      take();
      // The new worker has the run when it has looked at it under its own lease.
      const { epoch } = await loadRun(t.db.pool, run.runId);
      await until(t, run.runId, (seen) => seen.epoch > epoch || seen.leaseOwner !== null, 30_000);
      const now = await copier();
      expect(now?.pid, `round ${round}`).toBe(first.pid);
      expect(now?.rows ?? 0).toBeGreaterThanOrEqual(rows);
      rows = now?.rows ?? rows;
    }
    proxy.heal();
    await until(t, run.runId, (seen) => seen.steps[1]?.waitingFor === "human", 180_000);
    expect(await sql(site.targetAdmin, "SELECT apply_error_count::int AS a, sync_error_count::int AS s FROM pg_stat_subscription_stats")).toEqual([
      { a: 0, s: 0 },
    ]);
    expect(await sql(site.target, "SELECT md5(string_agg(o::text, '|' ORDER BY id)) AS h FROM order_events o")).toEqual(
      await sql(site.source, "SELECT md5(string_agg(o::text, '|' ORDER BY id)) AS h FROM order_events o"),
    );
    expect(await journal(t, run.runId)).not.toContain("run.needs-attention");
    await rolledBack(run);
  }, 900_000);

  it("F-PG-15, R-PG-9: a link too slow for the writes is lag in bytes and seconds, and the WAL kept for it holds the run", async () => {
    const run = await started({ walLimitBytes: 8_000_000 });
    take();
    await until(t, run.runId, (seen) => seen.steps[1]?.waitingFor === "human", 240_000);
    expect((await loadRun(t.db.pool, run.runId)).meters[0]?.watch.breach ?? null).toBeNull();
    proxy.set({ bytesPerSecond: 2_000 });
    // Many small transactions: of a large one, the follower confirms the WAL before its commit long before its rows are there.
    await sql(
      site.source,
      `DO $$ BEGIN FOR i IN 1..600 LOOP
         INSERT INTO order_events (order_id, kind, payload, at) SELECT 1, 1, repeat(md5((i * 100 + j)::text), 28), now() FROM generate_series(1, 20) AS j;
         COMMIT;
       END LOOP; END $$`,
    );
    const held = await until(t, run.runId, (seen) => seen.status === "paused", 60_000);
    expect(held.desiredReason).toContain("WAL kept for the move has passed the limit");
    const far = (lag: { bytes: number; seconds: number | null } | null | undefined) => (lag?.bytes ?? 0) > 1_000_000 && (lag?.seconds ?? 0) > 3;
    const behind = await until(t, run.runId, (seen) => far(seen.meters[0]?.watch.lag), 60_000);
    expect(behind.meters[0]?.watch.back).toBe("lossless");
    proxy.heal();
    await until(t, run.runId, (seen) => seen.meters[0]?.watch.lag?.seconds === 0, 120_000);
    await rolledBack(run);
  }, 600_000);
});
