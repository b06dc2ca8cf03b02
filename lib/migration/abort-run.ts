import type { Ctx } from "@/lib/service/context";
import { consequence } from "./commands";
import { type RunState, runCommand } from "./run-command";

/** Ends a run and leaves everything as it is. Not started: at once. Started: the worker stops within a second. */
export async function abortRun(ctx: Ctx, raw: unknown): Promise<RunState> {
  return await runCommand(ctx, raw, "abort", async (_tx, run, input) => {
    const audit = { action: "run.abort", reason: input.reason };
    if (run.startedAt !== null) {
      return {
        run: { desired: "abort", desiredReason: input.reason ?? null },
        events: [{ type: "abort.asked", message: `Abort asked for. ${consequence(run, "abort")}`, data: { reason: input.reason ?? "" } }],
        audit,
      };
    }
    const open = run.gates.filter((gate) => gate.status === "open" || gate.status === "approved");
    return {
      run: { status: "aborted", endedAt: ctx.now, endReason: input.reason ?? "Withdrawn before the start." },
      gatesClosed: open.map((gate) => ({ id: gate.id, status: "void" as const })),
      events: [{ type: "run.aborted", message: "Withdrawn before the start.", data: { reason: input.reason ?? "" } }],
      audit,
    };
  });
}
