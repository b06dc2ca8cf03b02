import { newId } from "@/lib/core/ids";
import { firstRow, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { actorRecord, type Ctx } from "@/lib/service/context";
import type { Facts } from "./executors/types";
import type { GateState, GuardState, RunSnapshot, StepState } from "./snapshot";

/* The one way to change a run: state, attempts, journal and audit together or not at all (R-ENG-2, F-AUD-1). */

export type RunSet = Partial<
  Pick<
    RunSnapshot,
    | "status"
    | "direction"
    | "plan"
    | "planHash"
    | "solo"
    | "requestedById"
    | "requestedAt"
    | "approvedAt"
    | "startedAt"
    | "observeUntil"
    | "endedAt"
    | "endReason"
    | "desired"
    | "desiredReason"
    | "pausedBy"
    | "takeovers"
    | "trafficPercent"
    | "trafficSince"
    | "autoRollbacks"
    | "preflight"
    | "preflightAt"
  > & { runbookVersionId: string; leaseOwner: string | null; leaseUntil: Date | null }
>;
export type StepSet = Partial<
  Pick<StepState, "status" | "waitingFor" | "message" | "dueAt" | "startedAt" | "effectAt" | "endedAt" | "tries" | "output" | "progress">
>;
export type GuardSet = Partial<Omit<GuardState, "id" | "position" | "spec">> & { disarmedAt?: Date; trace?: unknown };

export interface JournalInput {
  /** Object and what happened to it, e.g. `step.started`. */
  type: string;
  message: string;
  stepKey?: string | undefined;
  data?: Record<string, unknown>;
}

export interface NewAttempt {
  id: string;
  stepId: string;
  number: number;
  direction: "apply" | "undo";
  epoch: number;
  effectKey: string;
  intent: Facts;
  before: Facts;
}

export interface ClosedAttempt {
  id: string;
  outcome: "done" | "recovered" | "failed" | "errored" | "unknown" | "canceled";
  after?: Facts | null;
  reason?: string | undefined;
}

export interface NewGate {
  gate: string;
  required: number;
  soloAllowed: boolean;
  requestedById: string;
  ttlMs: number;
}

export interface Transition {
  run?: RunSet;
  steps?: { id: string; set: StepSet }[];
  guards?: { id: string; set: GuardSet }[];
  opened?: NewAttempt[];
  closed?: ClosedAttempt[];
  gatesOpened?: NewGate[];
  gatesClosed?: { id: string; status: GateState["status"] }[];
  /** At least one: a change without an event would not be seen (INV-4). */
  events: [JournalInput, ...JournalInput[]];
  audit: { action: string; reason?: string | undefined; after?: unknown };
}

/** What the writer believes; a row that differs is somebody else's. */
export interface Fence {
  /** Version the decision was made on. */
  version: number;
  /** Only for the worker: its lease. */
  lease?: { owner: string; epoch: number };
}

/** The row was changed by somebody else, or the lease is lost: nothing was written. */
export class StaleRun extends Error {
  constructor(runId: string) {
    super(`Run ${runId} has changed.`);
    this.name = "StaleRun";
  }
}

type WriteCtx = Pick<Ctx, "actor" | "now" | "address">;

/** Writes a transition inside the caller's transaction and returns the new version. @throws StaleRun */
export async function applyTransition(tx: Tx, ctx: WriteCtx, run: RunSnapshot, change: Transition, fence: Fence): Promise<number> {
  const written = await writeRun(tx, run.id, change, fence);
  for (const step of change.steps ?? []) await update(tx, "run_step", step.id, step.set);
  for (const guard of change.guards ?? []) await update(tx, "run_guard", guard.id, guard.set);
  for (const attempt of change.closed ?? []) await closeAttempt(tx, attempt, ctx.now);
  for (const attempt of change.opened ?? []) await openAttempt(tx, run.id, attempt, ctx.now);
  const planHash = change.run?.planHash ?? run.planHash;
  for (const gate of change.gatesClosed ?? [])
    await tx.query("UPDATE approval_gate SET status = $2, closed_at = $3 WHERE id = $1", [gate.id, gate.status, ctx.now]);
  for (const gate of change.gatesOpened ?? []) await openGate(tx, run.id, planHash, gate, ctx.now);
  await insertEvents(tx, ctx, run.id, written.epoch, written.journalSeq - change.events.length, change.events);
  await writeAudit(tx, ctx, {
    action: change.audit.action,
    object: { type: "run", id: run.id, name: `#${run.number}` },
    projectId: run.projectId,
    runId: run.id,
    planHash,
    reason: change.audit.reason,
    before: { status: run.status },
    after: change.audit.after ?? { status: change.run?.status ?? run.status, events: change.events.map((event) => event.type) },
  });
  return written.version;
}

const JSON_COLUMNS: ReadonlySet<string> = new Set(["plan", "preflight", "output", "progress", "trace", "baseline"]);
const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `a = $2, b = $3` for the set members; names come from the types above, never from input. */
function assignments(set: object, first: number): { sql: string[]; values: unknown[] } {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    sql: entries.map(([name], index) => `${column(name)} = $${first + index}`),
    values: entries.map(([name, value]) => (JSON_COLUMNS.has(name) && value !== null ? JSON.stringify(value) : value)),
  };
}

