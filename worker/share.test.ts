import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadReport } from "@/app/(app)/runs/_lib/load-report";
import { reportText } from "@/app/(app)/runs/_lib/report";
import { confirmStep } from "@/lib/migration/confirm-step";
import { readShare } from "@/lib/migration/share-store";
import type { ShareView } from "@/lib/migration/share-view";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import type { WorkerDeps } from "./deps";
import { fakeDeps } from "./testing/fake-deps";
import { at, fakeShift, fakeStep, type Stage, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

let t: TestDb;
const workers: RunningWorker[] = [];
/** Answers of both sides so far, as the load balancer counts them; an Error is thrown. */
let counted: { old: number; new: number } | Error = { old: 0, new: 0 };
let looks = 0;

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});
afterAll(async () => {
  await t.close();
});

function countingDeps(workerId: string): WorkerDeps {
  const deps = fakeDeps(t.url, { workerId, timing: { tickMs: 50, pollMs: 100, reconcileMs: 100 } });
  const share = async () => {
    looks += 1;
    if (counted instanceof Error) throw counted;
    return { counts: { process: "1", ...counted }, percent: null };
  };
  return {
    ...deps,
    executors: (kind) => {
      const found = deps.executors(kind);
      return found !== null && kind === "traffic.set" ? { ...found, share } : found;
    },
  };
}

async function take(workerId: string): Promise<void> {
  workers.push(await startWorker(countingDeps(workerId), { listenUrl: t.url }));
}

const shareOf = async (stage: Stage) => (await readShare(at(stage.operator), stage.runId)).ways;

/** Waits until the share reads like this. */
const untilShare = (stage: Stage, is: (way: ShareView["ways"][number] | undefined) => boolean) =>
  expect.poll(async () => is((await shareOf(stage))[0]), { timeout: 30_000, interval: 50 }).toBe(true);

async function untilLooked(times: number): Promise<void> {
  const before = looks;
  await expect.poll(() => looks >= before + times, { timeout: 30_000, interval: 20 }).toBe(true);
}

describe("the share of a run's traffic", () => {
  it("is measured beside what is set from the first stage on, while people are waited for, and by the next worker", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("hand", "manual"), fakeShift("shift", [25]), fakeStep("end", "manual")] }));
    await startStage(t, stage);
    await take("first");
    await until(t, stage.runId, (run) => run.steps[0]?.waitingFor === "human");
    expect(await shareOf(stage)).toEqual([]);
    expect(looks).toBe(0);
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "hand" });
    await until(t, stage.runId, (run) => run.steps[2]?.waitingFor === "human");
    await untilShare(stage, (way) => way?.points.at(-1)?.set === 25);
    counted = { old: 300, new: 100 };
    await untilShare(stage, (way) => way?.stages.at(-1)?.answers === 400);
    expect((await shareOf(stage))[0]).toMatchObject({ title: "app/new", sentence: "25 % set, 25 % measured of 400 answers in the last minute." });

    // A look that fails is a gap; what was answered meanwhile belongs to the next one.
    counted = new Error("the load balancer is away");
    await untilLooked(2);
    counted = { old: 360, new: 140 };
    await untilShare(stage, (way) => way?.stages.at(-1)?.answers === 500);

    // The next worker does not know what the first one counted: what was answered in between is nobody's.
    await workers.splice(0)[0]?.stop();
    counted = { old: 1_000, new: 900 };
    await take("second");
    await untilLooked(3);
    expect((await shareOf(stage))[0]?.stages.at(-1)).toMatchObject({ set: 25, percent: 28, answers: 500 });

    const { tables } = reportText(await loadReport(at(stage.operator), stage.runId));
    const rows = tables.find((one) => one.title === "Share of the traffic")?.rows;
    expect(rows?.at(-1)?.filter((_cell, column) => column !== 1)).toEqual(["app/new", "25 %", "28 %", "500"]);
  });
});
