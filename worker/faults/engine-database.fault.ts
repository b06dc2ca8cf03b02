import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadRun } from "@/lib/migration/load-run";
import { fakeShift, fakeStep, type Stage, script, patiently as until } from "@/worker/testing/stage";
import { type EngineRig, eventually, HOLDS, startEngineRig } from "./rig/engine-rig";
import { logOf, saidAt } from "./rig/worker-log";

/* Faults of Switchyard's own database: it goes away, says nothing, is read-only, is full. */

const PRODUCTION = { leaseMs: 10_000, renewMs: 2_000, tickMs: 500, pollMs: 1_000, graceMs: 5_000 };

const ends = async (rig: EngineRig, stage: Stage, status = "succeeded", ms = 180_000) => {
  const run = await until(rig.t, stage.runId, (one) => one.endedAt !== null || one.status === "paused" || one.status === "needs-attention", ms);
  expect(run.status, run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ")).toBe(status);
  return run;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("our own database goes away", () => {
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

  it("F-ENG-4 immediate stop and start 50 times under load: every run ends, every effect once, no connection is lost for good", async () => {
    const steps = [fakeStep("a", "postgres.copy"), fakeStep("b", "sql.check"), fakeShift("c", [10, 50, 100], "300ms"), fakeStep("d", "postgres.copy")];
    const workers = [rig.worker({ id: "one" }), rig.worker({ id: "two" })];
    const stages: Stage[] = [];
    for (let n = 0; n < 4; n++) stages.push(await rig.started(steps));
    for (let n = 0; n < 50; n++) {
      // Spread over the whole of a run, at another place each time.
      await pause(100 + ((n * 137) % 500));
      await rig.control.stopImmediately();
      await pause((n * 53) % 200);
      await rig.control.start();
      if (n % 12 === 11) stages.push(await rig.started(steps));
    }
    for (const stage of stages) {
      const run = await until(rig.t, stage.runId, (one) => one.endedAt !== null || one.status === "needs-attention", 180_000);
      expect(run.status, run.desiredReason ?? "").toBe("succeeded");
      expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply", "c.10:apply", "c.50:apply", "c.100:apply", "d:apply"]);
    }
    expect(workers.map((one) => one.child.exitCode)).toEqual([null, null]);
  });

  it("F-ENG-5 half-open with the lease of production: noticed within the lease, no effect afterwards, replaced within 12 s", async () => {
    const standby = await rig.standby({ id: "standby", direct: true, timing: PRODUCTION });
    const stage = await rig.started([fakeStep("a", "postgres.copy"), fakeStep("b", "sql.check"), fakeStep("c", "postgres.copy")]);
    await script(rig.effects, "b", { apply: ["hang", { type: "done" }] });
    const cut = rig.worker({ id: "cut", timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[1]?.open != null);
    const { epoch } = await loadRun(rig.t.db.pool, stage.runId);
    const since = Date.now();
    rig.proxy.set({ silent: true });
    standby.child.kill("SIGCONT");
    await eventually("another worker takes over", () => rig.leases.takeover(stage.runId, epoch, since) !== null);
    const noticed = saidAt(cut, "lease lost", since);
    expect(noticed, "the worker had not noticed when another one had the run").not.toBeNull();
    expect((noticed ?? 0) - since).toBeLessThanOrEqual(PRODUCTION.leaseMs + 250);
    expect(rig.leases.takeover(stage.runId, epoch, since)).toBeLessThanOrEqual(12_000);
    await ends(rig, stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply", "c:apply"]);
  });

  it.each([
    ["slow", { delayMs: 40 }],
    ["narrow", { bytesPerSecond: 100_000 }],
  ])("F-ENG-5 a %s link costs time and nothing else", async (_name, state) => {
    rig.proxy.set(state);
    const stage = await rig.started([fakeStep("a", "postgres.copy"), fakeShift("b", [50, 100]), fakeStep("c", "sql.check")]);
    rig.worker({ timing: PRODUCTION });
    await ends(rig, stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b.50:apply", "b.100:apply", "c:apply"]);
  });

  it("F-ENG-5 resets of every connection, twice a second for 10 s", async () => {
    const stage = await rig.started([fakeStep("a", "postgres.copy"), fakeShift("b", [25, 50, 100], "1s"), fakeStep("c", "sql.check")]);
    rig.worker({ timing: PRODUCTION });
    for (let n = 0; n < 20; n++) {
      rig.proxy.reset();
      await pause(500);
    }
    await ends(rig, stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b.25:apply", "b.50:apply", "b.100:apply", "c:apply"]);
  });

  it("F-ENG-6 read-only for longer than the lease: no effect, a clear error, and the run goes on afterwards", async () => {
    const stage = await rig.started([fakeStep("nap", "wait", { with: { for: "3s" } }), fakeStep("after", "sql.check")]);
    const worker = rig.worker({ timing: PRODUCTION });
    await until(rig.t, stage.runId, (one) => one.steps[0]?.open != null);
    const since = Date.now();
    const { pool } = rig.t.db;
    await pool.query("ALTER SYSTEM SET default_transaction_read_only = on");
    await pool.query("SELECT pg_reload_conf()");
    await eventually("the lease is lost", () => saidAt(worker, "lease lost", since) !== null);
    expect(logOf(worker).some((entry) => JSON.stringify(entry).includes("read-only transaction"))).toBe(true);
    expect(await rig.effectsOf(stage.runId)).toEqual([]);
    const client = await pool.connect();
    await client.query("SET default_transaction_read_only = off");
    await client.query("ALTER SYSTEM RESET default_transaction_read_only");
    await client.query("SELECT pg_reload_conf()");
    client.release(true);
    await ends(rig, stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["after:apply"]);
  });
});

describe("F-ENG-7 the disk of our own database is full", () => {
  const mount = mkdtempSync(path.join(tmpdir(), "switchyard-full-"));
  let rig: EngineRig;
  let mounted = false;

  beforeAll(async () => {
    chmodSync(mount, 0o755);
    // A small file system of its own needs root; without it this case cannot be made and says so by failing.
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=192m,mode=0755", "tmpfs", mount], { stdio: "pipe" });
    mounted = true;
    rig = await startEngineRig({ dataDir: path.join(mount, "pg"), settings: ["max_wal_size=64MB", "min_wal_size=32MB", "shared_buffers=16MB"] });
  });
  afterAll(async () => {
    await rig?.close();
    if (mounted) execFileSync("umount", ["-l", mount]);
    rmSync(mount, { recursive: true, force: true });
  });

  it("no change is there in part, the worker says so, and the run goes on when there is room again", async () => {
    const { pool } = rig.t.db;
    const stage = await rig.started([fakeStep("a", "postgres.copy"), fakeStep("nap", "wait", { with: { for: "2s" } }), fakeStep("b", "sql.check")]);
    const worker = rig.worker();
    await until(rig.t, stage.runId, (one) => one.steps[1]?.open != null);
    const filler = path.join(mount, "filler");
    // Until nothing goes in any more: the server takes room too while this is written.
    expect(() => {
      for (;;) appendFileSync(filler, Buffer.alloc(65_536));
    }).toThrow("ENOSPC");
    // What is written until the last segment of the log is used up fails; the worker keeps trying.
    const since = Date.now();
    const full = pool.query("CREATE TABLE filler AS SELECT repeat(md5(n::text), 30) AS t FROM generate_series(1, 400000) AS n");
    await expect(full).rejects.toThrow();
    await eventually(
      "the worker says that it cannot write",
      () => logOf(worker).some((entry) => entry.time >= since && /no space|space left|recovery|terminat|ECONNREFUSED/i.test(JSON.stringify(entry))),
      90_000,
    );
    unlinkSync(filler);
    await rig.control.stopImmediately();
    await rig.control.start();
    await ends(rig, stage);
    expect(await rig.effectsOf(stage.runId)).toEqual(["a:apply", "b:apply"]);
    expect(await rig.settle()).toEqual(HOLDS);
  });
});
