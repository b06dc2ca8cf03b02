import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import { makeRunbook } from "@/prisma/testing/factories";
import { endOf, startChild } from "@/worker/testing/child";
import { at, effects, fakeStep, journal, type Stage, script, stageRun, patiently as until } from "@/worker/testing/stage";
import { type EngineRig, eventually, HOLDS, startEngineRig } from "./rig/engine-rig";
import { logOf, saidAt } from "./rig/worker-log";

/*
 * The most telling faults of the engine in a short form, for every `npm test`; the full matrix is in the `.fault.ts`
 * files beside it (`npm run test:faults`). After each case the invariants are checked.
 */

// Bounds a hang on a busy machine, is no statement about speed.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let rig: EngineRig;

beforeAll(async () => {
  rig = await startEngineRig();
}, 120_000);
afterEach(async () => {
  expect(await rig.settle()).toEqual(HOLDS);
});
afterAll(async () => {
  await rig.close();
});

const copy = (key: string) => fakeStep(key, "postgres.copy");
const nap = (seconds: number) => fakeStep("nap", "wait", { with: { for: `${seconds}s` } });
const ends = async (stage: Stage, status = "succeeded") => {
  const run = await until(rig.t, stage.runId, (one) => one.endedAt !== null || one.status === "paused" || one.status === "needs-attention", 60_000);
  expect(run.status, run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ")).toBe(status);
  return run;
};
const owns = (stage: Stage, id: string) =>
  eventually(`${id} had the run`, () => rig.leases.epochs.some((one) => one.runId === stage.runId && one.owner === id));
const stepRuns = (stage: Stage, key: string) =>
  until(rig.t, stage.runId, (run) => run.steps.some((step) => step.key === key && step.status === "running" && step.open !== null));

describe("our own database", () => {
  it("F-ENG-5 half-open: the worker notices within its lease, does nothing more, and works again when the link is whole", async () => {
    const stage = await rig.started([copy("a"), fakeStep("b", "sql.check"), copy("c")]);
    await script(rig.effects, "b", { apply: ["hang", { type: "done" }] });
    const cut = rig.worker({ id: "cut" });
    await stepRuns(stage, "b");
    const since = Date.now();
    rig.proxy.set({ silent: true });
    rig.worker({ id: "other", direct: true });
    await owns(stage, "other");
    await ends(stage);
    await eventually("the worker noticed", () => saidAt(cut, "lease lost", since) !== null);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply", "c:apply"]);
    rig.proxy.heal();
    const next = await rig.started([copy("a"), copy("b")]);
    await ends(next);
    expect(cut.child.exitCode).toBeNull();
  });

  it("F-ENG-4 immediate stop and start in the middle of an effect: its outcome is written when the database is back", async () => {
    const stage = await rig.started([fakeStep("it", "notify"), copy("after")]);
    await script(rig.effects, "it", { apply: ["block:1500"] });
    rig.worker({ timing: { leaseMs: 12_000, renewMs: 1_000 } });
    await stepRuns(stage, "it");
    await rig.control.stopImmediately();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await rig.control.start();
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "after:apply"]);
  });

  it("F-ENG-4 a worker that starts while it is away waits for it", async () => {
    const stage = await rig.started([copy("a")]);
    await rig.control.stopImmediately();
    const worker = rig.worker();
    await eventually("it waits", () => saidAt(worker, "the database is away: waiting for it") !== null);
    await rig.control.start();
    await ends(stage);
    expect(worker.child.exitCode).toBeNull();
  });

  it("F-ENG-6 read-only: nothing is begun, the log says why, and the run goes on afterwards", async () => {
    const stage = await rig.started([nap(2), copy("after")]);
    const worker = rig.worker();
    await stepRuns(stage, "nap");
    const since = Date.now();
    await rig.t.db.pool.query("ALTER SYSTEM SET default_transaction_read_only = on");
    await rig.t.db.pool.query("SELECT pg_reload_conf()");
    await eventually("the lease is lost", () => saidAt(worker, "lease lost", since) !== null);
    expect(logOf(worker).some((entry) => JSON.stringify(entry).includes("read-only transaction"))).toBe(true);
    expect(await rig.effectsOf(stage.runId)).toEqual([]);
    const client = await rig.t.db.pool.connect();
    await client.query("SET default_transaction_read_only = off");
    await client.query("ALTER SYSTEM RESET default_transaction_read_only");
    await client.query("SELECT pg_reload_conf()");
    client.release(true);
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["after:apply"]);
  });

  it("F-ENG-9 without pg-boss's tables and without LISTEN the run goes on by polling", async () => {
    const stage = await rig.started([copy("a"), nap(1), copy("b")]);
    const worker = rig.worker({ listen: false, alarm: true });
    await stepRuns(stage, "nap");
    await rig.t.db.pool.query("DROP SCHEMA pgboss CASCADE");
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply"]);
    const next = await rig.started([copy("a")]);
    await ends(next);
    expect(worker.child.exitCode).toBeNull();
  });
});

