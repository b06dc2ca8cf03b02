import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveRun } from "@/lib/migration/approve-run";
import { loadRun } from "@/lib/migration/load-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { rejectRun } from "@/lib/migration/reject-run";
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
let feeder: NodeJS.Timeout | null = null;

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  if (feeder !== null) clearInterval(feeder);
  await worker?.stop();
  worker = null;
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
  await t.db.pool.query("DELETE FROM fake_plan");
});
afterAll(async () => {
  await t.close();
});

async function take(): Promise<void> {
  worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 50, pollMs: 100 } }), { listenUrl: t.url });
}

async function go(stage: Stage): Promise<Stage> {
  await startStage(t, stage);
  await take();
  return stage;
}

describe("rollback", () => {
  it("breaks off a call that hangs, then undoes what it may have done", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeShift("shift", [10]), fakeStep("stuck", "postgres.copy")] }));
    await script(t, "stuck", { apply: ["hang"] });
    await go(stage);
    await until(t, stage.runId, (run) => run.steps[1]?.open !== null && run.steps[1]?.status === "running");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "stuck" });
    await until(t, stage.runId, (run) => run.status === "rolled-back", 8_000);
    expect(await effects(t, stage.runId)).toEqual(["shift.10:apply", "stuck:undo", "shift.10:undo"]);
  });

  it("stops at an undo that fails; a person retries or skips it", async () => {
    for (const way of ["retry", "skip"] as const) {
      const stage = await stageRun(
        t,
        makeRunbook({ steps: [fakeStep("first", "postgres.copy"), fakeStep("second", "sql.check"), fakeStep("hand", "manual")] }),
      );
      await script(t, "second", { undo: [{ type: "failed", reason: "in use" }, { type: "done" }] });
      if (worker === null) await go(stage);
      else await startStage(t, stage);
      await until(t, stage.runId, (run) => run.steps[2]?.waitingFor === "human");
      await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "back" });
      await until(t, stage.runId, (run) => run.status === "needs-attention");
      expect(await effects(t, stage.runId)).toEqual(["first:apply", "second:apply"]);
      const input = { runId: stage.runId, step: "second" };
      if (way === "retry") await retryStep(at(stage.operator), input);
      else await skipStep(at(stage.operator), { ...input, reason: "done by hand" });
      await until(t, stage.runId, (run) => run.status === "rolled-back");
      expect((await effects(t, stage.runId)).slice(2)).toEqual(way === "retry" ? ["second:undo", "first:undo"] : ["first:undo"]);
      await journal(t, stage.runId);
    }
  });

  it("begins by itself where the runbook says so on failure", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy"), fakeStep("check", "http.check", { onFailure: "rollback" })] }));
    await script(t, "check", { apply: [{ type: "failed", reason: "answered 500" }] });
    await go(stage);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(run.endReason).toContain("check");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply", "copy:undo"]);
  });

  it("a person need not wait for the next try: it begins at once, and what is there is not done twice", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy")] }));
    await startStage(t, stage);
    const waits = "status = 'errored', tries = 4, started_at = now(), effect_at = now(), due_at = now() + interval '1 h'";
    await t.db.pool.query(`UPDATE run_step SET ${waits} WHERE run_id = $1`, [stage.runId]);
    await t.db.pool.query("UPDATE run SET preflight_at = clock_timestamp() WHERE id = $1", [stage.runId]);
    await take();
    await until(t, stage.runId, (run) => run.leaseOwner !== null);
    await retryStep(at(stage.operator), { runId: stage.runId, step: "copy" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual([]);
    expect(await journal(t, stage.runId)).toContain("step.retry");
  });

  it("goes on past a failed step where the runbook says so", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("check", "http.check", { onFailure: "continue" }), fakeStep("copy", "postgres.copy")] }));
    await script(t, "check", { apply: [{ type: "failed", reason: "answered 500" }] });
    await go(stage);
    await until(t, stage.runId, (run) => run.status === "succeeded");
  });
});

