import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { loadRun } from "@/lib/migration/load-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { giveIdentities } from "@/lib/practice/identities";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeWorkspace } from "@/prisma/testing/factories";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import { copyMarker, type PracticeRun, type Receiver, resetSite, startedRun, startReceiver, tableCounts } from "@/worker/testing/practice-stage";
import { patiently as until } from "@/worker/testing/stage";
import { eventually, HOLDS } from "./rig/engine-rig";
import { checkInvariants } from "./rig/invariants";
import { type FaultProxy, startProxy } from "./rig/proxy";

/* Real executors on real servers: sessions and programs of a worker that is stopped or killed in the middle. */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-engine-site-"));
const children: TestChild[] = [];
let t: TestDb;
let site: PracticeSite;
/** The site as the runs reach it: through links that make a copy take some seconds on any machine. */
let slow: PracticeSite;
const links: FaultProxy[] = [];
let receiver: Receiver;

beforeAll(async () => {
  t = await testDb();
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(path.join(DIR, "data")).publicKey);
  receiver = await startReceiver();
  site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 40, writesPerSecond: 0, requestsPerSecond: 1 });
  await giveIdentities(site);
  slow = { ...site, source: await slowly(site.source), target: await slowly(site.target) };
});
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill("SIGCONT");
    child.kill("SIGKILL");
    await ended;
  }
  expect(await checkInvariants({ pool: t.db.pool })).toEqual(HOLDS);
  await t.db.pool.query("UPDATE run SET status = 'aborted', ended_at = now() WHERE ended_at IS NULL");
  await resetSite(site);
});
afterAll(async () => {
  for (const link of links) await link.close();
  await site?.stop();
  await receiver?.close();
  await t?.close();
  rmSync(DIR, { recursive: true, force: true });
});

async function slowly(database: PracticeDatabase | null): Promise<PracticeDatabase | null> {
  if (database === null) return null;
  const link = await startProxy({ port: database.port });
  link.set({ bytesPerSecond: 8_000_000 });
  links.push(link);
  return { ...database, host: link.host, port: link.port };
}

function worker(): TestChild {
  const child = startChild("worker/testing/real-worker.ts", [], { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: path.join(DIR, "data") });
  children.push(child);
  return child;
}

/** Sessions of a run on the target by epoch. */
async function sessions(runId: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: site.targetAdmin?.dsn ?? "" });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      "SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'switchyard:' || $1 || ':%'",
      [runId],
    );
    return found.rows.map((row) => Number(row.name.split(":")[2])).toSorted((a, b) => a - b);
  } finally {
    await client.end();
  }
}

/** Programs of a copy that run on this machine, by what they were started as. */
function programs(): string[] {
  return readdirSync("/proc").flatMap((entry) => {
    try {
      const line = /^\d+$/.test(entry) ? readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ") : "";
      return /pg_(dump|restore) .*(--format|--exit-on-error|--jobs)/.test(line) && line.includes("switchyard-copy-") ? [line] : [];
    } catch {
      return [];
    }
  });
}

const copy = { key: "it", title: "Copy", kind: "postgres.copy", with: { from: "source", to: "target" } };
const ended = (run: PracticeRun) => until(t, run.runId, (one) => one.endedAt !== null || one.status === "paused" || one.status === "needs-attention", 240_000);
const told = (run: RunSnapshot) => run.steps.map((step) => `${step.key} ${step.status} ${step.message}`).join("; ");

describe("F-ENG-2 SIGSTOP in the middle of a real copy", () => {
  it("its sessions on the servers are ended by the next owner; when it wakes it writes nothing, and the copy is whole", async () => {
    const run = await startedRun(t, slow, receiver, [copy]);
    const still = worker();
    await until(t, run.runId, (one) => one.steps[0]?.progress?.message === "writing the target", 120_000);
    const { epoch } = await loadRun(t.db.pool, run.runId);
    expect(await sessions(run.runId)).toContain(epoch);
    still.child.kill("SIGSTOP");
    worker();
    await until(t, run.runId, (one) => one.epoch > epoch, 60_000);
    await eventually("no session of the old epoch is left", async () => !(await sessions(run.runId)).includes(epoch));
    still.child.kill("SIGCONT");
    const end = await ended(run);
    expect(end.status, told(end)).toBe("succeeded");
    expect(await tableCounts(site, "target")).toEqual(await tableCounts(site, "source"));
    expect(await copyMarker(site)).toEqual([{ run: run.runId, status: "complete" }]);
    const late = await t.db.prisma.journalEvent.findMany({ where: { runId: run.runId, epoch: { lte: epoch } }, orderBy: { seq: "desc" }, take: 1 });
    const first = await t.db.prisma.journalEvent.findFirstOrThrow({ where: { runId: run.runId, epoch: { gt: epoch } }, orderBy: { seq: "asc" } });
    expect(late[0]?.seq ?? 0).toBeLessThan(first.seq);
  });
});

describe("F-ENG-14 programs of a killed worker", () => {
  it("pg_dump and pg_restore do not outlive it, and the next owner starts from clean", async () => {
    const run = await startedRun(t, slow, receiver, [copy]);
    for (const phase of ["reading the source", "writing the target"]) {
      const dying = worker();
      await until(t, run.runId, (one) => one.steps[0]?.progress?.message === phase, 120_000);
      await eventually("a program is at work", () => programs().length > 0);
      dying.child.kill("SIGKILL");
      await endOf(dying);
      await eventually("no program is left", () => programs().length === 0, 10_000);
    }
    worker();
    const end = await ended(run);
    expect(end.status, told(end)).toBe("succeeded");
    expect(await tableCounts(site, "target")).toEqual(await tableCounts(site, "source"));
  });
});
