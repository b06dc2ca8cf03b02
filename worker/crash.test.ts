import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook, makeWorkspace } from "@/prisma/testing/factories";
import { closeDeps } from "./engine-pools";
import { claimRun, Lease } from "./lease";
import { OwnedRun } from "./owned-run";
import { recover } from "./recover";
import { endOf, startChild, type TestChild } from "./testing/child";
import { fakeDeps } from "./testing/fake-deps";
import { at, effects, fakeShift, fakeStep, journal, pushSample, type Stage, stageMetric, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

const POINTS = ["before-intent", "after-intent", "after-effect", "before-outcome"] as const;
const FAST = { leaseMs: 1_500, renewMs: 300, tickMs: 50, pollMs: 100, graceMs: 2_000 };

let t: TestDb;
let survivor: RunningWorker | null = null;
const children: TestChild[] = [];

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  await survivor?.stop();
  survivor = null;
  for (const child of children.splice(0)) {
    child.child.kill("SIGKILL");
    await child.ended;
  }
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
});
afterAll(async () => {
  await t.close();
});

function child(crashAt?: string): TestChild {
  const started = startChild("worker/testing/fake-worker.ts", [t.url, `child-${children.length}`, ...(crashAt === undefined ? [] : [crashAt])]);
  children.push(started);
  return started;
}

async function takeOver(more: { ledgerUrl?: string } = {}): Promise<void> {
  survivor = await startWorker(fakeDeps(t.url, { workerId: "survivor", timing: FAST, ...more }), { listenUrl: t.url });
}

/** Every attempt has its intent before and its outcome after; nothing stays open (INV-3). */
async function expectSettled(stage: Stage): Promise<void> {
  await journal(t, stage.runId);
  expect(await t.db.prisma.attempt.count({ where: { runId: stage.runId, outcome: null } })).toBe(0);
}

const KINDS = [
  ["D", "traffic.set"],
  ["C", "sql.check"],
  ["J", "postgres.copy"],
  ["M", "tcp.check"],
] as const;

describe("F-ENG-1 kill -9 at every point, forwards", () => {
  for (const [idempotency, kind] of KINDS) {
    it.each(POINTS)(`class ${idempotency} (${kind}): %s leaves exactly one effect`, async (point) => {
      const step = kind === "traffic.set" ? fakeShift("it", [100]) : fakeStep("it", kind);
      const stage = await stageRun(t, makeRunbook({ steps: [step, fakeStep("after", "http.check")] }));
      await startStage(t, stage);
      expect(await endOf(child(`${kind}:${point}`))).toBe("SIGKILL");
      await takeOver();
      const run = await until(t, stage.runId, (one) => one.status === "succeeded");
      expect((await effects(t, stage.runId)).filter((effect) => effect.startsWith("it"))).toHaveLength(1);
      expect(run.epoch).toBeGreaterThanOrEqual(2);
      await expectSettled(stage);
    });
  }

  it.each(POINTS)("class P (http.check): %s is simply run again", async (point) => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "http.check")] }));
    await startStage(t, stage);
    expect(await endOf(child(`http.check:${point}`))).toBe("SIGKILL");
    await takeOver();
    await until(t, stage.runId, (one) => one.status === "succeeded");
    await expectSettled(stage);
  });

  it.each(POINTS)("class X (notify): %s is never repeated without a person", async (point) => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "notify")] }));
    await startStage(t, stage);
    expect(await endOf(child(`notify:${point}`))).toBe("SIGKILL");
    await takeOver();
    if (point !== "before-intent") {
      await until(t, stage.runId, (one) => one.status === "needs-attention");
      expect(await effects(t, stage.runId)).toHaveLength(point === "after-intent" ? 0 : 1);
      await confirmStep(at(stage.operator), { runId: stage.runId, step: "it", reason: "the receiver has it" });
    }
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect((await effects(t, stage.runId)).length).toBeLessThanOrEqual(1);
    await expectSettled(stage);
  });

  it.each(POINTS)("a manual step: %s loses no question to the person", async (point) => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "manual")] }));
    await startStage(t, stage);
    expect(await endOf(child(`manual:${point}`))).toBe("SIGKILL");
    await takeOver();
    await until(t, stage.runId, (one) => one.steps[0]?.waitingFor === "human");
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "it" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    await expectSettled(stage);
  });
});

