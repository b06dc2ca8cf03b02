import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { approveRun } from "@/lib/migration/approve-run";
import { confirmStep } from "@/lib/migration/confirm-step";
import { retryStep } from "@/lib/migration/retry-step";
import { rollbackRun } from "@/lib/migration/rollback-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { missingPackages } from "@/lib/practice/packages";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import { verifyAuditChain } from "@/lib/service/audit-verify";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeWorkspace } from "@/prisma/testing/factories";
import { endOf, startChild, type TestChild } from "./testing/child";
import { copyMarker, type PracticeRun, type Receiver, resetSite, startedRun, startReceiver, tableCounts, weights } from "./testing/practice-stage";
import { at, journal, until } from "./testing/stage";

/*
 * F-ENG-1 with nothing faked: the worker process is killed with SIGKILL in every real executor, before its effect (the
 * intent is written) and after it (no outcome is written), and another one is started. What counts is seen from outside:
 * requests at a receiver, tables and rows on the target, weights in HAProxy.
 */

const DIR = mkdtempSync(path.join(tmpdir(), "switchyard-kill-"));
const present = missingPackages().length === 0;
/** Bounds a hang; a case takes some six seconds. */
const LIMIT = { timeout: 240_000 };
const children: TestChild[] = [];
let t: TestDb;
let site: PracticeSite;
let receiver: Receiver;

