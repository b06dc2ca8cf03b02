import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "@/lib/db/pool";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeRunbook } from "@/prisma/testing/factories";
import { fakeStep, stageRun, startStage } from "@/worker/testing/stage";
import { type ControlCluster, startControlCluster } from "./rig/control-cluster";
import { checkInvariants } from "./rig/invariants";
import { checkLedger, type LedgerWriters, makeLedgerTables, startWriters } from "./rig/ledger";
import { endSiteProcesses, type SiteProcess, siteProcess, untilConnects } from "./rig/site-process";
import { splitWrites, startWriteProbe } from "./rig/write-probe";

/* The rig itself: it measures what it says, and its checker finds what is planted. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-rig-"));
const ledger = (name: string) => path.join(DIR, name);
let site: PracticeSite;
let control: ControlCluster;
let writers: LedgerWriters | null = null;
const restarted: SiteProcess[] = [];

async function asOwner<T>(side: "source" | "target", work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: site[side]?.dsn ?? "" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function pooled() {
  if (site.pgbouncer === null) throw new Error("The site has no pooler.");
  return site.pgbouncer.app;
}

beforeAll(async () => {
  [site, control] = await Promise.all([
    startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 1 }),
    startControlCluster(),
  ]);
  for (const side of ["source", "target"] as const) await asOwner(side, (client) => makeLedgerTables(client));
});
afterAll(async () => {
  writers?.kill();
  await endSiteProcesses(restarted);
  await site?.stop();
  await control?.remove();
  rmSync(DIR, { recursive: true, force: true });
});

describe("fault rig", () => {
  it("keeps an honest ledger of 16 writers through the pooler: also over a killed source", async () => {
    const source = siteProcess(site, "postgres-source");
    restarted.push(source);
    // Without a pause between their writes: some of them are in the middle of one when the server is killed.
    writers = startWriters(pooled(), ledger("one"), { pauseMs: 0 });
    await writers.more(300);
    await source.kill("SIGQUIT");
    await source.start();
    await untilConnects(site.source?.dsn ?? "");
    await writers.more(300, 60_000);
    const stats = await writers.stop();
    expect(stats.errors).toBeGreaterThan(0);
    expect(stats.maxStallMs).toBeGreaterThan(0);
    const verdict = await checkLedger(site.source?.dsn ?? "", ledger("one"));
    expect(verdict).toMatchObject({ missing: [], doubled: [] });
    expect(verdict.acknowledged).toBe(stats.acknowledged);
  });

  it("INV-1: a lost and a doubled write are found", async () => {
    writers = startWriters(pooled(), ledger("two"), { writers: 4 });
    await writers.more(100);
    await writers.stop();
    await asOwner("source", async (client) => {
      await client.query("DELETE FROM fault_ledger WHERE id = (SELECT max(id) FROM fault_ledger WHERE writer = 1)");
      await client.query("UPDATE fault_counter SET n = n - 1 WHERE writer = 1");
      await client.query("UPDATE fault_counter SET n = n + 1 WHERE writer = 2");
    });
    const verdict = await checkLedger(site.source?.dsn ?? "", ledger("two"));
    expect(verdict.missing).toHaveLength(1);
    expect(verdict.doubled).toEqual([expect.stringContaining("writer 2 counted")]);
  });

  it("INV-2: sees which side takes writes, ten times a second", async () => {
    const probe = startWriteProbe(site.source?.dsn ?? "", site.target?.dsn ?? "");
    const seen = async (target: string) => {
      const end = performance.now() + 20_000;
      while (probe.samples.at(-1)?.target !== target && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(probe.samples.at(-1)).toMatchObject({ source: "accepts", target });
      return Date.now();
    };
    await seen("accepts");
    expect(splitWrites(probe.samples).length).toBeGreaterThan(0);
    const admin = new pg.Client({ connectionString: site.targetAdmin?.dsn ?? "" });
    await admin.connect();
    await admin.query("ALTER ROLE app NOLOGIN");
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    const fenced = await seen("refuses");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(splitWrites(probe.samples, fenced)).toEqual([]);
    await admin.query("ALTER ROLE app LOGIN");
    await admin.end();
    await probe.stop();
  });

  it("restarts the control cluster without losing what was committed", async () => {
    const pool = createPool(control.url);
    await pool.query("CREATE TABLE kept AS SELECT 1 AS n");
    await control.stopImmediately();
    await expect(pool.query("SELECT 1")).rejects.toThrow();
    await control.start();
    expect((await pool.query("SELECT n FROM kept")).rows).toEqual([{ n: 1 }]);
    await pool.end();
  });
});

describe("checker of the invariants", () => {
  let t: TestDb;
  beforeAll(async () => {
    t = await testDb();
  });
  afterAll(async () => {
    await t.close();
  });

  it("holds for a run that people wait for, and finds what is planted in INV-3, 4, 5, 7 and 8", async () => {
    const stage = await stageRun(t, makeRunbook({ steps: [fakeStep("it", "manual")] }));
    await startStage(t, stage);
    await t.db.pool.query("UPDATE run SET status = 'paused'");
    const clean = await checkInvariants({ pool: t.db.pool, stubs: [] });
    expect(clean).toEqual({ broken: [], without: ["INV-1", "INV-2", "INV-6"] });
    const planted = async (sql: string) => {
      await t.db.pool.query(sql, sql.includes("$1") ? [stage.runId] : []);
      const { broken } = await checkInvariants({ pool: t.db.pool, stubs: [] });
      return [...new Set(broken.map((one) => one.invariant))];
    };
    expect(await planted("INSERT INTO fake_effect (run_id, step_key, direction, attempt, epoch) VALUES ($1, 'it', 'apply', 1, 2)")).toEqual(["INV-3"]);
    await t.db.pool.query("DELETE FROM fake_effect");
    expect(await planted("UPDATE run SET version = version + 1")).toEqual(["INV-4"]);
    await t.db.pool.query("UPDATE run SET version = version - 1");
    expect(await planted("UPDATE run SET status = 'running'")).toEqual(["INV-5"]);
    await t.db.pool.query("UPDATE run SET status = 'paused'");
    expect(await planted("UPDATE run SET plan_hash = 'another'")).toEqual(["INV-7"]);
    await t.db.pool.query("UPDATE run SET plan_hash = (SELECT plan_hash FROM approval_gate LIMIT 1)");
    expect(
      await planted("INSERT INTO fake_effect (run_id, step_key, direction, attempt, epoch) VALUES ($1, 'it', 'apply', 1, 2), ($1, 'it', 'apply', 1, 1)"),
    ).toContain("INV-8");
  });
});
