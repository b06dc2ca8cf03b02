import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { createRun } from "@/lib/migration/create-run";
import { loadRun } from "@/lib/migration/load-run";
import { runbook } from "@/lib/migration/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import { fakeDeps } from "./testing/fake-deps";
import { fakeExecutors } from "./testing/fakes";
import { effects, fakeShift, fakeStep, journal, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

let t: TestDb;
let worker: RunningWorker | null = null;

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
});
afterAll(() => t.close());

it("a move, and then the run that takes the old side away: stack moved, its resources retired", async () => {
  const book = runbook.parse({
    ...makeRunbook({ steps: [fakeShift("shift", [100])], observation: "100ms" }),
    decommissionAfter: "0",
    decommission: { steps: [fakeStep("off", "tcp.check", { pointOfNoReturn: false })] },
  });
  const stage = await stageRun(t, book);
  const first = await loadRun(t.db.pool, stage.runId);
  await t.db.prisma.resource.create({
    data: { id: newId(), projectId: stage.projectId, stackId: first.plan.fromStackId, key: "vm", name: "VM", kind: "compute", state: "running", position: 0 },
  });
  await startStage(t, stage);
  worker = await startWorker(fakeDeps(t.url, { workerId: "test-worker", timing: { tickMs: 50, pollMs: 100 } }), { listenUrl: t.url });
  await until(t, stage.runId, (run) => run.status === "succeeded");
  const project = () => t.db.prisma.project.findUniqueOrThrow({ where: { id: stage.projectId } });
  expect((await project()).currentStackId).toBe(stage.targetStackId);

  const run = await createRun(stage.operator, { migrationId: stage.migrationId, mode: "live", part: "decommission", reason: "over" }, fakeExecutors(t.db.pool));
  await startStage(t, { ...stage, runId: run.id });
  await until(t, run.id, (one) => one.status === "succeeded");
  expect(await effects(t, run.id)).toEqual(["off:apply"]);
  expect((await project()).currentStackId).toBe(stage.targetStackId);
  const states = await t.db.prisma.resource.findMany({ where: { stackId: first.plan.fromStackId }, select: { state: true } });
  expect(states).toEqual([{ state: "retired" }]);
  expect(await journal(t, run.id)).toContain("run.succeeded");
});
