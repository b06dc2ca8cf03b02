import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { poolerOf } from "@/lib/migration/executors/move/testing/following";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { openTestDb, type TestDb } from "@/prisma/testing/database";
import { startChild, type TestChild } from "@/worker/testing/child";
import { until } from "@/worker/testing/stage";
import { type ControlCluster, startControlCluster } from "./rig/control-cluster";
import { eventually } from "./rig/engine-rig";
import { checkInvariants } from "./rig/invariants";
import { type LedgerWriters, startWriters } from "./rig/ledger";
import { prepareSite, resetSwitch, startedSwitch, workerEnvironment } from "./rig/switch-stage";
import { startWriteProbe, type WriteProbe } from "./rig/write-probe";

/* F-PG-23: our own database is stopped exactly before and after the point of no return, with a real worker and 16 writers. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-switch-control-"));
const DATA = path.join(DIR, "data");
/** Milliseconds a client may wait in all: the pause of the switch, and that nobody waits for our own database. */
const STALL_MS = 8_000;

let control: ControlCluster;
let t: TestDb;
let site: PracticeSite;
let writers: LedgerWriters | null = null;
let probe: WriteProbe | null = null;
let worker: TestChild | null = null;

beforeAll(async () => {
  control = await startControlCluster();
  t = openTestDb(control.url);
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 1 });
  await prepareSite(t, site, DATA);
});
afterEach(async () => {
  worker?.child.kill("SIGKILL");
  await worker?.ended;
  worker = null;
  writers?.kill();
  await probe?.stop();
  await control.start();
  await resetSwitch(site);
});
afterAll(async () => {
  await site?.stop();
  await t?.close();
  await control?.remove();
  rmSync(DIR, { recursive: true, force: true });
});

/** Phases of the switch in our own database, and those of them that it was only told afterwards. */
async function phases(runId: string): Promise<{ all: string[]; late: string[] }> {
  const found = await t.db.pool.query<{ phase: string; late: boolean }>(
    `SELECT data->>'phase' AS phase, message LIKE '%told afterwards%' AS late FROM journal_event WHERE run_id = $1 AND type = 'step.checkpoint' ORDER BY seq`,
    [runId],
  );
  return { all: found.rows.map((row) => row.phase), late: found.rows.flatMap((row) => (row.late ? [row.phase] : [])) };
}

describe("F-PG-23 our own database is away at the point of no return", () => {
  it.each([
    ["before it: the source goes on, and that is told afterwards", "at-line-7", "source", "called-off"],
    ["after it: everybody goes on on the target, and that is told afterwards", "at-committed", "target", "switched"],
  ] as const)("%s", async (_title, point, side, phase) => {
    const run = await startedSwitch(t, site);
    const file = path.join(DIR, `${point}.ledger`);
    writers = startWriters(poolerOf(site).app, file);
    probe = startWriteProbe(site.source?.dsn ?? "", site.target?.dsn ?? "");
    await writers.more(200);
    const go = path.join(DIR, `${point}.go`);
    const child = startChild("worker/testing/switch-worker.ts", ["helper", point, go], workerEnvironment(t, DATA));
    worker = child;
    await eventually("the worker is at the point", () => child.output().includes(`at ${point}`));
    await control.stopImmediately();
    writeFileSync(go, "");
    // Clients go on while our own database is still away: their acknowledgements are all that is waited for.
    await writers.more(200, 60_000);
    await eventually("the application may write there", () => probe?.samples.at(-1)?.[side] === "accepts");
    await control.start();
    await eventually("it is told", async () => (await phases(run.runId)).late.includes(phase));
    // A switch that was called off is recorded as such, or tried again where the worker's lease had ended meanwhile.
    const end = await until(
      t,
      run.runId,
      (one) => one.steps[1]?.waitingFor === "human" || one.status === "paused" || one.status === "needs-attention",
      180_000,
    );
    expect(end.status).not.toBe("needs-attention");
    const primary = end.steps[1]?.waitingFor === "human" ? "target" : "source";
    if (side === "target") expect(primary).toBe("target");
    await writers.more(100, 60_000);
    const stats = await writers.stop();
    await probe.stop();
    const from = probe.samples.find((sample) => sample.target === "refuses")?.at ?? 0;
    const dsn = (primary === "source" ? site.sourceMover : site.targetMover)?.dsn ?? "";
    const report = await checkInvariants({
      pool: t.db.pool,
      ledger: { primary: dsn, file },
      probe: { samples: probe.samples, from },
      stall: { stats, budgetMs: STALL_MS },
    });
    expect(report.broken, (await phases(run.runId)).all.join(", ")).toEqual([]);
  });
});
