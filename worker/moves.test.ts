import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { judge } from "@/lib/migration/guards";
import { loadRun } from "@/lib/migration/load-run";
import { nextMove } from "@/lib/migration/machine";
import { pauseRun } from "@/lib/migration/pause-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories/migration";
import type { WorkerDeps } from "./deps";
import { closeDeps } from "./engine-pools";
import { trip } from "./guard-record";
import { claimRun, Lease } from "./lease";
import { makeMove } from "./moves";
import { OwnedRun } from "./owned-run";
import { fakeDeps } from "./testing/fake-deps";
import { at, fakeStep, type Stage, stageRun, startStage } from "./testing/stage";

let t: TestDb;
let deps: WorkerDeps;
beforeAll(async () => {
  t = await testDb();
});
beforeEach(() => {
  deps = fakeDeps(t.url, { workerId: "mover", timing: { leaseMs: 60_000 } });
});
afterEach(async () => {
  await closeDeps(deps);
  await t.db.pool.query("UPDATE run SET status = 'aborted'");
});
afterAll(() => t.close());

/** A run whose only step has just succeeded, and its owner. */
async function allDone(observation: string): Promise<{ stage: Stage; owned: OwnedRun }> {
  const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "tcp.check")], observation }));
  await startStage(t, stage);
  await t.db.pool.query("UPDATE run_step SET status = 'succeeded', ended_at = now() WHERE run_id = $1", [stage.runId]);
  await t.db.pool.query("UPDATE run SET preflight_at = started_at WHERE id = $1", [stage.runId]);
  return { stage, owned: await own() };
}

async function own(): Promise<OwnedRun> {
  const claim = await claimRun(deps, { "tcp.check": 1 });
  if (claim === null) throw new Error("not claimed");
  const owned = new OwnedRun(deps, new Lease(deps, claim));
  await owned.reload();
  return owned;
}

describe("F-ENG-17 a pause that is asked for in the last moment", () => {
  it("is granted instead of the observation, which begins when a person lets the run go on", async () => {
    const { stage, owned } = await allDone("1h");
    const decided = nextMove(owned.run, owned.now());
    expect(decided.type).toBe("observe");
    await pauseRun(at(stage.operator), { runId: stage.runId, reason: "wait" });
    await makeMove(owned, decided);
    expect(await loadRun(t.db.pool, stage.runId)).toMatchObject({ status: "running", desired: "pause" });
    await owned.reload();
    await makeMove(owned, nextMove(owned.run, owned.now()));
    expect(await loadRun(t.db.pool, stage.runId)).toMatchObject({ status: "paused", desired: "go", desiredReason: "wait" });
    await resumeRun(at(stage.operator), { runId: stage.runId });
    await owned.reload();
    await makeMove(owned, nextMove(owned.run, owned.now()));
    expect(await loadRun(t.db.pool, stage.runId)).toMatchObject({ status: "observing", desired: "go" });
  });

  it("never keeps an observation from its end", async () => {
    const { stage, owned } = await allDone("0s");
    await makeMove(owned, nextMove(owned.run, owned.now()));
    // As an earlier version could leave it.
    await t.db.pool.query("UPDATE run SET desired = 'pause', version = version + 1 WHERE id = $1", [stage.runId]);
    await owned.reload();
    expect(nextMove(owned.run, owned.now()).type).toBe("finish");
    await makeMove(owned, { type: "finish" });
    expect((await loadRun(t.db.pool, stage.runId)).status).toBe("succeeded");
  });

  it("stays a person's pause where a signal pauses the run at the same moment", async () => {
    const signal = {
      key: "errors",
      title: "Errors",
      source: { type: "metric", metric: "errors" },
      op: ">",
      value: 5,
      samples: 1,
      effect: "pause",
      arm: "start",
    };
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "tcp.check")], guards: [signal] }));
    await startStage(t, stage);
    const owned = await own();
    await pauseRun(at(stage.operator), { runId: stage.runId, reason: "wait" });
    const [guard] = (await owned.reload()).guards;
    if (guard === undefined) throw new Error("no guard");
    const now = owned.now();
    const reading = { type: "value" as const, value: 9, at: now };
    const judgement = judge(guard, reading, new Date(now.getTime() - 1_000), now);
    expect(judgement.tripped).toBe("breach");
    await trip(owned, { guard, judgement, reading, nextDueAt: now }, now, true);
    expect(await loadRun(t.db.pool, stage.runId)).toMatchObject({ status: "paused", pausedBy: null, desired: "go", guards: [{ state: "tripped" }] });
  });
});
