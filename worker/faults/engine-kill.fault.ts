import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import { endOf, type TestChild } from "@/worker/testing/child";
import { at, fakeShift, fakeStep, type Stage, script, patiently as until } from "@/worker/testing/stage";
import { type EngineRig, eventually, HOLDS, startEngineRig } from "./rig/engine-rig";
import { saidAt } from "./rig/worker-log";

/*
 * Workers that die, stand still or break, with the lease of production (10 s, 3 s in a critical section). A second
 * worker stands by; how long a run was without an owner is measured from the kill.
 */

let rig: EngineRig;
const PRODUCTION = { leaseMs: 10_000, renewMs: 2_000, tickMs: 500, pollMs: 1_000, graceMs: 5_000 };
const TAKEOVER_MS = 12_000;
const CRITICAL_TAKEOVER_MS = 4_000;
const took: string[] = [];

beforeAll(async () => {
  rig = await startEngineRig();
});
afterEach(async () => {
  expect(await rig.settle()).toEqual(HOLDS);
});
afterAll(async () => {
  console.log(`Takeovers in ms: ${took.join(", ")}`);
  await rig.close();
});

const ended = async (stage: Stage) =>
  await until(rig.t, stage.runId, (one) => one.endedAt !== null || one.status === "paused" || one.status === "needs-attention", 120_000);
const ends = async (stage: Stage, status = "succeeded") => {
  const run = await ended(stage);
  expect(run.status, run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ")).toBe(status);
};

/** Lets the worker that stands by go on, and measures from `since` until it had the run, within `limit` ms. */
async function takeover(stage: Stage, standby: TestChild, limit: number, label: string, since = Date.now()): Promise<void> {
  const { epoch } = await loadRun(rig.t.db.pool, stage.runId);
  standby.child.kill("SIGCONT");
  await eventually("another worker takes over", () => rig.leases.takeover(stage.runId, epoch, since) !== null);
  const ms = rig.leases.takeover(stage.runId, epoch, since) ?? Number.POSITIVE_INFINITY;
  took.push(`${label} ${ms}`);
  expect(ms).toBeLessThanOrEqual(limit);
}

const POINTS = ["before-intent", "after-intent", "after-effect", "before-outcome"] as const;

describe("F-ENG-1 kill -9 at every point with the lease of production", () => {
  for (const kind of ["traffic.set", "sql.check", "postgres.copy", "http.check", "notify"]) {
    it.each(POINTS)(`${kind}, killed %s: taken over within 12 s, one effect`, async (point) => {
      const standby = await rig.standby({ timing: PRODUCTION });
      const stage = await rig.started([kind === "traffic.set" ? fakeShift("it", [100]) : fakeStep("it", kind), fakeStep("after", "sql.check")]);
      const dying = rig.worker({ crashAt: `${kind}:${point}`, timing: PRODUCTION });
      expect(await endOf(dying)).toBe("SIGKILL");
      await takeover(stage, standby, TAKEOVER_MS, `${kind}:${point}`);
      if (kind === "notify" && point !== "before-intent") {
        const run = await until(rig.t, stage.runId, (one) => one.status === "needs-attention");
        expect(run.steps[0]?.output.unknown).toMatchObject({ observed: expect.stringContaining("cannot be seen from here") });
        await confirmStep(at(stage.operator), { runId: stage.runId, step: "it", reason: "the receiver has it" });
      }
      await ends(stage);
      const own = (await rig.effectsOf(stage.runId)).filter((one) => one.startsWith("it"));
      // What reads only is read again; a message that was never sent is not sent behind a person's back.
      const expected =
        kind === "http.check" && point !== "before-intent" && point !== "after-intent" ? 2 : kind === "notify" && point === "after-intent" ? 0 : 1;
      expect(own).toHaveLength(expected);
    });
  }

  it("tcp.check as a critical section, killed in it: taken over within 4 s", async () => {
    const standby = await rig.standby({ timing: PRODUCTION });
    const stage = await rig.started([fakeStep("it", "tcp.check"), fakeStep("after", "sql.check")]);
    const dying = rig.worker({ crashAt: "tcp.check:at-begun", timing: PRODUCTION });
    expect(await endOf(dying)).toBe("SIGKILL");
    await takeover(stage, standby, CRITICAL_TAKEOVER_MS, "critical");
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "after:apply"]);
  });

  it.each(POINTS)("undo, killed %s: taken over within 12 s, one undo", async (point) => {
    const standby = await rig.standby({ timing: PRODUCTION });
    const stage = await rig.started([fakeStep("it", "postgres.copy"), fakeStep("hand", "manual")]);
    const dying = rig.worker({ crashAt: `postgres.copy/undo:${point}`, timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[1]?.waitingFor === "human");
    await rollbackRun(at(stage.operator), { runId: stage.runId, reason: "back" });
    expect(await endOf(dying)).toBe("SIGKILL");
    await takeover(stage, standby, TAKEOVER_MS, `undo:${point}`);
    await ends(stage, "rolled-back");
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "it:undo"]);
  });
});

