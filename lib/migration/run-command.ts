import { z } from "zod";
import { ConflictError, RefusedError } from "@/lib/core/errors";
import { inTransaction, isUniqueViolation, type Tx } from "@/lib/db/transaction";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { COMMANDS, refusals } from "./commands";
import { type LoadedRun, loadRun } from "./load-run";
import { applyTransition, type Transition } from "./transition";
import type { RunCommand, RunStatus } from "./types";

/** What every command on a run takes; see contract.md, HTTP. */
export const runCommandInput = z.strictObject({
  runId: z.string().min(1).max(64),
  /** Version the caller saw: pages always send it, scripts may leave it out. Safety commands accept any. */
  version: z.coerce.number().int().min(1).optional(),
  /** The plan the person saw; needed for verdicts. */
  planHash: z.string().max(64).optional(),
  reason: z.string().trim().max(2_000).optional(),
  /** Key of the step the command is about. */
  step: z.string().max(63).optional(),
  /** `start`, `rollback` or a step's key, when more than one gate is open. */
  gate: z.string().max(63).optional(),
  /** Ticked items of a checklist by position, from 0. */
  items: z.array(z.coerce.number().int().min(0)).max(500).optional(),
});

export type RunCommandInput = z.infer<typeof runCommandInput>;

/** What a command answers: the state after it. */
export interface RunState {
  id: string;
  status: RunStatus;
  version: number;
  planHash: string;
  /** A wish the worker has not carried out yet; `go` when there is none. */
  desired: LoadedRun["desired"];
  journalSeq: number;
}

export function stateOf(run: LoadedRun): RunState {
  return { id: run.id, status: run.status, version: run.version, planHash: run.planHash, desired: run.desired, journalSeq: run.journalSeq };
}

/** Decides what a command changes; the run's row is locked. Null: nothing is left to write. */
export type Decide = (tx: Tx, run: LoadedRun, input: RunCommandInput) => Promise<Transition>;

/**
 * Runs one command on a run: permission → parse → lock → version → the table's reasons → one transition.
 * @throws ForbiddenError, NotFoundError, ConflictError with the new state, RefusedError with every reason.
 */
export async function runCommand(ctx: Ctx, raw: unknown, command: RunCommand, decide: Decide): Promise<RunState> {
  const rule = COMMANDS[command];
  requirePermission(ctx, rule.permission);
  const input = parseInput(runCommandInput, raw);
  try {
    return await inTransaction(ctx.db, async (tx) => {
      const run = await loadRun(tx, input.runId, { lock: true });
      checkVersion(run, input, rule.safety);
      const reasons = refusals(run, command, ctx.now, input.step);
      if (reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons, { state: stateOf(run) });
      const change = await decide(tx, run, input);
      await applyTransition(tx, ctx, run, change, { version: run.version });
      return stateOf(await loadRun(tx, run.id));
    });
  } catch (error) {
    if (isUniqueViolation(error, "run_one_live_per_stack_pair")) {
      const reason = "Another live run between these two stacks is not finished yet.";
      throw new RefusedError(reason, [reason]);
    }
    throw error;
  }
}

function checkVersion(run: LoadedRun, input: RunCommandInput, safety: boolean): void {
  const details = { state: stateOf(run) };
  if (!safety && input.version !== undefined && input.version !== run.version) throw new ConflictError("The run has changed since you looked at it.", details);
  if (input.planHash !== undefined && input.planHash !== run.planHash) throw new ConflictError("The plan has changed since you looked at it.", details);
}
