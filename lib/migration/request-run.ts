import { ForbiddenError } from "@/lib/core/errors";
import { type Ctx, personOf } from "@/lib/service/context";
import { approvalPolicy } from "./policy";
import { type RunState, runCommand } from "./run-command";

/** Asks for approval of a draft run: opens the start gate for exactly its plan. The worker runs the preflight. */
export async function requestRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "request", async (tx, run, input) => {
    const person = personOf(ctx.actor);
    if (person === null) throw new ForbiddenError("A request belongs to a person.");
    const policy = await approvalPolicy(tx, run.projectId);
    const need = policy.required === 1 ? "one approval" : `${policy.required} approvals`;
    return {
      run: { status: "awaiting-approval", requestedById: person, requestedAt: ctx.now },
      gatesOpened: [{ gate: "start", required: policy.required, soloAllowed: policy.solo, requestedById: person, ttlMs: policy.ttlMs }],
      events: [
        {
          type: "gate.opened",
          message: `Approval requested: ${need}${policy.solo ? " (single operator)" : ""}.`,
          data: { gate: "start", planHash: run.planHash, required: policy.required, solo: policy.solo, reason: input.reason ?? "" },
        },
      ],
      audit: { action: "run.request", reason: input.reason },
    };
  });
}