describe("F-ENG-2 a worker that stands still", () => {
  it("for 20 s in the middle of an effect: it is replaced, writes nothing when it wakes, and is a worker again afterwards", async () => {
    const standby = await rig.standby({ id: "standby", timing: PRODUCTION });
    const stage = await rig.started([fakeStep("it", "postgres.copy"), fakeStep("after", "sql.check")]);
    await script(rig.effects, "it", { apply: ["block:3000", { type: "done" }] });
    const still = rig.worker({ id: "still", timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[0]?.open != null);
    const stopped = Date.now();
    still.child.kill("SIGSTOP");
    await takeover(stage, standby, TAKEOVER_MS, "stopped", stopped);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, stopped + 20_000 - Date.now())));
    const sessions = await rig.t.db.pool.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'switchyard-worker:still'");
    expect(sessions.rowCount).toBe(0);
    still.child.kill("SIGCONT");
    await ends(stage);
    await eventually("it noticed", () => saidAt(still, "lease lost", stopped) !== null);
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "after:apply"]);
    standby.child.kill("SIGKILL");
    const next = await rig.started([fakeStep("it", "sql.check")]);
    await until(rig.t, next.runId, (one) => one.leaseOwner === "still" || one.endedAt !== null, 60_000);
    await ends(next);
  });

  it("in the middle of a change of the run, with the run's row locked: the lock does not keep the next worker out", async () => {
    const standby = await rig.standby({ id: "standby", timing: PRODUCTION });
    const stage = await rig.started([fakeStep("nap", "wait", { with: { for: "40s" } }), fakeStep("after", "sql.check")]);
    const still = rig.worker({ id: "still", timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[0]?.open != null);
    const stopped = Date.now();
    still.child.kill("SIGSTOP");
    // What a worker that stands still between two statements leaves: a session of its name that holds the row.
    const holder = new (await import("pg")).default.Client({ connectionString: rig.control.url, application_name: "switchyard-worker:still" });
    holder.on("error", () => undefined);
    await holder.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM run WHERE id = $1 FOR UPDATE", [stage.runId]);
    await takeover(stage, standby, TAKEOVER_MS + 1_000, "row locked", stopped);
    await holder.end().catch(() => undefined);
    still.child.kill("SIGKILL");
    await ends(stage);
  });
});

describe("F-ENG-12 what nobody caught", () => {
  it.each(["uncaught", "unhandled", "oom"] as const)("%s: as kill -9; taken over within 12 s", async (what) => {
    const standby = await rig.standby({ timing: PRODUCTION });
    const stage = await rig.started([fakeStep("it", "postgres.copy"), fakeStep("after", "sql.check")]);
    await script(rig.effects, "it", { apply: [what, { type: "done" }] });
    const dying = rig.worker({ timing: PRODUCTION, nodeArgs: ["--max-old-space-size=96"] });
    expect(await endOf(dying, 120_000)).toMatch(/^SIG(KILL|ABRT|TRAP)$/);
    await takeover(stage, standby, TAKEOVER_MS, what);
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "after:apply"]);
  });
});

describe("F-ENG-13 a thread that is busy for 30 s", () => {
  it("loses its lease meanwhile, and what it does when it wakes is refused", async () => {
    const standby = await rig.standby({ id: "standby", timing: PRODUCTION });
    const stage = await rig.started([fakeStep("it", "postgres.copy"), fakeStep("after", "sql.check")]);
    await script(rig.effects, "it", { apply: ["block:30000", { type: "done" }] });
    const busy = rig.worker({ id: "busy", timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[0]?.open != null);
    await takeover(stage, standby, TAKEOVER_MS, "busy");
    await ends(stage);
    await eventually("it woke and noticed", () => saidAt(busy, "lease lost") !== null);
    const { epoch } = await loadRun(rig.t.db.pool, stage.runId);
    const made = await rig.effects.db.pool.query("SELECT epoch FROM fake_effect WHERE run_id = $1 AND step_key = 'it'", [stage.runId]);
    expect(made.rows).toEqual([{ epoch }]);
  });
});