describe("F-ENG-1 kill -9 at every point, backwards", () => {
  it.each(POINTS)("undo of a copy: %s leaves exactly one undo", async (point) => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "postgres.copy"), fakeStep("hand", "manual")] }));
    await startStage(t, stage);
    const dying = child(`postgres.copy/undo:${point}`);
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "back" });
    expect(await endOf(dying)).toBe("SIGKILL");
    await takeOver();
    await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(await effects(t, stage.runId)).toEqual(["it:apply", "it:undo"]);
    await expectSettled(stage);
  });
});

describe("F-ENG-3 claims", () => {
  it("gives one run to one worker when ten ask at once, with a new epoch each time", async () => {
    const stage = await stageRun(t, makeRunbook());
    await startStage(t, stage);
    const deps = fakeDeps(t.url, { workerId: "racer", timing: FAST });
    const epochs: number[] = [];
    for (let round = 0; round < 20; round++) {
      const claims = await Promise.all(Array.from({ length: 10 }, (_, index) => claimRun({ ...deps, workerId: `racer-${index}` }, { manual: 1 })));
      const won = claims.filter((claim) => claim !== null);
      expect(won).toHaveLength(1);
      epochs.push(won[0]?.epoch ?? 0);
      await t.db.pool.query("UPDATE run SET lease_until = now() - interval '1 s' WHERE id = $1", [stage.runId]);
    }
    expect(new Set(epochs).size).toBe(20);
    await closeDeps(deps);
  });

  it("R-ENG-12 leaves a run alone whose executors have another version", async () => {
    const stage = await stageRun(t, makeRunbook());
    await startStage(t, stage);
    const deps = fakeDeps(t.url, { workerId: "old", timing: FAST });
    expect(await claimRun(deps, { manual: 2 })).toBeNull();
    expect(await claimRun(deps, { "http.check": 1 })).toBeNull();
    await closeDeps(deps);
  });

  it("a question to a person is not taken for a lost intent by a worker whose picture is old", async () => {
    const stage = await stageRun(t, makeRunbook());
    await startStage(t, stage);
    const deps = fakeDeps(t.url, { workerId: "old-picture", timing: { ...FAST, leaseMs: 20_000 } });
    const claim = await claimRun(deps, { manual: 1 });
    if (claim === null) throw new Error("not claimed");
    const owned = new OwnedRun(deps, new Lease(deps, claim));
    const step = (await owned.reload()).steps[0];
    const values = [newId(), stage.runId, step?.id, claim.epoch];
    await t.db.pool.query(
      "INSERT INTO attempt (id, run_id, step_id, number, direction, epoch, effect_key, intent, before, intent_at) VALUES ($1,$2,$3,1,'apply',$4,'k','{}','{}',now())",
      values,
    );
    await t.db.pool.query("UPDATE run_step SET status = 'running', started_at = now() WHERE id = $1", [step?.id]);
    await owned.reload();
    await t.db.pool.query("UPDATE run_step SET status = 'waiting', waiting_for = 'human' WHERE id = $1", [step?.id]);
    await t.db.pool.query("UPDATE run SET version = version + 1 WHERE id = $1", [stage.runId]);
    await recover(owned, step?.id ?? "", "apply", { signal: new AbortController().signal, cause: () => null });
    expect((await loadRun(t.db.pool, stage.runId)).steps[0]).toMatchObject({ status: "waiting", waitingFor: "human", open: { number: 1 } });
    await closeDeps(deps);
  });

  it("R-ENG-10 asks people after five lost workers without progress", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "postgres.copy")] }));
    await startStage(t, stage);
    await t.db.pool.query("UPDATE run SET takeovers = 5 WHERE id = $1", [stage.runId]);
    await takeOver();
    await until(t, stage.runId, (one) => one.status === "needs-attention");
    expect(await effects(t, stage.runId)).toEqual([]);
    await resumeRun(at(stage.operator), { runId: stage.runId });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["it:apply"]);
  });
});