beforeAll(async () => {
  t = await testDb();
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(path.join(DIR, "data")).publicKey);
  receiver = await startReceiver();
  // No writes: source and target must be the same at the end.
  if (present) site = await startPractice({ dir: path.join(DIR, "site"), sizeMb: 5, writesPerSecond: 0, requestsPerSecond: 2 });
}, 240_000);
afterEach(async () => {
  for (const { child, ended } of children.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await t.db.pool.query("UPDATE run SET status = 'aborted' WHERE status NOT IN ('succeeded', 'rolled-back', 'aborted', 'rejected')");
});
afterAll(async () => {
  await site?.stop();
  await receiver.close();
  await t.close();
  rmSync(DIR, { recursive: true, force: true });
});

function worker(crashAt?: string): TestChild {
  const env = { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: path.join(DIR, "data"), ...(crashAt === undefined ? {} : { SWITCHYARD_CRASH_AT: crashAt }) };
  const started = startChild("worker/testing/real-worker.ts", [], env);
  children.push(started);
  return started;
}

async function killedAt(point: string): Promise<void> {
  const dying = worker(point);
  expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
}

const lb = { connection: "lb", backend: "app", oldServer: "old", newServer: "new" };
/** The step under test by kind. */
const CONFIG: Record<string, () => object> = {
  manual: () => ({ instructions: "By hand." }),
  checklist: () => ({ with: { items: ["one", "two"] } }),
  approval: () => ({}),
  wait: () => ({ with: { for: "2s" } }),
  "http.check": () => ({ with: { url: `${receiver.url}/health` } }),
  "tcp.check": () => ({ with: { host: "127.0.0.1", port: receiver.port } }),
  "sql.check": () => ({ with: { connection: "source", query: "SELECT count(*) > 0 FROM customers", expect: true } }),
  notify: () => ({ with: { connection: "hook", message: "hello" } }),
  "postgres.copy": () => ({ with: { from: "source", to: "target" } }),
  "traffic.shift": () => ({ with: { ...lb, stages: [{ percent: 100, hold: "0s", tolerance: "none" }] } }),
};

/** A started run: the step of the kind, then a step that shows that the run goes on (or waits for a person). */
async function stage(kind: string, next: "goes-on" | "waits" = "goes-on"): Promise<PracticeRun> {
  const it = { key: "it", title: "It", kind, ...CONFIG[kind]?.() };
  const goesOn = { key: "after", title: "After", kind: "http.check", with: { url: `${receiver.url}/after` } };
  return await startedRun(t, site, receiver, [it, next === "goes-on" ? goesOn : { key: "hand", title: "Hand", kind: "manual", instructions: "By hand." }]);
}

const reached = (run: PracticeRun, is: (one: RunSnapshot) => boolean) => until(t, run.runId, is, 90_000);
const RESTING: readonly RunSnapshot["status"][] = ["succeeded", "rolled-back", "aborted", "paused", "needs-attention"];
async function ends(run: PracticeRun, status: RunSnapshot["status"]): Promise<RunSnapshot> {
  const end = await reached(run, (one) => RESTING.includes(one.status));
  expect(end.status, end.steps.map((step) => `${step.key}: ${step.status} ${step.message}`).join("; ")).toBe(status);
  return end;
}
const asked = (run: PracticeRun) => reached(run, (one) => one.steps[0]?.waitingFor === "human");

/**
 * Tries without those that were taken over once more than the kill explains (a stalled machine costs a worker its short
 * lease): such a try ends unknown and is followed by another. Expected unknown tries stay.
 */
function withoutLostLeases(actual: string[], expected: string[]): string[] {
  let at = 0;
  return actual.filter((one) => {
    const awaited = one === expected[at];
    if (awaited) at += 1;
    return awaited || !one.endsWith(" unknown");
  });
}

/**
 * What holds after every kill: the journal is without gaps, epochs only rise and more than one worker wrote, no attempt is
 * open, none ended well twice, and the audit chain holds. Tries of the step are compared one by one.
 */
async function expectIntact({ runId }: PracticeRun, tries: string[]): Promise<void> {
  await journal(t, runId);
  const events = await t.db.prisma.journalEvent.findMany({ where: { runId }, orderBy: { seq: "asc" } });
  const epochs = events.map((event) => event.epoch);
  expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  const workers = events.filter((event) => (event.actor as { kind: string }).kind === "worker");
  expect(new Set(workers.map((event) => event.epoch)).size).toBeGreaterThanOrEqual(2);
  const attempts = await t.db.prisma.attempt.findMany({ where: { runId }, include: { step: true }, orderBy: [{ intentAt: "asc" }, { number: "asc" }] });
  const own = attempts.filter((one) => one.step.key.startsWith("it"));
  const made = own.map((one) => `${one.direction} ${one.outcome ?? "open"}`);
  expect(withoutLostLeases(made, tries)).toEqual(tries);
  // Every try beyond the expected ones has to be paid for by one more takeover, otherwise a worker gave up for no reason. A worker
  // that lost its lease may have written its intent and no word in the journal.
  const owners = new Set([...workers, ...attempts].map((one) => one.epoch));
  expect(owners.size, own.map((one) => `epoch ${one.epoch}: ${one.direction} ${one.outcome}`).join(", ")).toBeGreaterThanOrEqual(
    2 + made.length - tries.length,
  );
  expect(attempts.filter((one) => one.outcome === null)).toEqual([]);
  const well = attempts.filter((one) => one.outcome === "done" || one.outcome === "recovered").map((one) => `${one.step.key} ${one.direction}`);
  expect(new Set(well).size).toBe(well.length);
  expect(new Set(own.map((one) => `${one.direction} ${one.effectKey}`)).size).toBe(new Set(own.map((one) => one.direction)).size);
  expect(await verifyAuditChain(t.db)).toMatchObject({ ok: true, broken: null });
}

const POINTS = ["after-intent", "after-effect"] as const;
const AGAIN = ["apply unknown", "apply done"];

describe.skipIf(!present)("F-ENG-1 kill -9 in the real executors: people, time and reads", LIMIT, () => {
  it.each(POINTS)("manual, killed %s: the question is asked again and answered once", async (point) => {
    const run = await stage("manual");
    await killedAt(`manual:${point}`);
    worker();
    await asked(run);
    await confirmStep(at(run.operator), { runId: run.runId, step: "it" });
    await ends(run, "succeeded");
    await expectIntact(run, AGAIN);
    expect(await t.db.prisma.journalEvent.count({ where: { runId: run.runId, type: "step.confirmed" } })).toBe(1);
  });

  it.each(POINTS)("checklist, killed %s: the list is asked for again and ticked once", async (point) => {
    const run = await stage("checklist");
    await killedAt(`checklist:${point}`);
    worker();
    await asked(run);
    await confirmStep(at(run.operator), { runId: run.runId, step: "it", items: [0, 1] });
    await ends(run, "succeeded");
    await expectIntact(run, AGAIN);
    expect(await t.db.prisma.journalEvent.count({ where: { runId: run.runId, type: "step.confirmed" } })).toBe(1);
  });

  it.each(["before", "after"])("approval, killed %s the answer: one question, one passage", async (when) => {
    const run = await stage("approval");
    const dying = worker();
    await reached(run, (one) => one.gates.some((gate) => gate.gate === "it" && gate.status === "open"));
    const approve = () => approveRun(at(run.approver), { runId: run.runId, gate: "it", planHash: run.planHash });
    // Stopped, it cannot see the answer: it dies between the answer and what follows from it.
    if (when === "after") dying.child.kill("SIGSTOP");
    if (when === "after") await approve();
    dying.child.kill("SIGKILL");
    await endOf(dying);
    worker();
    if (when === "before") {
      await reached(run, (one) => one.epoch >= 2);
      await approve();
    }
    await ends(run, "succeeded");
    await expectIntact(run, []);
    expect(await t.db.prisma.approvalGate.count({ where: { runId: run.runId, gate: "it" } })).toBe(1);
    expect((await journal(t, run.runId)).filter((type) => type === "gate.passed")).toHaveLength(1);
  });

  it.each(POINTS)("wait, killed %s: measured from its beginning", async (point) => {
    const run = await stage("wait");
    await killedAt(`wait:${point}`);
    worker();
    const step = (await ends(run, "succeeded")).steps[0];
    await expectIntact(run, AGAIN);
    const first = await t.db.prisma.attempt.findFirstOrThrow({ where: { runId: run.runId, number: 1, step: { key: "it" } } });
    expect(step?.startedAt).toEqual(first.intentAt);
    expect((step?.endedAt?.getTime() ?? 0) - first.intentAt.getTime()).toBeGreaterThanOrEqual(2_000);
  });

  for (const kind of ["http.check", "tcp.check", "sql.check"]) {
    it.each(POINTS)(`${kind}, killed %s: is read again`, async (point) => {
      const run = await stage(kind);
      await killedAt(`${kind}:${point}`);
      worker();
      await ends(run, "succeeded");
      await expectIntact(run, AGAIN);
    });
  }
});

describe.skipIf(!present)("F-ENG-1 kill -9 in the real executors: a message that cannot be taken back", LIMIT, () => {
  it.each(POINTS)("notify, killed %s: a person decides, one message arrives", async (point) => {
    const run = await stage("notify");
    const before = receiver.seen.length;
    const messages = () => receiver.seen.slice(before).filter((one) => one.path.startsWith("/hook/"));
    await killedAt(`notify:${point}`);
    worker();
    await ends(run, "needs-attention");
    expect(messages()).toHaveLength(point === "after-intent" ? 0 : 1);
    const command = { runId: run.runId, step: "it", reason: "asked the receiver" };
    if (point === "after-intent") await retryStep(at(run.operator), command);
    else await confirmStep(at(run.operator), command);
    await ends(run, "succeeded");
    await expectIntact(run, point === "after-intent" ? AGAIN : ["apply unknown"]);
    const { effectKey } = await t.db.prisma.attempt.findFirstOrThrow({ where: { runId: run.runId, step: { key: "it" } } });
    expect(messages().map((one) => [one.method, one.key])).toEqual([["POST", effectKey]]);
  });
});

describe.skipIf(!present)("F-ENG-1 kill -9 in the real executors: data and traffic", LIMIT, () => {
  it.each([
    ["after-intent", AGAIN],
    ["after-effect", AGAIN], // the copy has begun and is under way
    ["effect-done", ["apply recovered"]],
  ])("postgres.copy, killed %s: every table is there once with every row", async (point, tries) => {
    await resetSite(site);
    const run = await stage("postgres.copy");
    await killedAt(`postgres.copy:${point}`);
    if (point === "effect-done") expect(await copyMarker(site)).toEqual([{ run: run.runId, status: "complete" }]);
    worker();
    await ends(run, "succeeded");
    await expectIntact(run, tries);
    const source = await tableCounts(site, "source");
    expect(Object.keys(source).length).toBeGreaterThan(0);
    expect(await tableCounts(site, "target")).toEqual(source);
    expect(await copyMarker(site)).toEqual([{ run: run.runId, status: "complete" }]);
  });

  it.each(POINTS)("undo of postgres.copy, killed %s: the target is empty, the source untouched", async (point) => {
    await resetSite(site);
    const source = await tableCounts(site, "source");
    const run = await stage("postgres.copy", "waits");
    const dying = worker(`postgres.copy/undo:${point}`);
    await reached(run, (one) => one.steps[1]?.waitingFor === "human");
    expect(await tableCounts(site, "target")).toEqual(source);
    await rollbackRun(at(run.operator), { runId: run.runId, reason: "back" });
    expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
    worker();
    await ends(run, "rolled-back");
    await expectIntact(run, ["apply done", ...(point === "after-intent" ? ["undo unknown", "undo done"] : ["undo recovered"])]);
    expect(await tableCounts(site, "target")).toEqual({});
    expect(await copyMarker(site)).toEqual([]);
    expect(await tableCounts(site, "source")).toEqual(source);
  });

  it.each(POINTS)("traffic.set, killed %s: everything is on the new side", async (point) => {
    await resetSite(site);
    const run = await stage("traffic.shift");
    await killedAt(`traffic.set:${point}`);
    expect(await weights(site)).toEqual(point === "after-intent" ? { old: 100, new: 0 } : { old: 0, new: 100 });
    worker();
    expect((await ends(run, "succeeded")).trafficPercent).toBe(100);
    await expectIntact(run, point === "after-intent" ? AGAIN : ["apply recovered"]);
    expect(await weights(site)).toEqual({ old: 0, new: 100 });
  });

  it.each(POINTS)("undo of traffic.set, killed %s: everything is back on the old side", async (point) => {
    await resetSite(site);
    const run = await stage("traffic.shift", "waits");
    const dying = worker(`traffic.set/undo:${point}`);
    await reached(run, (one) => one.steps[1]?.waitingFor === "human");
    await rollbackRun(at(run.operator), { runId: run.runId, reason: "back" });
    expect(await endOf(dying, 60_000), dying.output()).toBe("SIGKILL");
    worker();
    expect((await ends(run, "rolled-back")).trafficPercent).toBe(0);
    await expectIntact(run, ["apply done", ...(point === "after-intent" ? ["undo unknown", "undo done"] : ["undo recovered"])]);
    expect(await weights(site)).toEqual({ old: 100, new: 0 });
  });
});
