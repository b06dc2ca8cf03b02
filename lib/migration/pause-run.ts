import type { Ctx } from "@/lib/service/context";
import { type RunState, runCommand } from "./run-command";
import type { Transition } from "./transition";

/**
 * Asks for a pause: the step under way is finished, nothing new begins, guards stay armed. A run that a signal paused
 * stays paused from now on until a person lets it go on.
 */
export async function pauseRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "pause", async (_tx, run, input) => {
    if (run.status === "paused") {
      return {
        run: { pausedBy: null, desiredReason: input.reason ?? run.desiredReason },
        events: [{ type: "run.pause-kept", message: "The run stays paused until a person resumes it.", data: { reason: input.reason ?? "" } }],
        audit: { action: "run.pause", reason: input.reason },
      };
    }
    return asked(input.reason);
  });
}

function asked(reason: string | undefined): Transition {
  return {
    run: { desired: "pause", desiredReason: reason ?? null },
    events: [{ type: "pause.asked", message: "Pause asked for.", data: { reason: reason ?? "" } }],
    audit: { action: "run.pause", reason },
  };
}