describe("verification", () => {
  it("a failed verification is a failed step; retrying it does the step again", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy")] }));
    await script(t, "copy", { verify: [{ type: "failed", reason: "checksums differ" }, { type: "done" }] });
    await go(stage);
    const run = await until(t, stage.runId, (one) => one.status === "paused");
    expect(run.steps[0]).toMatchObject({ status: "failed", message: "checksums differ" });
    await retryStep(at(stage.operator), { runId: stage.runId, step: "copy" });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply", "copy:apply"]);
  });

  it("a verification that could not tell is asked again, the effect is not made again", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy")] }));
    await script(t, "copy", {
      verify: [{ type: "errored", reason: "timeout" }, "throw", { type: "waiting", on: "samples", message: "3 of 5", askAgainMs: 50 }, { type: "done" }],
    });
    await go(stage);
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply"]);
  });
});

describe("unclear answers", () => {
  it("an effect that is there in spite of an unclear answer is not made again (R-ENG-4)", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy")] }));
    await script(t, "copy", { apply: [{ type: "errored", reason: "the connection broke" }] });
    await startStage(t, stage);
    // The request arrived before the connection broke.
    await t.db.pool.query("INSERT INTO fake_state VALUES ($1, 'copy', true)", [stage.runId]);
    await take();
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual([]);
    expect(await journal(t, stage.runId)).toEqual(expect.arrayContaining(["step.errored", "step.recovered", "step.succeeded"]));
  });

  it("class X is not repeated by itself unless the approved runbook says so", async () => {
    for (const attempts of [undefined, 2]) {
      const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("tell", "notify", attempts === undefined ? {} : { attempts })] }));
      await script(t, "tell", { apply: [{ type: "errored", reason: "no answer" }, { type: "done" }] });
      await startStage(t, stage);
      if (worker === null) await take();
      const run = await until(t, stage.runId, (one) => one.status === "paused" || one.status === "succeeded");
      expect(run.status).toBe(attempts === undefined ? "paused" : "succeeded");
    }
  });
});

describe("gates inside a run", () => {
  const steps = [fakeStep("copy", "postgres.copy"), fakeStep("ok", "approval"), fakeStep("after", "sql.check")];

  it("F-ENG-16 a question that waited for 30 days still works or expires by rule", async () => {
    const stage = await go(await stageRun(t, makeRunbook({ steps })));
    await until(t, stage.runId, (run) => run.steps[1]?.waitingFor === "approval");
    await worker?.stop();
    await t.db.pool.query(
      "UPDATE approval_gate SET opened_at = opened_at - interval '30 days', expires_at = expires_at - interval '30 days' WHERE run_id = $1 AND gate = 'ok'",
      [stage.runId],
    );
    await take();
    const expired = await until(t, stage.runId, (run) => run.status === "paused");
    expect(expired.gates.find((gate) => gate.gate === "ok")?.status).toBe("expired");
    await resumeRun(at(stage.operator), { runId: stage.runId });
    const asked = await until(t, stage.runId, (run) => run.gates.filter((gate) => gate.gate === "ok").length === 2);
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: asked.planHash });
    await until(t, stage.runId, (run) => run.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply", "after:apply"]);
  });

  it("a rejection inside the run pauses it for good: resume is refused, rollback is not", async () => {
    const stage = await go(await stageRun(t, makeRunbook({ steps })));
    const run = await until(t, stage.runId, (one) => one.steps[1]?.waitingFor === "approval");
    await rejectRun(at(stage.approver), { runId: stage.runId, planHash: run.planHash, reason: "too early" });
    await until(t, stage.runId, (one) => one.status === "paused");
    await expect(resumeRun(at(stage.operator), { runId: stage.runId })).rejects.toMatchObject({ kind: "refused" });
    await expect(skipStep(at(stage.operator), { runId: stage.runId, step: "ok", reason: "x" })).rejects.toMatchObject({
      kind: "refused",
    });
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "rejected" });
    await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply", "copy:undo"]);
  });

  it("R-APR-9 the worker counts the quorum again before the first step", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy")] }));
    await startStage(t, stage);
    await t.db.prisma.user.update({ where: { id: (stage.approver.actor as { userId: string }).userId }, data: { disabledAt: new Date() } });
    await take();
    const run = await until(t, stage.runId, (one) => one.status === "draft");
    expect([run.gates[0]?.status, run.startedAt]).toEqual(["void", null]);
    expect(await effects(t, stage.runId)).toEqual([]);
  });
});

