import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { skipStep } from "@/lib/migration/skip-step";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { fakeDeps } from "./testing/fake-deps";
import { at, effects, fakeShift, fakeStep, journal, pushSample, type Stage, script, stageMetric, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

let t: TestDb;
let worker: RunningWorker | null = null;

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
  // Runs left over would be taken by the worker of the next test.
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
  await t.db.pool.query("DELETE FROM fake_plan");
});
afterAll(async () => {
  await t.close();
});

async function go(document: ReturnType<typeof makeRunbook>, values: Parameters<typeof stageRun>[2] = {}): Promise<Stage> {
  const stage = await stageRun(t, document, values);
  await startStage(t, stage);
  worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }), { listenUrl: t.url });
  return stage;
}

const guardOn = (metric: string, more: Record<string, unknown> = {}) => ({
  key: "errors",
  title: "Error rate",
  source: { type: "metric", metric },
  op: ">",
  value: 5,
  unit: "%",
  samples: 2,
  noDataFor: "5s",
  ...more,
});

/** Sends a sample every 150 ms until stopped; the value may change meanwhile. */
function feed(projectId: string, metric: string, value: number) {
  const state = { value };
  const timer = setInterval(() => void pushSample(t, projectId, metric, state.value).catch(() => undefined), 150);
  return { set: (next: number) => (state.value = next), stop: () => clearInterval(timer) };
}

describe("worker: forwards", () => {
  it("carries a live run to its end, moves the project and writes the journal without gaps", async () => {
    const stage = await go(makeRunbook({ steps: [fakeStep("copy", "postgres.copy"), fakeStep("check", "http.check"), fakeShift("shift", [10, 100])] }));
    const run = await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply", "check:apply", "shift.10:apply", "shift.100:apply"]);
    expect(run.trafficPercent).toBe(100);
    const types = await journal(t, stage.runId);
    expect(types.slice(0, 7)).toEqual(["run.created", "gate.opened", "approval.given", "gate.approved", "run.started", "preflight.passed", "step.started"]);
    expect(types.at(-1)).toBe("run.succeeded");
    expect((await t.db.prisma.project.findUniqueOrThrow({ where: { id: stage.projectId } })).currentStackId).toBe(stage.targetStackId);
    const open = await t.db.prisma.attempt.count({ where: { runId: stage.runId, outcome: null } });
    expect(open).toBe(0);
  });

  it("leaves the project where it is after a rehearsal and observes at most 30 s", async () => {
    const stage = await go(makeRunbook({ steps: [fakeStep("check", "http.check")], observation: "24h" }), { mode: "rehearsal" });
    const run = await until(t, stage.runId, (one) => one.status === "observing");
    expect(run.plan.observationMs).toBe(30_000);
    await t.db.pool.query("UPDATE run SET observe_until = now(), version = version + 1 WHERE id = $1", [stage.runId]);
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect((await t.db.prisma.project.findUniqueOrThrow({ where: { id: stage.projectId } })).currentStackId).not.toBe(stage.targetStackId);
  });

  it("waits for a person and for a checklist with every item ticked", async () => {
    const stage = await go(makeRunbook({ steps: [fakeStep("hand", "manual"), fakeStep("list", "checklist", { with: { items: ["a", "b"] } })] }));
    await until(t, stage.runId, (one) => one.steps[0]?.waitingFor === "human");
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "hand" });
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await expect(confirmStep(at(stage.operator), { runId: stage.runId, step: "list", items: [0] })).rejects.toMatchObject({ kind: "refused" });
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "list", items: [0, 1] });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    await journal(t, stage.runId);
  });

  it("tries again what could not tell, never what said no (failed is not errored)", async () => {
    await t.db.pool.query("SELECT 1");
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("flaky", "sql.check"), fakeStep("no", "http.check")] }));
    await script(t, "flaky", { apply: [{ type: "errored", reason: "timeout" }, { type: "done" }] });
    await script(t, "no", { apply: [{ type: "failed", reason: "answered 500" }] });
    await startStage(t, stage);
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }));
    const run = await until(t, stage.runId, (one) => one.status === "paused");
    expect(run.steps.map((step) => [step.status, step.tries])).toEqual([
      ["succeeded", 1],
      ["failed", 1],
    ]);
    await script(t, "no", { apply: [{ type: "done" }] });
    await expect(resumeRun(at(stage.operator), { runId: stage.runId })).rejects.toMatchObject({ kind: "refused" });
    await retryStep(at(stage.operator), { runId: stage.runId, step: "no" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
  });

  it("skips a failed step only with a reason", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("no", "http.check")] }));
    await script(t, "no", { apply: [{ type: "failed", reason: "answered 500" }] });
    await startStage(t, stage);
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }));
    await until(t, stage.runId, (one) => one.status === "paused");
    await expect(skipStep(at(stage.operator), { runId: stage.runId, step: "no" })).rejects.toMatchObject({ kind: "refused" });
    await skipStep(at(stage.operator), { runId: stage.runId, step: "no", reason: "known" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
  });

  it("refuses the start when the preflight blocks, and says why", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("check", "http.check")] }));
    await startStage(t, stage);
    await script(t, "check", { preflight: [{ type: "done" }] });
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }));
    const run = await until(t, stage.runId, (one) => one.status === "approved");
    expect(run.startedAt).toBeNull();
    expect(run.preflight?.filter((check) => check.level === "block")).toHaveLength(1);
    expect(await journal(t, stage.runId)).toContain("start.refused");
    expect(await effects(t, stage.runId)).toEqual([]);
  });
});

