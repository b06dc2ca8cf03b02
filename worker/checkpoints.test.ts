import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { loadCheckpoints, sendLocalJournal } from "./checkpoints";
import type { WorkerDeps } from "./deps";
import { closeDeps } from "./engine-pools";
import { claimRun, Lease } from "./lease";
import { OwnedRun } from "./owned-run";
import { callContext } from "./step-context";
import { fakeDeps } from "./testing/fake-deps";
import { fakeStep, journal, type Stage, stageRun, startStage } from "./testing/stage";

let t: TestDb;
let deps: WorkerDeps;
const dataDir = mkdtempSync(path.join(tmpdir(), "checkpoints-test-"));
const VERSIONS = { "tcp.check": 1 };

beforeAll(async () => {
  t = await testDb();
});
beforeEach(() => {
  deps = fakeDeps(t.url, { workerId: "one", dataDir });
});
afterEach(async () => {
  await closeDeps(deps);
  await t.db.pool.query("UPDATE run SET status = 'aborted'");
});
afterAll(async () => {
  await t.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function stage(): Promise<Stage> {
  const made = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "tcp.check")] }));
  await startStage(t, made);
  return made;
}

async function own(workerId = "one"): Promise<OwnedRun> {
  const claim = await claimRun({ ...deps, workerId }, VERSIONS);
  if (claim === null) throw new Error("There is no run to take.");
  const owned = new OwnedRun(deps, new Lease(deps, claim));
  await owned.reload();
  return owned;
}

const place = (owned: OwnedRun) => {
  const [step] = owned.run.steps;
  if (step === undefined) throw new Error("The run has no step.");
  return { step, direction: "apply" as const, attempt: 1, before: null, stop: new AbortController().signal };
};

async function contextOf(owned: OwnedRun) {
  const { context, done } = await callContext(owned, place(owned));
  done();
  return context;
}

const stored = async (owned: OwnedRun) => await loadCheckpoints(owned, { stepId: place(owned).step.id, direction: "apply" });

const expire = (stage: Stage) => t.db.pool.query("UPDATE run SET lease_until = now() - interval '1 s' WHERE id = $1", [stage.runId]);

describe("checkpoints of a step", () => {
  it("are durable before the step goes on, in the journal, and handed to the next owner", async () => {
    const made = await stage();
    const first = await own();
    const context = await contextOf(first);
    await context.checkpoint("paused", { poolers: 2 });
    expect(context.checkpoints.map((one) => one.phase)).toEqual(["paused"]);
    expect(await journal(t, made.runId)).toContain("step.checkpoint");
    await expire(made);
    const second = await contextOf(await own("two"));
    await second.checkpoint("resumed");
    expect(second.checkpoints.map((one) => [one.phase, one.epoch, one.facts])).toEqual([
      ["paused", 1, { poolers: 2 }],
      ["resumed", 2, {}],
    ]);
  });

  it("are refused to a worker whose lease another one has (INV-8)", async () => {
    const made = await stage();
    const stale = await own();
    const context = await contextOf(stale);
    await expire(made);
    await own("two");
    await expect(context.checkpoint("commit-target")).rejects.toThrow("lease");
    expect(await stored(stale)).toEqual([]);
    expect(deps.localJournal.waiting()).toEqual([]);
  });

  it("cannot be changed or removed", async () => {
    await stage();
    await (await contextOf(await own())).checkpoint("paused");
    await expect(t.db.pool.query("UPDATE step_checkpoint SET phase = 'x'")).rejects.toThrow("append-only");
    await expect(t.db.pool.query("DELETE FROM step_checkpoint")).rejects.toThrow("append-only");
  });

  it("that our own database could not take are told afterwards, once, in their order (R-ENG-13)", async () => {
    await stage();
    const owned = await own();
    const context = await contextOf(owned);
    await context.checkpoint("paused");
    const { pool } = deps.db;
    deps.db.pool = new pg.Pool({ host: "127.0.0.1", port: 1 });
    await expect(context.checkpoint("commit-target", { lsn: "0/1" })).rejects.toThrow("commit-target");
    await context.note("called off");
    deps.db.pool = pool;
    // The first of the two reached the database although its answer was lost.
    const [lost] = deps.localJournal.waiting();
    if (lost === undefined) throw new Error("Nothing was kept.");
    expect(await sendLocalJournal(deps)).toBe(2);
    deps.localJournal.keep(lost);
    await sendLocalJournal(deps);
    expect((await stored(owned)).map((one) => one.phase)).toEqual(["paused", "commit-target", "called off"]);
    expect(deps.localJournal.waiting()).toEqual([]);
  });

  it("of a run that is gone, or that the database refuses, keep no worker from its work", async () => {
    await stage();
    const owned = await own();
    const context = await contextOf(owned);
    const { pool } = deps.db;
    deps.db.pool = new pg.Pool({ host: "127.0.0.1", port: 1 });
    await context.note("called off");
    deps.db.pool = pool;
    const [kept] = deps.localJournal.waiting();
    if (kept === undefined) throw new Error("Nothing was kept.");
    const refused = { ...kept, id: newId(), at: "2026-01-01T00:00:00.000Z", stepId: newId() };
    // Another database under this worker: a backup from before the run, or one whose project was removed.
    deps.localJournal.keep({ ...refused, id: newId(), runId: newId() });
    deps.localJournal.keep(refused);
    expect(await sendLocalJournal(deps)).toBe(1);
    expect((await stored(owned)).map((one) => one.phase)).toEqual(["called off"]);
    expect(deps.localJournal.waiting()).toEqual([refused]);
    deps.localJournal.sent(refused.id);
  });
});

describe("R-ENG-1 the lease of a critical section", () => {
  it("is 3 s, renewed at a fifth of that, and long again afterwards", async () => {
    const made = await stage();
    const owned = await own();
    owned.lease.keep();
    const left = async () => {
      const found = await t.db.pool.query<{ ms: number }>(
        "SELECT extract(epoch FROM lease_until - clock_timestamp())::float8 * 1000 AS ms FROM run WHERE id = $1",
        [made.runId],
      );
      return found.rows[0]?.ms ?? 0;
    };
    expect(await left()).toBeGreaterThan(3_000);
    await owned.lease.critical(async () => {
      expect(await left()).toBeLessThanOrEqual(3_000);
      // Renewed on and on: the lease outlasts its first three seconds.
      for (let n = 0; n < 50 && !owned.lease.lost.signal.aborted; n++) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await left()).toBeLessThanOrEqual(3_000);
    });
    expect(owned.lease.lost.signal.aborted).toBe(false);
    expect(await left()).toBeGreaterThan(3_000);
    await owned.lease.release();
  });
});