describe("F-GRD-8 kill -9 while a guard trips", () => {
  it("the next worker trips it again: one trip, one rollback", async () => {
    const guard = { key: "errors", title: "Errors", source: { type: "metric", metric: "errors" }, op: ">", value: 5, samples: 2 };
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("it", [25]), fakeStep("hand", "manual")], guards: [guard] }));
    await stageMetric(t, stage.projectId, "errors");
    let value = 1;
    const feeder = setInterval(() => void pushSample(t, stage.projectId, "errors", value).catch(() => undefined), 150);
    await startStage(t, stage);
    const dying = child("*:guard-trip");
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    value = 50;
    expect(await endOf(dying)).toBe("SIGKILL");
    await takeOver();
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    clearInterval(feeder);
    expect(run.autoRollbacks).toBe(1);
    expect((await journal(t, stage.runId)).filter((type) => type === "guard.tripped")).toHaveLength(1);
    expect(await effects(t, stage.runId)).toEqual(["it.25:apply", "it.25:undo"]);
    await expectSettled(stage);
  });
});

describe("F-ENG-4 the control database", () => {
  it("cuts every connection of the worker again and again: the run ends, each effect is there once", async () => {
    const step = (key: string, kind: string) => fakeStep(key, kind);
    const stage = await stageRun(
      t,
      makeRunbook({ steps: [step("a", "postgres.copy"), step("b", "sql.check"), fakeShift("c", [10, 50, 100]), step("d", "tcp.check")] }),
    );
    await startStage(t, stage);
    // Effects go out through connections of their own: what is cut is the worker's, not the outside system.
    await takeOver({ ledgerUrl: t.url });
    const cutter = setInterval(() => {
      t.db.pool
        .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'switchyard-worker:survivor' AND random() < 0.5")
        .catch(() => undefined);
    }, 120);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    clearInterval(cutter);
    const run = await until(t, stage.runId, (one) => one.status === "succeeded" || one.status === "paused" || one.status === "needs-attention");
    expect(run.status, run.steps.map((one) => `${one.key} ${one.status} ${one.message}`).join("; ")).toBe("succeeded");
    expect(await effects(t, stage.runId)).toEqual(["a:apply", "b:apply", "c.10:apply", "c.50:apply", "c.100:apply", "d:apply"]);
    await expectSettled(stage);
  });
});

describe("F-ENG-2, F-ENG-11 stopping", () => {
  it("F-ENG-2 a worker that slept through its lease writes nothing any more", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("nap", "wait", { with: { for: "6s" } }), fakeStep("it", "postgres.copy")] }));
    await startStage(t, stage);
    const sleeper = child();
    await until(t, stage.runId, (one) => one.steps[0]?.status === "running");
    sleeper.child.kill("SIGSTOP");
    await takeOver();
    await until(t, stage.runId, (one) => one.leaseOwner === "survivor");
    sleeper.child.kill("SIGCONT");
    const run = await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["it:apply"]);
    const late = await t.db.prisma.journalEvent.count({ where: { runId: stage.runId, epoch: { lt: run.epoch }, type: "step.started", stepKey: "it" } });
    expect(late).toBe(0);
    await expectSettled(stage);
  });

  it("F-ENG-11 SIGTERM releases the lease at once and ends with code 0; the waiting question stays", async () => {
    const stage = await stageRun(t, makeRunbook());
    await startStage(t, stage);
    const first = child();
    await until(t, stage.runId, (one) => one.steps[0]?.waitingFor === "human");
    first.child.kill("SIGTERM");
    expect(await endOf(first, 10_000)).toBe(0);
    const parked = await loadRun(t.db.pool, stage.runId);
    expect([parked.leaseOwner, parked.steps[0]?.waitingFor, parked.takeovers]).toEqual([null, "human", 0]);
    await takeOver();
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "do-it" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
  });

  it("the real worker process starts, shows itself, makes its key and ends on SIGTERM", async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), "switchyard-worker-"));
    await makeWorkspace(t.db);
    const real = startChild("worker/main.ts", [], { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: dataDir, LOG_LEVEL: "info" });
    children.push(real);
    const end = Date.now() + 30_000;
    while (Date.now() < end && (await t.db.prisma.workspace.findFirst())?.workerPublicKey == null) await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await t.db.prisma.workspace.findFirstOrThrow()).workerPublicKey, real.output()).not.toBeNull();
    expect(await t.db.prisma.workerHeartbeat.count({ where: { pid: real.child.pid ?? 0 } })).toBe(1);
    expect(statSync(path.join(dataDir, "worker-key.pem")).mode & 0o777).toBe(0o600);
    real.child.kill("SIGTERM");
    expect(await endOf(real, 12_000), real.output()).toBe(0);
    expect(await t.db.prisma.workerHeartbeat.count({ where: { pid: real.child.pid ?? 0 } })).toBe(0);
    rmSync(dataDir, { recursive: true });
  });
});