describe("worker: wishes", () => {
  it("pauses within a second, finishes what was begun and goes on after resume (F-ENG-17)", async () => {
    const stage = await go(makeRunbook({ steps: [fakeStep("pause-here", "wait", { with: { for: "3s" } }), fakeStep("check", "http.check")] }));
    await until(t, stage.runId, (one) => one.steps[0]?.status === "running");
    const asked = Date.now();
    await pauseRun(at(stage.operator), { runId: stage.runId });
    const paused = await until(t, stage.runId, (one) => one.status === "paused");
    expect(Date.now() - asked).toBeLessThan(1_500);
    expect(paused.steps[1]?.status).toBe("pending");
    await resumeRun(at(stage.operator), { runId: stage.runId });
    await until(t, stage.runId, (one) => one.status === "succeeded");
  });

  it("breaks off a call that hangs when a person aborts (F-ENG-17)", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("stuck", "postgres.copy")] }));
    await script(t, "stuck", { apply: ["hang"] });
    await startStage(t, stage);
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }), { listenUrl: t.url });
    await until(t, stage.runId, (one) => one.steps[0]?.open !== null);
    await abortRun(at(stage.operator), { runId: stage.runId, reason: "enough" });
    const run = await until(t, stage.runId, (one) => one.status === "aborted", 5_000);
    expect(run.endReason).toBe("enough");
    expect(await t.db.prisma.attempt.findMany({ where: { runId: stage.runId } })).toMatchObject([{ outcome: "canceled" }]);
  });

  it("rolls back what was done in reverse order and leaves what people did", async () => {
    const stage = await go(
      makeRunbook({ steps: [fakeStep("copy", "postgres.copy"), fakeStep("hand", "manual"), fakeShift("shift", [10, 50]), fakeStep("stop", "manual")] }),
    );
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "hand" });
    await until(t, stage.runId, (one) => one.steps[4]?.waitingFor === "human");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "second thoughts" });
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect((await effects(t, stage.runId)).slice(3)).toEqual(["shift.50:undo", "shift.10:undo", "copy:undo"]);
    expect(run.trafficPercent).toBe(0);
    await journal(t, stage.runId);
  });

  it("asks for approval before the point of no return and before undoing past it", async () => {
    const stage = await go(makeRunbook({ steps: [fakeStep("drop", "sql.check", { pointOfNoReturn: true }), fakeStep("hand", "manual")] }));
    const waiting = await until(t, stage.runId, (one) => one.steps[0]?.waitingFor === "approval");
    expect(await effects(t, stage.runId)).toEqual([]);
    await expect(skipStep(at(stage.operator), { runId: stage.runId, step: "drop", reason: "hurry" })).rejects.toMatchObject({
      kind: "refused",
    });
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: waiting.planHash });
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "bad data" });
    const asked = await loadRun(t.db.pool, stage.runId);
    expect([asked.status, asked.desired, asked.gates.at(-1)?.gate]).toEqual(["running", "go", "rollback"]);
    await expect(rollbackRun(at(stage.operator), { runId: stage.runId })).rejects.toMatchObject({ kind: "refused" });
    // Nobody answered in time: it may be asked again.
    await t.db.pool.query("UPDATE approval_gate SET expires_at = now() - interval '1 s' WHERE run_id = $1 AND gate = 'rollback'", [stage.runId]);
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "still bad" });
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: asked.planHash, gate: "rollback" });
    await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(await effects(t, stage.runId)).toEqual(["drop:apply", "drop:undo"]);
  });
});

