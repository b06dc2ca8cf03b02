import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { rejectRun } from "@/lib/migration/reject-run";
import { requestRun } from "@/lib/migration/request-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { skipStep } from "@/lib/migration/skip-step";
import { startRun } from "@/lib/migration/start-run";
import { ENDED, RUN_COMMANDS, type RunCommand } from "@/lib/migration/types";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { fakeDeps } from "./testing/fake-deps";
import { fakeExecutors } from "./testing/fakes";
import { at, effects, fakeShift, fakeStep, journal, type Stage, script, stageRun, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

/* Random people: whatever commands come in whatever order, the rules hold. */

let t: TestDb;
let worker: RunningWorker;

beforeAll(async () => {
  t = await testDb();
  worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 30, pollMs: 60 } }), { listenUrl: t.url });
});
afterAll(async () => {
  await worker.stop();
  await t.close();
});

const VERBS: Record<RunCommand, (ctx: Ctx, raw: unknown) => Promise<unknown>> = {
  request: requestRun,
  approve: approveRun,
  reject: rejectRun,
  start: (ctx, raw) => startRun(ctx, raw, fakeExecutors(t.db.pool)),
  pause: pauseRun,
  resume: resumeRun,
  confirm: confirmStep,
  skip: skipStep,
  retry: retryStep,
  abort: abortRun,
  rollback: rollbackRun,
};

type Who = "operator" | "approver";
interface Act {
  command: RunCommand;
  who: Who;
  waitMs: number;
}

// Rejections and aborts end a run: rarer, so that sequences get deep.
const commands = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<RunCommand>("request", "approve", "start", "resume", "confirm", "retry", "skip") },
  { weight: 2, arbitrary: fc.constantFrom<RunCommand>("pause", "rollback") },
  { weight: 1, arbitrary: fc.constantFrom(...RUN_COMMANDS) },
);
const act: fc.Arbitrary<Act> = fc.record({ command: commands, who: fc.constantFrom<Who>("operator", "approver"), waitMs: fc.constantFrom(0, 0, 20, 80) });

async function perform(stage: Stage, one: Act): Promise<void> {
  const run = await loadRun(t.db.pool, stage.runId);
  const step = run.steps.find((candidate) => candidate.status !== "succeeded" && candidate.status !== "skipped")?.key;
  const verdict = one.command === "approve" || one.command === "reject";
  const input = {
    runId: stage.runId,
    version: run.version,
    reason: "because",
    ...(verdict ? { planHash: run.planHash } : {}),
    ...(["confirm", "skip", "retry"].includes(one.command) ? { step } : {}),
  };
  try {
    await VERBS[one.command](at(one.who === "operator" ? stage.operator : stage.approver), input);
  } catch (error) {
    // Every refusal is a typed one; anything else is a defect.
    if (!(error instanceof AppError)) throw error;
  }
  if (one.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, one.waitMs));
}

/** Approvals of a gate by somebody who did not ask for it. */
async function approvalsOf(runId: string, gate: string): Promise<number> {
  return await t.db.prisma.approval.count({ where: { runId, verdict: "approve", gate: { gate, status: "approved" } } });
}

async function expectRules(stage: Stage): Promise<void> {
  const { runId } = stage;
  await journal(t, runId);
  const done = await effects(t, runId);
  if (done.length > 0) expect(await approvalsOf(runId, "start")).toBeGreaterThan(0);
  if (done.includes("drop:apply")) expect(await approvalsOf(runId, "drop")).toBeGreaterThan(0);
  if (done.includes("drop:undo")) expect(await approvalsOf(runId, "rollback")).toBeGreaterThan(0);
  if (done.includes("late:apply")) expect(await approvalsOf(runId, "ok")).toBeGreaterThan(0);
  // INV-3: every effect has its committed intent.
  for (const [index, effect] of done.entries()) {
    const [key, direction] = effect.split(":");
    const before = done.slice(0, index + 1).filter((one) => one === effect).length;
    const intents = await t.db.prisma.attempt.count({ where: { runId, direction: direction ?? "", step: { key: key ?? "" } } });
    expect(intents).toBeGreaterThanOrEqual(before);
  }
  const own = await t.db.prisma.approval.count({ where: { runId, verdict: "approve", approverId: (stage.operator.actor as { userId: string }).userId } });
  expect(own).toBe(0);
}

async function play(acts: Act[]): Promise<void> {
  const steps = [
    fakeStep("copy", "postgres.copy"),
    fakeShift("shift", [10, 100]),
    fakeStep("ok", "approval"),
    fakeStep("late", "sql.check"),
    fakeStep("drop", "tcp.check", { pointOfNoReturn: true }),
    fakeStep("hand", "manual"),
  ];
  const stage = await stageRun(t, makeRunbook({ steps, observation: "300ms" }));
  await script(t, "late", { apply: [{ type: "failed", reason: "no" }, { type: "done" }] });
  let ended: number | null = null;
  for (const one of acts) {
    await perform(stage, one);
    const run = await loadRun(t.db.pool, stage.runId);
    if (ended !== null) expect(run.journalSeq).toBe(ended);
    else if (ENDED.includes(run.status)) ended = run.journalSeq;
  }
  await expectRules(stage);
  // Whatever came before, the run can be brought to an end.
  await until(t, stage.runId, (run) => ENDED.includes(run.status) || run.status !== "rolling-back", 10_000);
  if (ended === null) await perform(stage, { command: "abort", who: "operator", waitMs: 0 });
  await until(t, stage.runId, (run) => ENDED.includes(run.status), 10_000);
  await expectRules(stage);
}

describe("any sequence of commands", () => {
  it("skips no approval, changes no ended run, leaves no gap and can always be ended", async () => {
    const opening: Act[] = (["request", "approve", "start"] as const).map((command) => ({
      command,
      who: command === "approve" ? "approver" : "operator",
      waitMs: 60,
    }));
    const sequences = fc.tuple(fc.boolean(), fc.array(act, { minLength: 5, maxLength: 25 }));
    await fc.assert(
      fc.asyncProperty(sequences, async ([opened, acts]) => play(opened ? [...opening, ...acts] : acts)),
      { numRuns: 25, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false, endOnFailure: true },
    );
  }, 150_000);
});
