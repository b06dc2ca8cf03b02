import { RefusedError } from "@/lib/core/errors";
import { type Ctx, personOf } from "@/lib/service/context";
import { stepInQuestion } from "./commands";
import { afterDone } from "./outcome";
import { type RunCommandInput, type RunState, runCommand } from "./run-command";
import type { StepState } from "./snapshot";
import { isBroken } from "./steps";
import { UNKNOWN } from "./unknown";

/**
 * A person says that what a step waited for is done: a manual task, a checklist with every item ticked, an undo by
 * hand, or an effect that could not be observed.
 */
export async function confirmStep(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "confirm", async (_tx, run, input) => {
    const step = named(stepInQuestion(run), input);
    const reasons = unticked(step, input);
    if (reasons.length > 0) throw new RefusedError(reasons.join(" "), reasons);
    const back = run.direction === "back";
    const wasBroken = isBroken(step);
    const { [UNKNOWN]: _unknown, ...output } = step.output;
    const confirmed = { by: personOf(ctx.actor), at: ctx.now.toISOString(), note: input.reason ?? "", items: input.items ?? [] };
    const set = back
      ? { status: "undone" as const, waitingFor: null, dueAt: null, endedAt: ctx.now, message: "" }
      : { ...afterDone(step, ctx.now), effectAt: ctx.now };
    return {
      run: run.status === "needs-attention" ? { status: back ? "rolling-back" : "running", desiredReason: null } : {},
      steps: [{ id: step.id, set: { ...set, output: { ...output, confirmed } } }],
      closed:
        step.open === null ? [] : [{ id: step.open.id, outcome: "done", after: { confirmed }, reason: wasBroken ? "marked as done by a person" : undefined }],
      events: [
        {
          type: back ? "step.undo-confirmed" : "step.confirmed",
          message: `"${step.title}" was confirmed${wasBroken ? " as done" : ""}.`,
          stepKey: step.key,
          data: { note: input.reason ?? "", items: input.items?.length ?? 0 },
        },
      ],
      audit: { action: "run.confirm", reason: input.reason, after: { step: step.key } },
    };
  });
}

function named(step: StepState | null, input: RunCommandInput): StepState {
  if (step === null) throw new RefusedError("There is no step to confirm.");
  if (input.step === undefined) throw new RefusedError("Name the step that is confirmed.", ["step is missing"]);
  return step;
}

function unticked(step: StepState, input: RunCommandInput): string[] {
  if (step.spec.kind !== "checklist") return [];
  const ticked = new Set(input.items ?? []);
  return step.spec.with.items.flatMap((item, index) => (ticked.has(index) ? [] : [`Not ticked: ${item}`]));
}
