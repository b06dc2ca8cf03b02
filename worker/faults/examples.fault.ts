import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { rows } from "@/lib/db/transaction";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { openGate } from "@/lib/migration/commands";
import { confirmStep } from "@/lib/migration/confirm-step";
import { createRun } from "@/lib/migration/create-run";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startRun } from "@/lib/migration/start-run";
import { currentStep } from "@/lib/migration/steps";
import { ENDED, type GuardSpec } from "@/lib/migration/types";
import { exampleSource } from "@/lib/plan/examples";
import { importPlan } from "@/lib/plan/import-plan";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeWorkspace } from "@/prisma/testing/factories";
import { endOf, startChild, type TestChild } from "@/worker/testing/child";
import { at, journal, pushSample } from "@/worker/testing/stage";
import { bindExamples, recordOf, untilMeasured } from "./rig/example-site";

/*
 * The six migrations of the five example plans, rehearsed from start to end on the practice site: real database move, real
 * DNS, real ramp, their own guards and observation, their long times compressed. Tasks of people are confirmed by the test.
 */

const MIGRATIONS: [system: string, kinds: string[]][] = [
  ["apexmediation", ["dns.set", "postgres.switch", "postgres.sync", "traffic.set"]],
  ["barum-aws", ["postgres.switch", "postgres.sync", "traffic.set"]],
  ["paircam", ["postgres.switch", "postgres.sync", "traffic.set"]],
  ["tour-crm", ["postgres.switch", "postgres.sync", "traffic.set"]],
  ["venture-nudge", ["dns.set", "postgres.switch", "postgres.sync", "traffic.set"]],
];
const LIMIT_MS = 900_000;

let t: TestDb;
let dataDir: string;
let site: PracticeSite | null = null;
let worker: TestChild | null = null;

beforeAll(async () => {
  t = await testDb();
  dataDir = mkdtempSync(path.join(tmpdir(), "switchyard-examples-"));
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(path.join(dataDir, "data")).publicKey);
});
afterEach(async () => {
  if (worker !== null) {
    worker.child.kill("SIGTERM");
    await endOf(worker);
  }
  worker = null;
  await site?.stop();
  site = null;
});
afterAll(async () => {
  await t?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A value of the metric that the guard does not mind. */
const harmless = (guard: GuardSpec) => (guard.op === "<" || guard.op === "<=" ? guard.value * 2 + 1 : 0);

/** Feeds the guards' metrics as the system would, until stopped. */
function feed(projectId: string, guards: readonly GuardSpec[]): () => void {
  const metrics = guards.flatMap((guard) => (guard.source.type === "metric" ? [{ key: guard.source.metric, value: harmless(guard) }] : []));
  const push = () => Promise.all(metrics.map((metric) => pushSample(t, projectId, metric.key, metric.value))).catch(() => undefined);
  void push();
  const timer = setInterval(() => void push(), 500);
  return () => clearInterval(timer);
}

/** What people do: confirm their tasks with every item ticked, approve what is asked. Returns when the run stands still or ends. */
async function people(runId: string, operator: Ctx, approver: Ctx): Promise<RunSnapshot> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const run = await loadRun(t.db.pool, runId);
    // Back to approved: the start was refused, and the preflight says why.
    if (ENDED.includes(run.status) || ["approved", "paused", "needs-attention"].includes(run.status)) return run;
    if (Date.now() > end) throw new Error(`still ${run.status} at ${currentStep(run)?.key}: ${currentStep(run)?.message}`);
    const gate = openGate(run);
    const step = currentStep(run);
    if (gate !== null && run.status !== "awaiting-approval") await approveRun(at(approver), { runId, planHash: run.planHash, gate: gate.gate });
    else if (step?.waitingFor === "human" && step.status === "waiting") {
      const items = step.spec.kind === "checklist" ? { items: step.spec.with.items.map((_item, index) => index) } : {};
      await confirmStep(at(operator), { runId, step: step.key, ...items }).catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function rehearse(migrationId: string, projectId: string): Promise<RunSnapshot> {
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId, mode: "rehearsal", longest: "1s", reason: "example" });
  const { guards } = (await loadRun(t.db.pool, runId)).plan;
  const stop = feed(projectId, guards);
  try {
    if (site !== null) await untilMeasured(site, guards);
    await requestRun(at(operator), { runId, version: 1 });
    await approveRun(at(approver), { runId, planHash });
    await t.db.prisma.workerHeartbeat.deleteMany();
    await makeHeartbeat(t.db);
    await startRun(at(operator), { runId });
    return await people(runId, operator, approver);
  } finally {
    stop();
  }
}

const said = (run: RunSnapshot) =>
  [run.desiredReason, ...(run.preflight ?? []).filter((check) => check.level === "block").map((check) => `${check.stepKey}: ${check.message}`)]
    .concat(run.steps.filter((step) => step.status !== "succeeded").map((step) => `${step.key} ${step.status} ${step.message}`))
    .join("; ")
    .slice(0, 2_000);

it.each(MIGRATIONS)(
  "%s is rehearsed from start to end",
  async (system, kinds) => {
    const source = await exampleSource(system);
    if (source === null) throw new Error(`no example ${system}`);
    const admin = await t.ctx("admin");
    const { projectId } = await importPlan(await t.ctx("operator"), { source });
    const project = await t.db.prisma.project.findUniqueOrThrow({ where: { id: projectId } });
    const migrations = await rows<{ id: string; key: string }>(
      t.db.pool,
      "SELECT m.id, m.key FROM migration m WHERE m.project_id = $1 AND EXISTS (SELECT 1 FROM runbook_version v WHERE v.migration_id = m.id) ORDER BY m.position",
      [projectId],
    );
    expect(migrations.length).toBeGreaterThan(0);
    const ran = new Set<string>();
    for (const [index, migration] of migrations.entries()) {
      site = await startPractice({ dir: path.join(dataDir, `${system}-${index}`), sizeMb: 2, writesPerSecond: 20, requestsPerSecond: 100 });
      const bound = await bindExamples(site);
      await t.db.pool.query("DELETE FROM connection WHERE project_id = $1", [projectId]);
      for (const one of bound) await createConnection(admin, { project: project.slug, ...one });
      worker = startChild("worker/testing/real-worker.ts", [], { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: path.join(dataDir, "data") });
      const run = await rehearse(migration.id, projectId);
      expect(run.status, `${migration.key}: ${said(run)}; ${worker.output().slice(-1_500)}`).toBe("succeeded");
      expect(run.steps.filter((step) => step.status !== "succeeded").map((step) => step.key)).toEqual([]);
      for (const step of run.steps) ran.add(step.spec.kind);
      if (run.steps.some((step) => step.spec.kind === "traffic.set")) expect(run.trafficPercent).toBe(100);
      expect(await journal(t, run.id)).toContain("observation.started");
      if (system === "venture-nudge" && site.dns !== null)
        expect(await recordOf(site.dns, "venturenudge.com", "www.venturenudge.com")).toEqual({ ttl: 300, values: ["aws.venturenudge.com."] });
      worker.child.kill("SIGTERM");
      await endOf(worker);
      worker = null;
      await site.stop();
      site = null;
    }
    expect([...ran]).toEqual(expect.arrayContaining(kinds));
  },
  LIMIT_MS * 2,
);
