import type pg from "pg";
import { mayDo, type Role } from "@/lib/auth/permissions";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import { baseline } from "./guard-baseline";
import { loadMeters } from "./meter-store";
import { runPlan } from "./run-plan";
import type { GateState, GuardState, OpenAttempt, RunSnapshot, StepState, VerdictState } from "./snapshot";
import { guard, runStep } from "./types";

type Client = Pick<Tx, "query"> | pg.Pool;
type Row = Record<string, never>;

const RUN_COLUMNS = `id, project_id AS "projectId", migration_id AS "migrationId", runbook_version_id AS "runbookVersionId", number, mode, status, version,
  direction, plan, plan_hash AS "planHash", reason, solo, created_by_id AS "createdById", requested_by_id AS "requestedById", created_at AS "createdAt",
  requested_at AS "requestedAt", approved_at AS "approvedAt", started_at AS "startedAt", observe_until AS "observeUntil", ended_at AS "endedAt",
  end_reason AS "endReason", desired, desired_reason AS "desiredReason", paused_by AS "pausedBy", epoch, lease_owner AS "leaseOwner", lease_until AS "leaseUntil", takeovers,
  traffic_percent AS "trafficPercent", traffic_since AS "trafficSince", auto_rollbacks AS "autoRollbacks", journal_seq AS "journalSeq", preflight,
  preflight_at AS "preflightAt", clock_timestamp() AS "databaseNow"`;

/** A time of the database's clock, and between which moments of this process's monotonic clock it was (`performance.now()`). */
export interface ClockReading {
  databaseAt: Date;
  askedMs: number;
  answeredMs: number;
}

/** A snapshot with what only the database knows: its clock. */
export type LoadedRun = RunSnapshot & { runbookVersionId: string; clock: ClockReading };

/**
 * A run with steps, guards, gates and verdicts. `lock` holds the run's row until the transaction ends, so that
 * edits, verdicts and moves of one run happen one after another (S-7, edit against approve).
 * @throws NotFoundError
 */
export async function loadRun(client: Client, runId: string, options: { lock?: boolean } = {}): Promise<LoadedRun> {
  const askedMs = performance.now();
  const found = await firstRow<Row>(client, `SELECT ${RUN_COLUMNS} FROM run WHERE id = $1${options.lock === true ? " FOR UPDATE" : ""}`, [runId]);
  if (found === null) throw new NotFoundError("The run");
  const { databaseNow, ...run } = found as { databaseNow: Date } & Row;
  const clock = { databaseAt: databaseNow, askedMs, answeredMs: performance.now() };
  const [steps, guards, gates] = [await loadSteps(client, runId), await loadGuards(client, runId), await loadGates(client, runId)];
  const meters = await loadMeters(client, runId);
  return { ...(run as unknown as LoadedRun), plan: runPlan.parse(run.plan), clock, steps, guards, gates, meters };
}

async function loadSteps(client: Client, runId: string): Promise<StepState[]> {
  const found = await rows<Row>(
    client,
    `SELECT s.id, s.position, s.key, s.title, s.spec, s.status, s.waiting_for AS "waitingFor", s.message, s.due_at AS "dueAt", s.started_at AS "startedAt",
            s.effect_at AS "effectAt", s.ended_at AS "endedAt", s.tries, s.output, s.progress,
            (SELECT json_build_object('id', a.id, 'number', a.number, 'direction', a.direction, 'epoch', a.epoch, 'intentAt', a.intent_at)
               FROM attempt a WHERE a.step_id = s.id AND a.outcome IS NULL ORDER BY a.intent_at DESC LIMIT 1) AS open
       FROM run_step s WHERE s.run_id = $1 ORDER BY s.position`,
    [runId],
  );
  return found.map((row) => {
    const step = row as unknown as StepState & { open: (Omit<OpenAttempt, "intentAt"> & { intentAt: string }) | null };
    return { ...step, spec: runStep.parse(step.spec), open: step.open === null ? null : { ...step.open, intentAt: new Date(step.open.intentAt) } };
  });
}

async function loadGuards(client: Client, runId: string): Promise<GuardState[]> {
  const found = await rows<Row>(
    client,
    `SELECT id, position, spec, state, armed_at AS "armedAt", recent, bad_streak AS "badStreak", bad_requests AS "badRequests",
            first_bad_at AS "firstBadAt", baseline, valid_samples AS "validSamples", last_verdict AS "lastVerdict",
            last_value AS "lastValue", last_usable_at AS "lastUsableAt", next_due_at AS "nextDueAt", tripped_at AS "trippedAt"
       FROM run_guard WHERE run_id = $1 ORDER BY position`,
    [runId],
  );
  return found.map((row) => ({
    ...(row as unknown as GuardState),
    spec: guard.parse(row.spec),
    baseline: row.baseline === null ? null : baseline.parse(row.baseline),
  }));
}

async function loadGates(client: Client, runId: string): Promise<GateState[]> {
  const gates = await rows<Row>(
    client,
    `SELECT id, gate, plan_hash AS "planHash", status, required, solo_allowed AS "soloAllowed", requested_by_id AS "requestedById", opened_at AS "openedAt",
            expires_at AS "expiresAt", closed_at AS "closedAt" FROM approval_gate WHERE run_id = $1 ORDER BY opened_at, id`,
    [runId],
  );
  const verdicts = await rows<Row>(
    client,
    `SELECT a.id, a.gate_id AS "gateId", a.approver_id AS "approverId", u.name AS "approverName", a.verdict, a.plan_hash AS "planHash", a.reason, a.solo, a.at,
            u.role, u.disabled_at AS "disabledAt"
       FROM approval a JOIN app_user u ON u.id = a.approver_id WHERE a.run_id = $1 ORDER BY a.at, a.id`,
    [runId],
  );
  return gates.map((gate) => ({
    ...(gate as unknown as GateState),
    verdicts: verdicts.filter((verdict) => verdict.gateId === gate.id).map(verdictState),
  }));
}

function verdictState(row: Row): VerdictState {
  const { gateId: _gate, role, disabledAt, ...verdict } = row as unknown as VerdictState & { gateId: string; role: Role; disabledAt: Date | null };
  return { ...verdict, stillEntitled: disabledAt === null && mayDo({ role, scopes: null }, "run.approve") };
}
