import { RefusedError } from "@/lib/core/errors";
import type { Ctx } from "@/lib/service/context";
import { stepInQuestion } from "./commands";
import { type RunState, runCommand } from "./run-command";
import { isBroken } from "./steps";

/** Leaves a step out, with a reason: one that failed, waits for a person, or is next while the run is paused. Never an approval. */
export async function skipStep(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "skip", async (_tx, run, input) => {
    const step = stepInQuestion(run);
    const reasons = [
      ...(step === null || input.step === undefined ? ["Name the step that is skipped."] : []),
      ...(input.reason === undefined || input.reason === "" ? ["Say why the step may be left out: it goes into the report."] : []),
    ];
    if (step === null || reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons);
    const back = run.direction === "back";
    const goesOn = isBroken(step) && (run.status === "paused" || run.status === "needs-attention");
    return {
      run: goesOn ? { status: back ? "rolling-back" : "running", desired: "go", desiredReason: null } : {},
      steps: [
        {
          id: step.id,
          set: {
            status: "skipped",
            waitingFor: null,
            dueAt: null,
            endedAt: ctx.now,
            message: input.reason ?? "",
            ...(back ? { output: { ...step.output, undo: "skipped" } } : {}),
          },
        },
      ],
      closed: step.open === null ? [] : [{ id: step.open.id, outcome: "canceled", reason: "skipped" }],
      events: [
        {
          type: back ? "step.undo-skipped" : "step.skipped",
          message: `"${step.title}" was skipped: ${input.reason}`,
          stepKey: step.key,
          data: { reason: input.reason },
        },
      ],
      audit: { action: "run.skip", reason: input.reason, after: { step: step.key } },
    };
  });
}
