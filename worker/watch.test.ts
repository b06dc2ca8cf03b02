import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { readMeters } from "@/lib/migration/meter-store";
import { losslessNow } from "@/lib/migration/meters";
import { resumeRun } from "@/lib/migration/resume-run";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { Watch } from "@/lib/migration/watch-types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import type { WorkerDeps } from "./deps";
import { fakeDeps } from "./testing/fake-deps";
import type { Script } from "./testing/fakes";
import { at, fakeStep, journal, type Stage, stageRun, startStage, until } from "./testing/stage";
import { type RunningWorker, startWorker } from "./worker";

const quiet: Watch = {
  back: "lossless",
  why: "the source has authority",
  backSeconds: 0,
  writesAtRisk: 0,
  lag: { bytes: 5, seconds: 0 },
  alarms: [],
  breach: null,
};

let t: TestDb;
const workers: RunningWorker[] = [];
/** What the watched step sees; an Error is thrown. */
let sight: Watch | Error = quiet;
let looks = 0;

beforeAll(async () => {
  t = await testDb();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
  sight = quiet;
});
afterAll(async () => {
  await t.close();
});

/** Fake executors whose class C step is watched ten times a second. */
function watchedDeps(workerId: string): WorkerDeps {
  const deps = fakeDeps(t.url, { workerId, timing: { tickMs: 50, pollMs: 100 } });
  const watch = async () => {
    looks += 1;
    if (sight instanceof Error) throw sight;
    return sight;
  };
  return {
    ...deps,
    executors: (kind) => {
      const found = deps.executors(kind);
      return found !== null && kind === "sql.check" ? { ...found, watch, watchMs: 100 } : found;
    },
  };
}

async function take(workerId = "watcher"): Promise<RunningWorker> {
  const worker = await startWorker(watchedDeps(workerId), { listenUrl: t.url });
  workers.push(worker);
  return worker;
}

async function go(): Promise<Stage> {
  const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("move", "sql.check"), fakeStep("hand", "manual")], observation: "1h" }));
  await startStage(t, stage);
  await take();
  await until(t, stage.runId, (run) => run.steps[1]?.waitingFor === "human" && run.meters.length === 1);
  return stage;
}

const told = async (stage: Stage) => (await journal(t, stage.runId)).filter((type) => type.startsWith("meter.") || type === "run.paused");

describe("steps that are watched", () => {
  it("are measured while people are waited for, and readable with their history", async () => {
    const stage = await go();
    const first = (await loadRun(t.db.pool, stage.runId)).meters[0];
    await until(t, stage.runId, (run) => (run.meters[0]?.at ?? 0) > (first?.at ?? 0));
    const view = await readMeters(at(stage.operator), stage.runId);
    expect(view).toMatchObject({ lossless: true, meters: [{ step: "move", fresh: true, error: null, back: "lossless", lag: { bytes: 5, seconds: 0 } }] });
    expect(view.meters[0]?.history.length).toBeGreaterThan(0);
    expect(await told(stage)).toEqual([]);
  });

  it("R-PG-8: a look that sees nothing leaves the last measurement to grow old, and says why", async () => {
    const stage = await go();
    sight = new Error("the source is away");
    await until(t, stage.runId, (run) => run.meters[0]?.error !== null);
    const { meters, clock } = await loadRun(t.db.pool, stage.runId);
    expect(meters[0]).toMatchObject({ error: "the source is away", watch: { back: "lossless" } });
    expect(losslessNow(meters, new Date((meters[0]?.at.getTime() ?? 0) + 5_001))).toBe(false);
    const before = looks;
    await until(t, stage.runId, () => looks > before + 2);
    const after = (await loadRun(t.db.pool, stage.runId)).meters[0];
    expect(after?.at).toEqual(meters[0]?.at);
    expect(clock.databaseAt.getTime()).toBeGreaterThan(0);
  });

  it("a breach pauses the run with its reason, keeps it from going on, and is told once, also by the next worker", async () => {
    const stage = await go();
    sight = { ...quiet, breach: "the schema of the source has changed" };
    const held = await until(t, stage.runId, (run) => run.status === "paused");
    expect(held.desiredReason).toBe('"move": the schema of the source has changed');
    await workers.splice(0)[0]?.stop();
    await take("second");
    const before = looks;
    await until(t, stage.runId, () => looks > before + 2);
    expect(await told(stage)).toEqual(["meter.breached", "run.paused"]);

    await resumeRun(at(stage.operator), { runId: stage.runId });
    await until(t, stage.runId, (run) => run.status === "running" && run.steps[1]?.waitingFor === "human");
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "hand" });
    await until(t, stage.runId, (run) => run.status === "observing");
    await t.db.pool.query("UPDATE run SET observe_until = clock_timestamp(), version = version + 1 WHERE id = $1", [stage.runId]);
    const looked = looks;
    await until(t, stage.runId, () => looks > looked + 3);
    expect((await loadRun(t.db.pool, stage.runId)).status).toBe("observing");
    sight = quiet;
    await until(t, stage.runId, (run) => run.status === "succeeded");
    expect(await told(stage)).toEqual(["meter.breached", "run.paused", "meter.cleared"]);
  });

  it("a breach of the step itself keeps it from no retry, which puts it right; what comes after it waits", async () => {
    sight = { ...quiet, breach: "somebody disabled the subscription" };
    const script: Script = {
      apply: [
        { type: "running", askAgainMs: 500 },
        { type: "failed", reason: "nothing follows" },
      ],
    };
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("move", "sql.check"), fakeStep("hand", "manual")], observation: "1h" }));
    const deps = watchedDeps("watcher");
    await deps.db.pool.query("INSERT INTO fake_plan VALUES ('move', $1)", [JSON.stringify(script)]);
    await startStage(t, stage);
    workers.push(await startWorker(deps, { listenUrl: t.url }));
    await until(t, stage.runId, (run) => run.steps[0]?.status === "failed" && run.status === "paused");
    await expect.poll(() => told(stage), { timeout: 30_000 }).toContain("meter.breached");
    await t.db.pool.query("DELETE FROM fake_plan WHERE step_key = 'move'");
    await retryStep(at(stage.operator), { runId: stage.runId });
    const held = await until(t, stage.runId, (run) => run.steps[0]?.status === "succeeded");
    expect(held.steps[1]?.status).toBe("pending");
    sight = quiet;
    await until(t, stage.runId, (run) => run.steps[1]?.waitingFor === "human");
  });

  it("are no longer measured once they are undone", async () => {
    const stage = await go();
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "back" });
    await until(t, stage.runId, (run) => run.status === "rolled-back");
    expect((await loadRun(t.db.pool, stage.runId)).meters).toEqual([]);
    expect((await readMeters(at(stage.operator), stage.runId)).lossless).toBeNull();
  });
});
