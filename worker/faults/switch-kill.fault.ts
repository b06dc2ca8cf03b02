import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { poolerOf } from "@/lib/migration/executors/move/testing/following";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import { at, until } from "@/worker/testing/stage";
import { checkInvariants } from "./rig/invariants";
import { type LedgerWriters, startWriters } from "./rig/ledger";
import { prepareSite, resetSwitch, startedSwitch, workerEnvironment } from "./rig/switch-stage";
import { startWriteProbe, type WriteProbe } from "./rig/write-probe";

/*
 * F-PG-1: the worker is killed after every line of the cutover, forth and back, under 16 writers. Once the dead-man helper
 * brings the switch to an end, once only the next owner can, because there is no helper.
 */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-switch-"));
const DATA = path.join(DIR, "data");
const POINTS = ["line-1", "line-2", "fenced", "line-3", "line-4", "line-5", "line-6", "line-7", "committed", "line-8", "resumed", "line-9"];
/** Milliseconds a client may wait in all (R-PG-5). */
const STALL_MS = 8_000;

let t: TestDb;
let site: PracticeSite;
let writers: LedgerWriters | null = null;
let probe: WriteProbe | null = null;
const children: TestChild[] = [];

beforeAll(async () => {
  t = await testDb();
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 1 });
  await prepareSite(t, site, DATA);
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  writers?.kill();
  await probe?.stop();
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
  await resetSwitch(site);
});
afterAll(async () => {
  await site?.stop();
  await t?.close();
  rmSync(DIR, { recursive: true, force: true });
});

function worker(mode: string, crashAt?: string): TestChild {
  const child = startChild("worker/testing/switch-worker.ts", mode === "helper" ? [] : ["no-helper"], workerEnvironment(t, DATA, crashAt));
  children.push(child);
  return child;
}

const told = (run: RunSnapshot) => `${run.status}: ${run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ")}`;
const atHand = (run: RunSnapshot) => run.steps[1]?.waitingFor === "human" || run.status === "paused" || run.status === "needs-attention";

/** The run stands behind its switch, whoever brought it there. */
async function switched(runId: string): Promise<void> {
  const run = await until(t, runId, atHand, 120_000);
  expect(run.steps[1]?.waitingFor, told(run)).toBe("human");
}

/** The invariants with everything this case has seen; and the application really writes on `side`. */
async function expectInvariants(side: "source" | "target", file: string): Promise<void> {
  if (writers === null || probe === null) throw new Error("The case has no writers.");
  await writers.more(100);
  const stats = await writers.stop();
  await probe.stop();
  const primary = (side === "source" ? site.sourceMover : site.targetMover)?.dsn ?? "";
  // Before the switch the target is not closed yet: from the first sample in which it refuses on.
  const from = probe.samples.find((sample) => sample.target === "refuses")?.at ?? 0;
  const report = await checkInvariants({
    pool: t.db.pool,
    ledger: { primary, file },
    probe: { samples: probe.samples, from },
    // A fence refuses connections that a pooler opens anew: only a restarted pooler may do that.
    stall: { stats, budgetMs: STALL_MS },
  });
  expect(report.broken).toEqual([]);
  console.log(`stall ${stats.maxStallMs} ms, ${stats.acknowledged} writes`);
}

function watchApplication(name: string): string {
  const file = path.join(DIR, `${name}.ledger`);
  writers = startWriters(poolerOf(site).app, file);
  probe = startWriteProbe(site.source?.dsn ?? "", site.target?.dsn ?? "");
  return file;
}

describe.each(["helper", "no-helper"])("F-PG-1 kill -9 in the switch, %s", (mode) => {
  it.each(POINTS)("forth, after %s", async (point) => {
    const run = await startedSwitch(t, site);
    const file = watchApplication(`${mode}-forth-${point}`);
    await writers?.more(200);
    const dying = worker(mode, `postgres.switch:at-${point}`);
    expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
    worker("helper");
    await switched(run.runId);
    await expectInvariants("target", file);
  });

  it.each(POINTS)("back, after %s", async (point) => {
    const run = await startedSwitch(t, site);
    const file = watchApplication(`${mode}-back-${point}`);
    const dying = worker(mode, `postgres.switch/undo:at-${point}`);
    await switched(run.runId);
    await writers?.more(200);
    await rollbackRun(at(run.operator), { runId: run.runId, reason: "back" });
    expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
    worker("helper");
    const end = await until(t, run.runId, (one) => one.status === "rolled-back" || one.status === "needs-attention" || one.status === "paused", 120_000);
    expect(end.status, told(end)).toBe("rolled-back");
    await expectInvariants("source", file);
  });
});