describe("worker: guards", () => {
  it("F-GRD-1 rolls back by itself and says which guard, value, limit and when", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("shift", [25, 100], "20s")], guards: [guardOn("error_rate")], observation: "1m" }));
    await stageMetric(t, stage.projectId, "error_rate");
    const source = feed(stage.projectId, "error_rate", 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await startStage(t, stage);
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }), { listenUrl: t.url });
    await until(t, stage.runId, (one) => one.guards[0]?.state === "armed");
    const bad = Date.now();
    source.set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    source.stop();
    expect(Date.now() - bad).toBeLessThan(8_000);
    expect([run.autoRollbacks, run.trafficPercent, run.guards[0]?.state]).toEqual([1, 0, "tripped"]);
    const trips = await t.db.prisma.journalEvent.findMany({ where: { runId: stage.runId, type: "guard.tripped" } });
    expect(trips).toHaveLength(1);
    expect(trips[0]?.data).toMatchObject({ guard: "errors", value: 50, op: ">", limit: 5, cause: "breach", action: "rollback" });
    expect(await effects(t, stage.runId)).toEqual(["shift.25:apply", "shift.25:undo"]);
  });

  it("F-GRD-5 rolls back while an approval is being waited for, and while paused", async () => {
    for (const paused of [false, true]) {
      const stage = await stageRun(
        t,
        makeRunbook({ steps: [fakeShift("shift", [25]), fakeStep("ok", "approval"), fakeStep("end", "manual")], guards: [guardOn("error_rate")] }),
      );
      await stageMetric(t, stage.projectId, "error_rate");
      const source = feed(stage.projectId, "error_rate", 1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await startStage(t, stage);
      worker ??= await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }), { listenUrl: t.url });
      await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "approval" && one.guards[0]?.state === "armed");
      if (paused) await pauseRun(at(stage.operator), { runId: stage.runId });
      if (paused) await until(t, stage.runId, (one) => one.status === "paused");
      source.set(50);
      const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
      source.stop();
      expect(run.gates.map((gate) => gate.status)).toEqual(["approved", "void"]);
      await journal(t, stage.runId);
    }
  });

  it("F-GRD-3 holds without data: no promotion and no false rollback", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("shift", [25, 100])], guards: [guardOn("error_rate", { noDataFor: "1s" })] }));
    await stageMetric(t, stage.projectId, "error_rate");
    await pushSample(t, stage.projectId, "error_rate", 1);
    await startStage(t, stage);
    worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 100, pollMs: 200 } }), { listenUrl: t.url });
    await until(t, stage.runId, (one) => one.guards[0]?.state === "inconclusive" && one.steps[0]?.status === "succeeded");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const held = await loadRun(t.db.pool, stage.runId);
    expect([held.status, held.steps[1]?.status]).toEqual(["running", "pending"]);
    expect(await journal(t, stage.runId)).toContain("guard.no-data");
    const source = feed(stage.projectId, "error_rate", 1);
    await until(t, stage.runId, (one) => one.status === "succeeded");
    source.stop();
  });
});

describe("worker: traffic", () => {
  it("F-LB-1 sets weights again that somebody else changed, and tells", async () => {
    const stage = await go(makeRunbook({ steps: [fakeShift("shift", [25]), fakeStep("hand", "manual")] }));
    await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await t.db.pool.query("UPDATE fake_state SET present = false WHERE run_id = $1", [stage.runId]);
    const restored = () => t.db.prisma.journalEvent.count({ where: { runId: stage.runId, type: "traffic.restored" } });
    for (const end = Date.now() + 15_000; Date.now() < end && (await restored()) === 0; ) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await journal(t, stage.runId)).toEqual(expect.arrayContaining(["traffic.drift", "traffic.restored"]));
    expect(await effects(t, stage.runId)).toEqual(["shift.25:apply", "shift.25:apply"]);
  });
});
