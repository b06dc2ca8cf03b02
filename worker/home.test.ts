import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { approveRun } from "@/lib/migration/approve-run";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import { adoptDatabase } from "@/lib/service/home-database";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { fakeDeps } from "./testing/fake-deps";
import { at, effects, fakeStep, stageRun, startStage, until } from "./testing/stage";
import { startWorker } from "./worker";

let t: TestDb;
beforeAll(async () => {
  t = await testDb();
  await t.db.pool.query("INSERT INTO workspace (id, name, currency, time_zone, home_database) VALUES ($1, 'W', 'USD', 'UTC', NULL)", [newId()]);
});
afterAll(() => t.close());

const document = () => makeRunbook({ steps: [fakeStep("check", "http.check")], observation: "0s" });

describe("S-21 a copy of the control database", () => {
  it("carries out no run, also none that was under way, until an admin says that it is the installation", async () => {
    const stage = await stageRun(t, document());
    await startStage(t, stage);
    const waiting = await stageRun(t, document());
    await requestRun(at(waiting.operator), { runId: waiting.runId, version: 1 });
    // As restored from a backup: the row says where the backup was made.
    await t.db.pool.query("UPDATE workspace SET home_database = '1:2:3'");
    const said: string[] = [];
    const deps = fakeDeps(t.url, { workerId: "of-the-copy", timing: { tickMs: 50, pollMs: 50, preflightMs: 50 } });
    const worker = await startWorker({ ...deps, log: { ...deps.log, error: (_facts, message) => said.push(message) } }, { listenUrl: t.url });
    try {
      await sleep(1_500);
      const run = await loadRun(t.db.pool, stage.runId);
      expect([run.status, run.epoch, run.leaseOwner, run.steps[0]?.status]).toEqual(["running", 0, null, "pending"]);
      expect((await loadRun(t.db.pool, waiting.runId)).preflightAt).toBeNull();
      expect(await effects(t, stage.runId)).toEqual([]);
      expect(said.filter((line) => line.startsWith("This database is a copy"))).toHaveLength(1);
      const asked = await loadRun(t.db.pool, waiting.runId);
      await approveRun(at(waiting.approver), { runId: waiting.runId, planHash: asked.planHash });
      const approved = await loadRun(t.db.pool, waiting.runId);
      await expect(startRun(at(waiting.operator), { runId: waiting.runId, version: approved.version })).rejects.toThrow("This database is a copy");

      await adoptDatabase(at(await t.ctx("admin")));
      await until(t, stage.runId, (one) => one.status === "succeeded");
    } finally {
      await worker.stop();
    }
  });
});
