import type { Ctx } from "@/lib/service/context";
import { type RunState, runCommand } from "./run-command";

/** Asks for a pause: the step under way is finished, nothing new begins, guards stay armed. */
export async function pauseRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "pause", async (_tx, _run, input) => ({
    run: { desired: "pause", desiredReason: input.reason ?? null },
    events: [{ type: "pause.asked", message: "Pause asked for.", data: { reason: input.reason ?? "" } }],
    audit: { action: "run.pause", reason: input.reason },
  }));
}
