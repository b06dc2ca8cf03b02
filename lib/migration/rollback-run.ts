import { ForbiddenError } from "@/lib/core/errors";
import { type Ctx, personOf } from "@/lib/service/context";
import { approvalPolicy } from "./policy";
import { type RunState, runCommand } from "./run-command";
import { crossedNoReturn } from "./steps";

/**
 * Asks for a rollback; the worker begins within a second. After the point of no return undo loses data: the same
 * command then opens a gate, and the rollback begins with its approval.
 */
export async function rollbackRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "rollback", async (tx, run, input) => {
    const audit = { action: "run.rollback", reason: input.reason };
    const crossed = crossedNoReturn(run);
    if (crossed === null) {
      return {
        run: { desired: "rollback", desiredReason: input.reason ?? "A person asked for it." },
        events: [{ type: "rollback.asked", message: "Rollback asked for.", data: { reason: input.reason ?? "" } }],
        audit,
      };
    }
    const person = personOf(ctx.actor);
    if (person === null) throw new ForbiddenError("A rollback that loses data is asked for by a person.");
    const policy = await approvalPolicy(tx, run.projectId);
    // A question that nobody answered in time makes room for the new one.
    const unanswered = run.gates.filter((gate) => gate.gate === "rollback" && gate.status === "open");
    return {
      gatesClosed: unanswered.map((gate) => ({ id: gate.id, status: "expired" as const })),
      gatesOpened: [{ gate: "rollback", required: policy.required, soloAllowed: policy.solo, requestedById: person, ttlMs: policy.ttlMs }],
      events: [
        {
          type: "gate.opened",
          message: `Rollback asked for; after "${crossed.title}" it loses data and needs approval.`,
          data: { gate: "rollback", planHash: run.planHash, reason: input.reason ?? "" },
        },
      ],
      audit,
    };
  });
}
