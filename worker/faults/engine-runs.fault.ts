import path from "node:path";
import { PgBoss } from "pg-boss";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applySchemaMigrations } from "@/lib/db/schema-migrations";
import { abortRun } from "@/lib/migration/abort-run";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { loadRun } from "@/lib/migration/load-run";
import { pauseRun } from "@/lib/migration/pause-run";
import { resumeRun } from "@/lib/migration/resume-run";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { closeDeps } from "@/worker/engine-pools";
import { claimRun } from "@/worker/lease";
import { endOf } from "@/worker/testing/child";
import { fakeDeps } from "@/worker/testing/fake-deps";
import { at, fakeShift, fakeStep, journal, type Stage, script, patiently as until } from "@/worker/testing/stage";
import { type EngineRig, eventually, HOLDS, startEngineRig } from "./rig/engine-rig";

/* Runs under many hands: claims at once, ticks in any order, restarts, long waits, wishes at every moment. */

let rig: EngineRig;

beforeAll(async () => {
  rig = await startEngineRig();
});
afterEach(async () => {
  expect(await rig.settle()).toEqual(HOLDS);
});
afterAll(async () => {
  await rig.close();
});

/** A lease that a busy machine does not cost. */
const LASTING = { leaseMs: 15_000, renewMs: 1_000 };
const RESTS = ["paused", "needs-attention"];
const ends = async (stage: Stage, status = "succeeded") => {
  const run = await until(rig.t, stage.runId, (one) => one.endedAt !== null || RESTS.includes(one.status), 120_000);
  expect(run.status, run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ")).toBe(status);
  return run;
};
const copy = (key: string) => fakeStep(key, "postgres.copy");
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Repeatable numbers from 0 to 1. */
const numbers = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

describe("F-ENG-3 two workers, one run, claimed at the same moment", () => {
  it("1000 times: one of them has it, under a new epoch each time", async () => {
    const stage = await rig.started([fakeStep("it", "manual")]);
    const [one, two] = [fakeDeps(rig.control.url, { workerId: "one" }), fakeDeps(rig.control.url, { workerId: "two" })];
    const epochs: number[] = [];
    for (let round = 0; round < 1_000; round++) {
      // Both questions are on their way before either is answered.
      const won = (await Promise.all([claimRun(one, { manual: 1 }), claimRun(two, { manual: 1 })])).filter((claim) => claim !== null);
      expect(won).toHaveLength(1);
      epochs.push(won[0]?.epoch ?? 0);
      await rig.t.db.pool.query("UPDATE run SET lease_until = clock_timestamp() - interval '1 ms' WHERE id = $1", [stage.runId]);
    }
    expect(epochs).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
    await Promise.all([closeDeps(one), closeDeps(two)]);
    await rig.t.db.pool.query("UPDATE run SET status = 'paused' WHERE id = $1", [stage.runId]);
  });
});

describe("F-ENG-9 pg-boss", () => {
  it("dropped and dropped again while runs go on, and never there at all", async () => {
    rig.worker({ alarm: true });
    const stages: Stage[] = [];
    for (let n = 0; n < 3; n++) {
      const stage = await rig.started([copy("a"), fakeStep("nap", "wait", { with: { for: "1s" } }), fakeShift("b", [50, 100]), copy("c")]);
      stages.push(stage);
      await until(rig.t, stage.runId, (run) => run.steps[0]?.status === "succeeded");
      await rig.t.db.pool.query("DROP SCHEMA IF EXISTS pgboss CASCADE");
      await ends(stage);
    }
    rig.worker({ listen: false });
    const last = await rig.started([copy("a")]);
    await ends(last);
    for (const stage of stages) expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b.50:apply", "b.100:apply", "c:apply"]);
  });
});

describe("F-ENG-10 ticks that come twice, late, never, or in another order", () => {
  it("change nothing about what is done", async () => {
    const workers = [rig.worker({ id: "one", alarm: true }), rig.worker({ id: "two", alarm: true })];
    await eventually("both are up", () => workers.every((one) => one.output().includes("ready")));
    const steps = [copy("a"), fakeStep("b", "sql.check"), fakeShift("c", [25, 100]), fakeStep("nap", "wait", { with: { for: "2s" } }), copy("d")];
    const stages = [await rig.started(steps), await rig.started(steps)];
    const boss = new PgBoss({ connectionString: rig.control.url, max: 1 });
    boss.on("error", () => undefined);
    await boss.start();
    const number = numbers(7);
    for (let n = 0; n < 400; n++) {
      const stage = stages[Math.floor(number() * stages.length)];
      const hint = number() < 0.3 ? "nobody:1" : `${stage?.runId}:${Math.floor(number() * 30)}`;
      await rig.t.db.pool.query("SELECT pg_notify('journal', $1)", [hint]);
      if (n % 8 === 0) await boss.send("tasks", { task: number() < 0.5 ? "clean-up" : "no such task" }, { startAfter: Math.floor(number() * 3) });
    }
    for (const stage of stages) {
      await ends(stage);
      expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply", "c.25:apply", "c.100:apply", "d:apply"]);
      await journal(rig.t, stage.runId);
    }
    await eventually("the alarm rang", () => workers.some((one) => one.output().includes("rang clean-up")));
    await boss.stop({ graceful: false });
  });
});

describe("F-ENG-11 rolling restarts", () => {
  it("20 SIGTERMs during an approval wait and a long step: each ends with 0 and releases, nothing is asked or done twice", async () => {
    const stage = await rig.started([fakeStep("long", "postgres.copy"), fakeStep("ok", "approval"), copy("after")]);
    // A step under way at a server: it is asked after, never begun again by a restart.
    await script(rig.effects, "long", { apply: Array.from({ length: 400 }, () => ({ type: "running" as const, askAgainMs: 100 })) });
    for (let n = 0; n < 20; n++) {
      if (n === 10) {
        await rig.effects.db.pool.query("UPDATE fake_plan SET answers = '{}' WHERE step_key = 'long'");
        const finishing = rig.worker({ timing: LASTING });
        await until(rig.t, stage.runId, (run) => run.steps[1]?.waitingFor === "approval");
        finishing.child.kill("SIGTERM");
        expect(await endOf(finishing, 10_000)).toBe(0);
      }
      const worker = rig.worker({ id: `rolling-${n}`, timing: LASTING });
      await eventually("it has the run", () => rig.leases.epochs.some((one) => one.owner === `rolling-${n}`));
      worker.child.kill("SIGTERM");
      expect(await endOf(worker, 10_000), worker.output()).toBe(0);
      const parked = await loadRun(rig.t.db.pool, stage.runId);
      expect([parked.leaseOwner, parked.takeovers]).toEqual([null, 0]);
    }
    const waiting = await loadRun(rig.t.db.pool, stage.runId);
    expect(waiting.gates.filter((gate) => gate.gate === "ok")).toHaveLength(1);
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: waiting.planHash });
    rig.worker();
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["long:apply", "after:apply"]);
  });
});