describe("guards", () => {
  const guard = (more: Record<string, unknown> = {}) => ({
    key: "errors",
    title: "Errors",
    source: { type: "metric", metric: "errors" },
    op: ">",
    value: 5,
    samples: 1,
    noDataFor: "5s",
    ...more,
  });

  async function fed(steps: unknown[], guards: unknown[], observation: string): Promise<{ stage: Stage; set: (value: number) => void }> {
    const stage = await stageRun(t, makeRunbook({ steps, guards, observation }));
    await stageMetric(t, stage.projectId, "errors");
    let value = 1;
    feeder = setInterval(() => void pushSample(t, stage.projectId, "errors", value).catch(() => undefined), 100);
    await until(t, stage.runId, () => true);
    await pushSample(t, stage.projectId, "errors", 1);
    await go(stage);
    return { stage, set: (next) => (value = next) };
  }

  it("a breach in the observation window rolls back", async () => {
    const { stage, set } = await fed([fakeShift("shift", [100])], [guard()], "1m");
    await until(t, stage.runId, (run) => run.status === "observing" && run.guards[0]?.state === "armed");
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(run.trafficPercent).toBe(0);
    expect((await t.db.prisma.project.findUniqueOrThrow({ where: { id: stage.projectId } })).currentStackId).not.toBe(stage.targetStackId);
  });

  it("past the point of no return a breach holds and asks, it never undoes by itself", async () => {
    const { stage, set } = await fed(
      [fakeShift("shift", [100]), fakeStep("drop", "sql.check", { pointOfNoReturn: true }), fakeStep("hand", "manual")],
      [guard()],
      "1s",
    );
    const waiting = await until(t, stage.runId, (run) => run.steps[1]?.waitingFor === "approval");
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: waiting.planHash });
    await until(t, stage.runId, (run) => run.steps[2]?.waitingFor === "human");
    set(50);
    const run = await until(t, stage.runId, (one) => one.status === "paused");
    expect([run.guards[0]?.state, run.pausedBy, run.desired, run.autoRollbacks]).toEqual(["tripped", null, "go", 0]);
    expect(await journal(t, stage.runId)).toContain("guard.page");
    expect(await effects(t, stage.runId)).toEqual(["shift.100:apply", "drop:apply"]);
  });

  it("a guard that only holds lets the run go on when the value is good again", async () => {
    const { stage, set } = await fed([fakeShift("shift", [10, 100], "5s")], [guard({ effect: "hold" })], "1s");
    await until(t, stage.runId, (run) => run.trafficPercent === 10);
    // The hold is long enough for the breach to be seen within it on a busy machine, and is over before the look at the share.
    set(50);
    await until(t, stage.runId, (run) => run.guards[0]?.state === "tripped");
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    expect((await loadRun(t.db.pool, stage.runId)).trafficPercent).toBe(10);
    set(1);
    await until(t, stage.runId, (run) => run.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["shift.10:apply", "shift.100:apply"]);
  });

  it("silence rolls back where its policy says so", async () => {
    const { stage } = await fed([fakeShift("shift", [10]), fakeStep("hand", "manual")], [guard({ noData: "rollback", noDataFor: "2s" })], "1s");
    await until(t, stage.runId, (run) => run.steps[1]?.waitingFor === "human");
    if (feeder !== null) clearInterval(feeder);
    const run = await until(t, stage.runId, (one) => one.status === "rolled-back");
    expect(run.endReason).toContain("no usable sample");
  });
});

describe("F-ENG-10 hints", () => {
  it("many late, doubled and foreign notifications change nothing", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("copy", "postgres.copy"), fakeStep("nap", "wait", { with: { for: "1s" } })] }));
    await startStage(t, stage);
    await take();
    for (let n = 0; n < 300; n++) await t.db.pool.query("SELECT pg_notify('journal', $1)", [n % 3 === 0 ? "nobody:1" : `${stage.runId}:${n % 7}`]);
    await pauseRun(at(stage.operator), { runId: stage.runId }).catch(() => undefined);
    const run = await until(t, stage.runId, (one) => one.status === "paused" || one.status === "succeeded");
    if (run.status === "paused") await resumeRun(at(stage.operator), { runId: stage.runId });
    await until(t, stage.runId, (one) => one.status === "succeeded");
    expect(await effects(t, stage.runId)).toEqual(["copy:apply"]);
    await journal(t, stage.runId);
  });
});
