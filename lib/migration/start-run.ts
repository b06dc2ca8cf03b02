import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ConflictError, RefusedError } from "@/lib/core/errors";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { COPY_WORDS, isCopy } from "@/lib/service/home-database";
import { standing } from "./approvals";
import { type ExecutorLookup, knownExecutors } from "./executor-set";
import { freezeNow, newestRunbook, refreezeRun, targetOf } from "./freeze-run";
import { guardsToArm } from "./guard-actions";
import { type LoadedRun, loadRun } from "./load-run";
import { approvalPolicy } from "./policy";
import { retirementRefusals } from "./retirement";
import { type RunState, runCommand, runCommandInput, stateOf } from "./run-command";
import { gateOf } from "./snapshot";
import { workersFor } from "./workers";

/**
 * Starts an approved run. Freezes the plan once more: where a connection or the runbook changed since the approval,
 * the approval is void and the run is a draft again. The worker repeats quorum and preflight before the first step.
 */
export async function startRun(ctx: Ctx, raw: unknown, lookup: ExecutorLookup = knownExecutors): Promise<RunState> {
  requirePermission(ctx, "run.start");
  await refuseChangedPlan(ctx, parseInput(runCommandInput, raw).runId, lookup);
  return await runCommand(ctx, raw, "start", async (tx, run, input) => {
    const reasons = await lateRefusals(tx, ctx, run);
    if (reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons);
    // A person at a browser proves again who they are before a live run; a token was made for this.
    if (run.mode === "live" && ctx.actor.kind === "user") requireRecentProof(ctx);
    const armed = guardsToArm(run, "start");
    return {
      run: { status: "running", startedAt: ctx.now, desired: "go", desiredReason: null },
      guards: armed.map((guard) => ({ id: guard.id, set: { state: "inconclusive" as const, armedAt: ctx.now, nextDueAt: ctx.now } })),
      events: [
        {
          type: "run.started",
          message: "The run was started.",
          data: { planHash: run.planHash, reason: input.reason ?? "", guards: armed.map((guard) => guard.spec.key) },
        },
      ],
      audit: { action: "run.start", reason: input.reason },
    };
  });
}

/** Commits the voiding before it refuses: the approval must not come back with the rolled-back transaction. */
async function refuseChangedPlan(ctx: Ctx, runId: string, lookup: ExecutorLookup): Promise<void> {
  const changed = await inTransaction(ctx.db, async (tx) => {
    const run = await loadRun(tx, runId, { lock: true });
    if (run.status !== "approved") return null;
    const book = await newestRunbook(tx, run.migrationId);
    if (book === null) return null;
    // Changed texts are no reason to take the version away that the person is about to start.
    const frozen = await freezeNow(tx, targetOf(run), book.document, lookup);
    if (frozen.ok && frozen.planHash === run.planHash) return null;
    const result = await refreezeRun(tx, ctx, runId, book, "The plan is no longer the one that was approved.", lookup);
    return result === "voided" ? stateOf(await loadRun(tx, runId)) : null;
  });
  if (changed !== null)
    throw new ConflictError("The plan has changed since it was approved (a connection or the runbook): ask for approval again.", { state: changed });
}

async function lateRefusals(tx: Tx, ctx: Ctx, run: LoadedRun): Promise<string[]> {
  const reasons: string[] = (await isCopy(ctx.db.pool)) ? [COPY_WORDS] : [];
  const policy = await approvalPolicy(tx, run.projectId);
  const gate = gateOf(run, "start");
  if (gate !== null) reasons.push(...standing(gate, run.planHash, ctx.now, policy.required).reasons);
  const workers = await workersFor(tx, run.plan.executors);
  if (run.plan.decommission !== undefined) reasons.push(...(await retirementRefusals(tx, run.migrationId, run.plan, run.id)));
  if (workers.alive === 0) reasons.push("No worker is running: nothing would carry out the steps.");
  else if (workers.able === 0) reasons.push("No running worker has the versions of the executors this plan was frozen with: request the run anew.");
  return reasons;
}