async function update(tx: Tx, table: "run_step" | "run_guard", id: string, set: object): Promise<void> {
  const { sql, values } = assignments(set, 2);
  if (sql.length > 0) await tx.query(`UPDATE ${table} SET ${sql.join(", ")} WHERE id = $1`, [id, ...values]);
}

/** Whoever changes the status takes the pause from the signal that made it: only a run that it paused goes on by itself. */
function runSet(change: Transition): RunSet {
  const set = change.run ?? {};
  return set.status === undefined || set.pausedBy !== undefined ? set : { ...set, pausedBy: null };
}

async function writeRun(tx: Tx, runId: string, change: Transition, fence: Fence): Promise<{ version: number; epoch: number; journalSeq: number }> {
  const { sql, values } = assignments(runSet(change), 6);
  const written = await firstRow<{ version: number; epoch: number; journalSeq: number }>(
    tx,
    `UPDATE run SET ${[...sql, "version = version + 1", "journal_seq = journal_seq + $3"].join(", ")}
      WHERE id = $1 AND version = $2
        AND ($4::text IS NULL OR (lease_owner = $4 AND epoch = $5 AND lease_until > clock_timestamp()))
      RETURNING version, epoch, journal_seq AS "journalSeq"`,
    [runId, fence.version, change.events.length, fence.lease?.owner ?? null, fence.lease?.epoch ?? null, ...values],
  );
  if (written === null) throw new StaleRun(runId);
  return written;
}

async function openAttempt(tx: Tx, runId: string, attempt: NewAttempt, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO attempt (id, run_id, step_id, number, direction, epoch, effect_key, intent, before, intent_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
    [
      attempt.id,
      runId,
      attempt.stepId,
      attempt.number,
      attempt.direction,
      attempt.epoch,
      attempt.effectKey,
      JSON.stringify(attempt.intent),
      JSON.stringify(attempt.before),
      now,
    ],
  );
}

async function closeAttempt(tx: Tx, attempt: ClosedAttempt, now: Date): Promise<void> {
  await tx.query("UPDATE attempt SET outcome = $2, after = $3, reason = $4, ended_at = $5 WHERE id = $1 AND outcome IS NULL", [
    attempt.id,
    attempt.outcome,
    attempt.after == null ? null : JSON.stringify(attempt.after),
    attempt.reason ?? null,
    now,
  ]);
}

async function openGate(tx: Tx, runId: string, planHash: string, gate: NewGate, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO approval_gate (id, run_id, gate, plan_hash, required, solo_allowed, requested_by_id, opened_at, expires_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
    [newId(), runId, gate.gate, planHash, gate.required, gate.soloAllowed, gate.requestedById, now, new Date(now.getTime() + gate.ttlMs)],
  );
}

/** Journal rows after `from`; the sequence was taken from the run's row in the same transaction, so it has no gap. */
export async function insertEvents(tx: Tx, ctx: WriteCtx, runId: string, epoch: number, from: number, events: readonly JournalInput[]): Promise<void> {
  for (const [index, event] of events.entries()) {
    await tx.query("INSERT INTO journal_event (run_id, seq, at, epoch, type, actor, step_key, message, data) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)", [
      runId,
      from + index + 1,
      ctx.now,
      epoch,
      event.type,
      JSON.stringify(actorRecord(ctx.actor)),
      event.stepKey ?? null,
      event.message,
      JSON.stringify(event.data ?? {}),
    ]);
  }
}