describe("F-ENG-16 a wait of 30 days", () => {
  it("over restarts of everything, lost workers and a changed schema: the question is still the same one", async () => {
    const stage = await rig.started([copy("a"), fakeStep("hand", "manual"), copy("b")]);
    for (let n = 0; n < 7; n++) {
      const worker = rig.worker({ id: `lost-${n}` });
      await until(rig.t, stage.runId, (run) => run.steps[1]?.waitingFor === "human" && run.leaseOwner === `lost-${n}`);
      worker.child.kill("SIGKILL");
      await endOf(worker);
      const { pool } = rig.t.db;
      await pool.query(
        "UPDATE run SET created_at = created_at - interval '5 days', started_at = started_at - interval '5 days', preflight_at = preflight_at - interval '5 days' WHERE id = $1",
        [stage.runId],
      );
      await pool.query("UPDATE run_step SET started_at = started_at - interval '5 days' WHERE run_id = $1", [stage.runId]);
      await pool.query("UPDATE attempt SET intent_at = intent_at - interval '5 days' WHERE run_id = $1", [stage.runId]);
    }
    await rig.control.stopImmediately();
    await rig.control.start();
    await rig.t.db.pool.query("ALTER TABLE run ADD COLUMN later_version text; ALTER TABLE run_step ADD COLUMN later_version jsonb NOT NULL DEFAULT '{}'");
    await applySchemaMigrations(path.resolve(import.meta.dirname, "../.."), rig.control.url);
    rig.worker();
    const run = await until(rig.t, stage.runId, (one) => one.leaseOwner !== null && !one.leaseOwner.startsWith("lost"));
    expect([run.status, run.steps[1]?.waitingFor, run.takeovers]).toEqual(["running", "human", 0]);
    expect((await journal(rig.t, stage.runId)).filter((type) => type === "step.waiting")).toHaveLength(1);
    await confirmStep(at(stage.operator), { runId: stage.runId, step: "hand" });
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply"]);
  });

  it("a gate that waited longer than it may is expired by rule and asked again", async () => {
    const stage = await rig.started([copy("a"), fakeStep("ok", "approval"), copy("b")]);
    const worker = rig.worker();
    await until(rig.t, stage.runId, (run) => run.steps[1]?.waitingFor === "approval");
    worker.child.kill("SIGKILL");
    await rig.t.db.pool.query(
      "UPDATE approval_gate SET opened_at = opened_at - interval '30 days', expires_at = expires_at - interval '30 days' WHERE run_id = $1 AND gate = 'ok'",
      [stage.runId],
    );
    rig.worker();
    await ends(stage, "paused");
    await resumeRun(at(stage.operator), { runId: stage.runId });
    const asked = await until(rig.t, stage.runId, (run) => run.gates.filter((gate) => gate.gate === "ok").length === 2);
    await approveRun(at(stage.approver), { runId: stage.runId, planHash: asked.planHash });
    await ends(stage);
  });
});

