import type { Ctx } from "@/lib/service/context";
import { type RunState, runCommand } from "./run-command";

/**
 * Lets a run go on that was paused, or that asked for attention without a step that failed (too many workers were lost):
 * what was begun is looked at first. An approval that expired meanwhile is asked for again.
 */
export async function resumeRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "resume", async (_tx, run, input) => ({
    run: { status: run.direction === "back" ? "rolling-back" : "running", desired: "go", desiredReason: null, takeovers: 0 },
    events: [{ type: "run.resumed", message: "The run goes on.", data: { reason: input.reason ?? "" } }],
    audit: { action: "run.resume", reason: input.reason },
  }));
}
