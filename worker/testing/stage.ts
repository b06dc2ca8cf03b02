import { newId } from "@/lib/core/ids";
import { approveRun } from "@/lib/migration/approve-run";
import { createRun } from "@/lib/migration/create-run";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import { startRun } from "@/lib/migration/start-run";
import type { Runbook } from "@/lib/migration/types";
import type { Ctx } from "@/lib/service/context";
import type { TestDb } from "@/prisma/testing/database";
import { makeConnection, makeHeartbeat, makeMigration } from "@/prisma/testing/factories/migration";
import { FAKE_CLASSES, fakeExecutors, LEDGER_SQL, type Script } from "./fakes";

/* Runs for tests of verbs and worker: made, requested, approved and started by two people. */

export interface Stage {
  operator: Ctx;
  approver: Ctx;
  projectId: string;
  migrationId: string;
  runId: string;
  targetStackId: string;
}

/** Configuration of a fake step by kind. */
const CONFIG: Record<string, unknown> = {
  "http.check": { url: "http://127.0.0.1:1/" },
  "tcp.check": { host: "127.0.0.1", port: 1 },
  "sql.check": { connection: "db", query: "SELECT 1", expect: 1 },
  "postgres.copy": { from: "db", to: "db2" },
  notify: { connection: "hook", message: "hello" },
  wait: { for: "1s" },
};

/** A runbook step of a kind with working defaults. */
export function fakeStep(key: string, kind: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const config = CONFIG[kind];
  return { key, title: key, kind, ...(config === undefined ? {} : { with: config }), ...more };
}

/** A traffic ramp over the given percents. */
export function fakeShift(key: string, percents: number[], hold = "0"): Record<string, unknown> {
  const stages = percents.map((percent) => ({ percent, hold }));
  return { key, title: key, kind: "traffic.shift", with: { connection: "lb", backend: "app", oldServer: "old", newServer: "new", stages } };
}

/** A context of the same person at the present time. */
export function at<C extends Ctx>(ctx: C): C {
  return { ...ctx, now: new Date() };
}

/** A draft run of the runbook. */
export async function stageRun(
  t: TestDb,
  document: Runbook,
  values: { mode?: "live" | "rehearsal"; requiredApprovals?: number; soloMode?: boolean } = {},
): Promise<Stage> {
  await t.db.pool.query(LEDGER_SQL);
  const { project, stacks, migration } = await makeMigration(t.db, document, values);
  for (const [key, kind] of [
    ["db", "postgres"],
    ["db2", "postgres"],
    ["lb", "haproxy"],
    ["hook", "webhook"],
    ["prom", "prometheus"],
  ] as const) {
    await makeConnection(t.db, project.id, { key, kind });
  }
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const run = await createRun(operator, { migrationId: migration.id, mode: values.mode ?? "live", reason: "test" }, fakeExecutors(t.db.pool));
  return { operator, approver, projectId: project.id, migrationId: migration.id, runId: run.id, targetStackId: stacks.target };
}

/** Requested, approved by the second person and started. */
export async function startStage(t: TestDb, stage: Stage): Promise<void> {
  const { runId } = stage;
  await requestRun(at(stage.operator), { runId, version: 1 });
  const { planHash } = await loadRun(t.db.pool, runId);
  await approveRun(at(stage.approver), { runId, planHash });
  await t.db.prisma.workerHeartbeat.deleteMany();
  await makeHeartbeat(t.db);
  await startRun(at(stage.operator), { runId }, fakeExecutors(t.db.pool));
}

/** Waits until the run satisfies `is`; fails with the run's last state after `ms`. */
export async function until(t: TestDb, runId: string, is: (run: RunSnapshot) => boolean, ms = 30_000): Promise<RunSnapshot> {
  const end = Date.now() + ms;
  for (;;) {
    const run = await loadRun(t.db.pool, runId);
    if (is(run)) return run;
    if (Date.now() > end) {
      const steps = run.steps.map((step) => `${step.key}=${step.status}/${step.waitingFor ?? ""}/${step.message}`).join(", ");
      const guards = run.guards.map((guard) => `${guard.spec.key}=${guard.state}`).join(", ");
      throw new Error(`Run is ${run.status} (desired ${run.desired}) after ${ms} ms; ${steps}; ${guards}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The same with the patience of the fault matrix: processes are started again and again on a machine that is busy. */
export function patiently(t: TestDb, runId: string, is: (run: RunSnapshot) => boolean, ms = 180_000): Promise<RunSnapshot> {
  return until(t, runId, is, ms);
}

/** Scripts what the fake of a step answers. */
export async function script(t: TestDb, stepKey: string, answers: Script): Promise<void> {
  await t.db.pool.query("INSERT INTO fake_plan VALUES ($1, $2) ON CONFLICT (step_key) DO UPDATE SET answers = $2", [stepKey, JSON.stringify(answers)]);
}

/** Effects of a run by step and direction, in order. */
export async function effects(t: TestDb, runId: string): Promise<string[]> {
  const found = await t.db.pool.query<{ key: string }>("SELECT step_key || ':' || direction AS key FROM fake_effect WHERE run_id = $1 ORDER BY seq", [runId]);
  return found.rows.map((row) => row.key);
}

/** Journal types in order; throws when a number is missing or the counter of the run differs (F-ENG-1). */
export async function journal(t: TestDb, runId: string): Promise<string[]> {
  // One statement: between two, a worker that is at work writes both further.
  const found = await t.db.pool.query<{ seq: number | null; type: string | null; counter: number }>(
    `SELECT e.seq, e.type, r.journal_seq AS counter FROM run r LEFT JOIN journal_event e ON e.run_id = r.id WHERE r.id = $1 ORDER BY e.seq`,
    [runId],
  );
  const rows = found.rows.flatMap(({ seq, type }) => (seq === null || type === null ? [] : [{ seq, type }]));
  const counter = found.rows[0]?.counter;
  rows.forEach((row, index) => {
    if (row.seq !== index + 1) throw new Error(`journal has a gap before ${row.seq}`);
  });
  if (counter !== rows.length) throw new Error(`journal_seq is ${counter}, rows are ${rows.length}`);
  return rows.map((row) => row.type);
}

/** Writes one sample of an own metric, now. */
export async function pushSample(t: TestDb, projectId: string, metricKey: string, value: number): Promise<void> {
  await t.db.pool.query(
    `INSERT INTO sample (project_id, metric_id, at, labels_hash, value, source) SELECT $1, m.id, clock_timestamp(), '', $3, 'pushed' FROM metric m WHERE m.project_id = $1 AND m.key = $2`,
    [projectId, metricKey, value],
  );
}

/** A metric of the stage's project. */
export async function stageMetric(t: TestDb, projectId: string, key: string): Promise<void> {
  await t.db.prisma.metric.create({ data: { id: newId(), projectId, key, name: key } });
}

export { FAKE_CLASSES };