describe("F-ENG-17 a wish at every point", () => {
  const KINDS = ["http.check", "traffic.set", "sql.check", "postgres.copy", "tcp.check", "notify", "wait", "manual"];
  const step = (kind: string) =>
    kind === "traffic.set"
      ? fakeShift("it", [100], "30s")
      : kind === "wait"
        ? fakeStep("it", kind, { with: { for: "30s" } })
        : { ...fakeStep("it", kind), hold: "30s" };

  for (const kind of KINDS) {
    it.each(["abort", "rollback"] as const)(`${kind}: %s while it is under way, and while it is held`, async (wish) => {
      const ask = wish === "abort" ? abortRun : rollbackRun;
      rig.worker();
      for (const moment of ["under way", "held"]) {
        await rig.effects.db.pool.query("DELETE FROM fake_plan");
        const human = kind === "wait" || kind === "manual";
        if (moment === "under way" && !human) await script(rig.effects, kind === "traffic.set" ? "it.100" : "it", { apply: ["hang"] });
        const stage = await rig.started([copy("before"), step(kind)]);
        const reached = (run: RunSnapshot) => {
          const it = run.steps[1];
          return moment === "under way" || human ? it?.open != null : it?.waitingFor === "timer";
        };
        await until(rig.t, stage.runId, reached);
        await ask(at(stage.operator), { runId: stage.runId, reason: "now" });
        const run = await ends(stage, wish === "abort" ? "aborted" : "rolled-back");
        const made = await rig.effectsOf(stage.runId);
        expect(made.filter((one) => one === "before:undo")).toHaveLength(wish === "abort" ? 0 : 1);
        // What was done is undone where it can be; what was broken off before it was done needs no undo but may have one.
        const own = made.filter((one) => one.startsWith("it"));
        if (wish === "rollback" && own.some((one) => one.endsWith(":apply")) && kind !== "notify" && kind !== "http.check")
          expect(own.at(-1)).toMatch(/:undo$/);
        expect(run.steps.flatMap((one) => (one.open === null ? [] : [one.key]))).toEqual([]);
      }
    });
  }

  it("60 wishes at moments given by a seed: every run ends as asked, with nothing half", async () => {
    rig.worker({ id: "one" });
    rig.worker({ id: "two" });
    const number = numbers(17);
    const steps = [
      copy("a"),
      fakeStep("b", "sql.check"),
      fakeShift("c", [50, 100], "300ms"),
      fakeStep("d", "tcp.check"),
      fakeStep("e", "wait", { with: { for: "1s" } }),
    ];
    for (let n = 0; n < 60; n++) {
      const stage = await rig.started(steps);
      await pause(number() * 2_500);
      const wish = ["pause", "abort", "rollback"][Math.floor(number() * 3)];
      const input = { runId: stage.runId, reason: "now" };
      const run = await loadRun(rig.t.db.pool, stage.runId);
      if (run.endedAt !== null) continue;
      try {
        if (wish === "pause") await pauseRun(at(stage.operator), input);
        else await (wish === "abort" ? abortRun : rollbackRun)(at(stage.operator), input);
      } catch {
        // Refused: the run had ended or was already observing.
      }
      const end = await until(rig.t, stage.runId, (one) => one.endedAt !== null || one.status === "paused", 60_000);
      if (end.status === "paused") await rollbackRun(at(stage.operator), input);
      const last = await until(rig.t, stage.runId, (one) => one.endedAt !== null, 60_000);
      const made = await rig.effectsOf(stage.runId);
      const applied = made.filter((one) => one.endsWith(":apply")).map((one) => one.replace(":apply", ""));
      if (last.status === "rolled-back") for (const key of applied) expect(made, `run ${n}: ${made.join(" ")}`).toContain(`${key}:undo`);
    }
  });
});
