import { RefusedError } from "@/lib/core/errors";
import type { Ctx } from "@/lib/service/context";
import { stepInQuestion } from "./commands";
import { type RunState, runCommand } from "./run-command";
import type { RunSnapshot, StepState } from "./snapshot";
import { waitsForTry } from "./steps";
import type { Transition } from "./transition";
import { UNKNOWN } from "./unknown";

/** The next try comes at once instead of when it is due; what was done and how many tries are left stays as it is. */
function tryNow(run: RunSnapshot, step: StepState, reason: string | undefined): Transition {
  return {
    // A time that has passed by whichever clock: the due time is the database's, and this server may be ahead of it.
    steps: [{ id: step.id, set: { dueAt: step.startedAt ?? run.startedAt } }],
    events: [{ type: "step.retry", message: `"${step.title}" is tried again now.`, stepKey: step.key, data: { reason: reason ?? "" } }],
    audit: { action: "run.retry", reason, after: { step: step.key } },
  };
}

/** Tries a step that failed once more from its beginning, with a fresh number of tries; one that waits for its next try, at once. */
export async function retryStep(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "retry", async (_tx, run, input) => {
    const step = stepInQuestion(run);
    if (step === null) throw new RefusedError("There is no step to retry.");
    if (waitsForTry(step)) return tryNow(run, step, input.reason);
    const back = run.direction === "back";
    const { undo: _undo, [UNKNOWN]: _unknown, ...output } = step.output;
    return {
      run: { status: back ? "rolling-back" : "running", desired: "go", desiredReason: null, takeovers: 0 },
      steps: [
        {
          id: step.id,
          set: {
            status: back ? "undoing" : "pending",
            waitingFor: null,
            dueAt: null,
            tries: 0,
            message: "",
            endedAt: null,
            output,
            ...(back ? {} : { effectAt: null }),
          },
        },
      ],
      closed: step.open === null ? [] : [{ id: step.open.id, outcome: "unknown", reason: "retried by a person" }],
      events: [{ type: "step.retry", message: `"${step.title}" is tried again.`, stepKey: step.key, data: { reason: input.reason ?? "" } }],
      audit: { action: "run.retry", reason: input.reason, after: { step: step.key } },
    };
  });
}
