import type { Ctx } from "@/lib/service/context";
import { type RunState, runCommand } from "./run-command";

/** Lets a paused run go on. An approval that expired meanwhile is asked for again. */
export async function resumeRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "resume", async (_tx, _run, input) => ({
    run: { status: "running", desired: "go", desiredReason: null },
    events: [{ type: "run.resumed", message: "The run goes on.", data: { reason: input.reason ?? "" } }],
    audit: { action: "run.resume", reason: input.reason },
  }));
}