describe("a worker that breaks", () => {
  it.each(["uncaught", "unhandled"] as const)("F-ENG-12 %s in an executor: it dies as by kill -9, the next one finishes", async (what) => {
    const stage = await rig.started([copy("it"), copy("after")]);
    await script(rig.effects, "it", { apply: [what, { type: "done" }] });
    const dying = rig.worker();
    await stepRuns(stage, "it");
    rig.worker();
    expect(await endOf(dying)).toBe("SIGKILL");
    await ends(stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["it:apply", "after:apply"]);
  });

  it("F-ENG-13 its thread is busy for longer than the lease: what it does when it wakes is refused", async () => {
    const other = await rig.standby({ id: "other" });
    const stage = await rig.started([copy("it"), copy("after")]);
    await script(rig.effects, "it", { apply: ["block:4000", { type: "done" }] });
    const busy = rig.worker({ id: "busy" });
    await stepRuns(stage, "it");
    other.child.kill("SIGCONT");
    await owns(stage, "other");
    await ends(stage);
    await eventually("it woke and noticed", () => saidAt(busy, "lease lost") !== null);
    const found = await rig.effects.db.pool.query<{ key: string; epoch: number }>(
      "SELECT step_key AS key, epoch FROM fake_effect WHERE run_id = $1 ORDER BY seq",
      [stage.runId],
    );
    const { epoch } = await loadRun(rig.t.db.pool, stage.runId);
    expect(found.rows.filter((row) => row.key === "it").map((row) => row.epoch)).toEqual([epoch]);
    await journal(rig.t, stage.runId);
    expect((await effects(rig.effects, stage.runId)).length).toBe(2);
  });
});

/** Shifts the clock of a Node process, as a host whose clock is wrong; monotonic time is left alone. */
const wrongClock = (hours: number) => [
  "--import",
  `data:text/javascript,${encodeURIComponent(`const Real = Date; const by = ${hours * 3_600_000};
    globalThis.Date = class extends Real { constructor(...given) { if (given.length === 0) super(Real.now() + by); else super(...given); } static now() { return Real.now() + by; } };`)}`,
];

describe("F-ENG-15 hosts whose clocks are an hour off", () => {
  it("leases and timers follow the database's clock alone", async () => {
    const behind = await rig.standby({ id: "behind", nodeArgs: wrongClock(-1) });
    const stage = await rig.started([{ ...copy("a"), hold: "2s" }, nap(2), copy("b")]);
    const ahead = rig.worker({ id: "ahead", nodeArgs: wrongClock(1) });
    await until(rig.t, stage.runId, (run) => run.steps[1]?.status === "running");
    ahead.child.kill("SIGKILL");
    behind.child.kill("SIGCONT");
    const run = await ends(stage);
    const [held, waited] = run.steps;
    const ms = (from: Date | null | undefined, to: Date | null | undefined) => (to?.getTime() ?? 0) - (from?.getTime() ?? 0);
    for (const took of [ms(held?.effectAt, held?.endedAt), ms(waited?.startedAt, waited?.endedAt)]) {
      expect(took).toBeGreaterThanOrEqual(2_000);
      expect(took).toBeLessThan(120_000);
    }
    expect(run.takeovers).toBeLessThanOrEqual(1);
  });

  it("gates expire by the database's clock, whatever the worker's host says", async () => {
    const gate = async (expires: string) => {
      const stage = await stageRun(rig.t, makeRunbook({ steps: [copy("a")] }));
      await requestRun(at(stage.operator), { runId: stage.runId, version: 1 });
      await rig.t.db.pool.query(`UPDATE approval_gate SET expires_at = clock_timestamp() + interval '${expires}' WHERE run_id = $1`, [stage.runId]);
      return stage;
    };
    const [over, standing] = [await gate("-1 s"), await gate("30 min")];
    const dataDir = mkdtempSync(path.join(tmpdir(), "switchyard-clock-"));
    const worker = startChild("worker/main.ts", [], { DATABASE_URL: rig.control.url, SWITCHYARD_DATA_DIR: dataDir }, wrongClock(1));
    try {
      await until(rig.t, over.runId, (run) => run.status === "draft", 50_000);
      expect((await loadRun(rig.t.db.pool, standing.runId)).status).toBe("awaiting-approval");
    } finally {
      worker.child.kill("SIGKILL");
      await endOf(worker);
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe("transactions that are cut off", () => {
  it("F-ENG-18 a statement that comes after its transaction was given up is not sent: nothing is committed in part", async () => {
    const { pool } = rig.t.db;
    await pool.query("CREATE TABLE late (n int)");
    let late: Promise<unknown> = Promise.resolve();
    let go: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    // As an adapter would that sends its second statement late, after whoever asked has stopped waiting.
    const work = async (tx: Tx) => {
      await tx.query("INSERT INTO late VALUES (1)");
      late = slow.then(() => tx.query("INSERT INTO late VALUES (2)"));
      late.catch(() => undefined);
      throw new Error("took longer than it may");
    };
    await expect(inTransaction({ pool }, work)).rejects.toThrow("took longer");
    go();
    await expect(late).rejects.toThrow("The transaction is over");
    // One that only stands still is ended by the server, and its locks with it.
    const still = async (tx: Tx) => {
      await tx.query("INSERT INTO late VALUES (3)");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await tx.query("INSERT INTO late VALUES (4)");
    };
    await expect(inTransaction({ pool }, still, { statementTimeoutMs: 200 })).rejects.toThrow();
    expect((await pool.query("SELECT n FROM late")).rows).toEqual([]);
  });

  it.each(["before", "after"])("F-AUD-1 kill -9 %s the audit entry: neither the change nor its entry is there", async (when) => {
    const stage = await stageRun(rig.t, makeRunbook({ steps: [copy("a")] }));
    const before = await loadRun(rig.t.db.pool, stage.runId);
    const dying = startChild("worker/testing/crash-in-audit.ts", [rig.control.url, stage.runId, when]);
    expect(await endOf(dying), dying.output()).toBe("SIGKILL");
    const { clock: _before, ...was } = before;
    const { clock: _after, ...is } = await loadRun(rig.t.db.pool, stage.runId);
    expect(is).toEqual(was);
    expect(await journal(rig.t, stage.runId)).toEqual(["run.created"]);
  });
});
