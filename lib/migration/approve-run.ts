import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ForbiddenError, RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, type Tx } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { approveRefusals, standing } from "./approvals";
import { gateInQuestion, insertVerdict, verdictActor, verdicter } from "./gate-person";
import type { LoadedRun } from "./load-run";
import { approvalPolicy } from "./policy";
import { type RunState, runCommand } from "./run-command";
import type { GateState, VerdictState } from "./snapshot";
import type { JournalInput, RunSet, Transition } from "./transition";

/**
 * One person's yes to exactly the plan they saw. The last one needed closes the gate: the run may start, its step may
 * go on, or its lossy rollback begins.
 * @throws ForbiddenError for tokens, the requester and editors; ConflictError when the plan changed.
 */
export async function approveRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "approve", async (tx, run, input) => {
    const actor = verdictActor(ctx);
    const gate = gateInQuestion(run, input, ["open"]);
    const policy = await approvalPolicy(tx, run.projectId);
    const world = {
      planHash: run.planHash,
      soloNow: policy.solo,
      requiredNow: policy.required,
      createdById: run.createdById,
      editorId: await editorOf(tx, run),
    };
    const reasons = approveRefusals(gate, await verdicter(tx, actor, ctx.now), world, ctx.now);
    const own = [gate.requestedById, world.createdById, world.editorId].includes(actor.userId);
    if (reasons.length > 0) throw own ? new ForbiddenError(reasons.join(" ")) : new RefusedError(reasons.join(" "), reasons);
    requireRecentProof(ctx);
    const verdict: VerdictState = {
      id: newId(),
      approverId: actor.userId,
      approverName: actor.name,
      verdict: "approve",
      planHash: run.planHash,
      reason: input.reason ?? "",
      solo: own,
      at: ctx.now,
      stillEntitled: true,
    };
    await insertVerdict(tx, actor, { ...verdict, gate, statuses: ["open"] }, ctx.now);
    return afterApproval(run, { ...gate, verdicts: [...gate.verdicts, verdict] }, verdict, ctx.now, policy.required);
  });
}

/** Last person who edited the frozen runbook by hand; null when it comes from the plan. */
async function editorOf(tx: Tx, run: LoadedRun): Promise<string | null> {
  const row = await firstRow<{ editor: string | null }>(tx, "SELECT created_by_id AS editor FROM runbook_version WHERE id = $1 AND origin = 'edit'", [
    run.runbookVersionId,
  ]);
  return row?.editor ?? null;
}

function afterApproval(run: LoadedRun, gate: GateState, verdict: VerdictState, now: Date, required: number): Transition {
  const stands = standing(gate, run.planHash, now, required);
  const data = { gate: gate.gate, planHash: run.planHash, count: stands.count, required: stands.required, solo: verdict.solo, reason: verdict.reason };
  const given: JournalInput = {
    type: "approval.given",
    message: `${verdict.approverName} approved (${stands.count} of ${stands.required})${verdict.solo ? ", single operator" : ""}.`,
    stepKey: stepOf(gate),
    data,
  };
  const audit = { action: "run.approve", reason: verdict.reason, after: data };
  if (!stands.approved) return { events: [given], audit };
  return {
    run: { ...closing(run, gate, now), ...(verdict.solo ? { solo: true } : {}) },
    gatesClosed: [{ id: gate.id, status: "approved" }],
    events: [given, { type: "gate.approved", message: gateMessage(gate), stepKey: stepOf(gate), data: { gate: gate.gate, planHash: run.planHash } }],
    audit,
  };
}

function closing(run: LoadedRun, gate: GateState, now: Date): RunSet {
  if (gate.gate === "start" && run.status === "awaiting-approval") return { status: "approved", approvedAt: now };
  if (gate.gate === "rollback") return { desired: "rollback", desiredReason: "A rollback that loses data was approved." };
  return {};
}

function stepOf(gate: GateState): string | undefined {
  return gate.gate === "start" || gate.gate === "rollback" ? undefined : gate.gate;
}

function gateMessage(gate: GateState): string {
  if (gate.gate === "start") return "The run is approved and may be started.";
  return gate.gate === "rollback" ? "The rollback is approved." : "The step is approved.";
}
