import { RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Ctx } from "@/lib/service/context";
import { verdictRefusals } from "./approvals";
import { gateInQuestion, insertVerdict, verdictActor, verdicter } from "./gate-person";
import { type RunState, runCommand } from "./run-command";
import type { RunSet } from "./transition";

/**
 * One person's no, with a reason. It is final for this plan: a run that was not started ends, a step that waited
 * pauses the run, a lossy rollback is off.
 */
export async function rejectRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "reject", async (tx, run, input) => {
    const actor = verdictActor(ctx);
    const statuses = run.status === "approved" ? (["approved"] as const) : (["open"] as const);
    const gate = gateInQuestion(run, input, statuses);
    const person = await verdicter(tx, actor, ctx.now);
    const reasons = verdictRefusals({ ...gate, status: "open" }, person, run.planHash, ctx.now);
    if (input.reason === undefined || input.reason === "") reasons.push("Say why: the requester has to know what to change.");
    if (reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons);
    await insertVerdict(
      tx,
      actor,
      { id: newId(), gate, planHash: run.planHash, verdict: "reject", reason: input.reason ?? "", solo: false, statuses },
      ctx.now,
    );
    const set: RunSet = gate.gate === "start" ? { status: "rejected", endedAt: ctx.now, endReason: `Rejected by ${actor.name}: ${input.reason}` } : {};
    const pause: RunSet =
      gate.gate !== "start" && gate.gate !== "rollback" && run.status === "running"
        ? { status: "paused", desiredReason: `${actor.name} rejected: ${input.reason}` }
        : {};
    return {
      run: { ...set, ...pause },
      gatesClosed: [{ id: gate.id, status: "rejected" }],
      events: [
        {
          type: "gate.rejected",
          message: `${actor.name} rejected: ${input.reason}`,
          data: { gate: gate.gate, planHash: run.planHash, reason: input.reason },
        },
      ],
      audit: { action: "run.reject", reason: input.reason },
    };
  });
}
