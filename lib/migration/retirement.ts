import type pg from "pg";
import { RefusedError } from "@/lib/core/errors";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type RunPlan, runPlan } from "./run-plan";
import type { RunMode } from "./types";

/*
 * Taking the old side away after a move. It is a run of its own: its own steps, approval and evidence. It may only follow
 * a live move that stands, and not before everything that was promised about going back has run out.
 */

/** Where neither plan nor person says how long the old side is kept. */
export const DEFAULT_DECOMMISSION_AFTER_MS = 7 * 86_400_000;

/** When a finished move was done, as far as its promises count from there. */
export interface FinishedMove {
  endedAt: Date;
  /** End of the last step: the rollback deadline counts from here, not from the end of the observation. */
  lastStepAt: Date | null;
  plan: Pick<RunPlan, "rollbackDeadlineMs" | "decommissionAfterMs">;
}

/** The earliest moment at which the old side may be taken away: the later of the waiting time and the rollback deadline. Pure. */
export function retirementFrom(move: FinishedMove): Date {
  const waited = move.endedAt.getTime() + (move.plan.decommissionAfterMs ?? DEFAULT_DECOMMISSION_AFTER_MS);
  const promised = (move.lastStepAt ?? move.endedAt).getTime() + (move.plan.rollbackDeadlineMs ?? 0);
  return new Date(Math.max(waited, promised));
}

type Client = Pick<Tx, "query"> | pg.Pool;

interface MoveRow {
  id: string;
  number: number;
  plan: unknown;
  endedAt: Date;
  lastStepAt: Date | null;
}

/** The newest live move of a migration that succeeded, unless the project runs on another stack by now; null otherwise. */
export async function standingMove(client: Client, migrationId: string): Promise<(FinishedMove & { id: string; number: number }) | null> {
  const row = await firstRow<MoveRow>(
    client,
    `SELECT r.id, r.number, r.plan, r.ended_at AS "endedAt", (SELECT max(s.ended_at) FROM run_step s WHERE s.run_id = r.id) AS "lastStepAt"
       FROM run r JOIN project p ON p.id = r.project_id
      WHERE r.migration_id = $1 AND r.mode = 'live' AND r.status = 'succeeded' AND r.plan->'decommission' IS NULL AND p.current_stack_id = r.to_stack_id
      ORDER BY r.ended_at DESC LIMIT 1`,
    [migrationId],
  );
  return row === null ? null : { id: row.id, number: row.number, endedAt: row.endedAt, lastStepAt: row.lastStepAt, plan: runPlan.parse(row.plan) };
}

/**
 * What a run that takes the old side away is frozen with. @throws RefusedError for a rehearsal, without a standing move,
 * or when it was taken away already.
 */
export async function retirementOf(tx: Tx, migrationId: string, mode: RunMode): Promise<NonNullable<RunPlan["decommission"]>> {
  const refuse = (reason: string): never => {
    throw new RefusedError("The old side cannot be taken away.", [reason]);
  };
  if (mode === "rehearsal") return refuse("Taking servers away cannot be rehearsed on the real ones: make a live run, it waits for its approval.");
  const move = await standingMove(tx, migrationId);
  if (move === null) return refuse("No live run of this migration has succeeded and still stands: move first, and let its observation end.");
  const done = await retiredBy(tx, migrationId, move.id);
  if (done !== null) return refuse(`Run ${done} has taken it away already.`);
  return { follows: move.id, followsNumber: move.number, notBefore: retirementFrom(move).toISOString() };
}

/** Where taking the old side away stands, for the migration's page. */
export type RetirementState =
  | { type: "not-moved" }
  | { type: "done"; runNumber: number }
  | { type: "waiting" | "possible"; followsNumber: number; notBefore: Date };

/** @throws ForbiddenError */
export async function retirementState(ctx: Ctx, migrationId: string): Promise<RetirementState> {
  requirePermission(ctx, "workspace.read");
  const move = await standingMove(ctx.db.pool, migrationId);
  if (move === null) return { type: "not-moved" };
  const done = await retiredBy(ctx.db.pool, migrationId, move.id);
  if (done !== null) return { type: "done", runNumber: done };
  const notBefore = retirementFrom(move);
  return { type: ctx.now < notBefore ? "waiting" : "possible", followsNumber: move.number, notBefore };
}

async function retiredBy(client: Client, migrationId: string, moveId: string): Promise<number | null> {
  const done = await firstRow<{ number: number }>(
    client,
    `SELECT number FROM run WHERE migration_id = $1 AND status = 'succeeded' AND plan->'decommission'->>'follows' = $2`,
    [migrationId, moveId],
  );
  return done?.number ?? null;
}

/** Runs that could still need the old side: it is their source, their target, or the way back of their observation. */
export async function retirementRefusals(tx: Tx, migrationId: string, plan: RunPlan, runId: string): Promise<string[]> {
  const move = await standingMove(tx, migrationId);
  const reasons =
    move?.id === plan.decommission?.follows ? [] : [`Run ${plan.decommission?.followsNumber} no longer stands: the project runs on another stack.`];
  const users = await rows<{ number: number; status: string }>(
    tx,
    `SELECT r.number, r.status FROM run r JOIN run me ON me.id = $2
      WHERE r.project_id = me.project_id AND r.id <> $2 AND r.mode = 'live' AND (r.from_stack_id = $1 OR r.to_stack_id = $1)
        AND r.status IN ('approved', 'running', 'paused', 'observing', 'rolling-back', 'needs-attention') ORDER BY r.number`,
    [plan.fromStackId, runId],
  );
  return [...reasons, ...users.map((run) => `Run ${run.number} (${run.status}) still uses the old side or could go back to it.`)];
}
