import { inTransaction, rows } from "@/lib/db/transaction";
import type { Ctx } from "@/lib/service/context";
import { loadRun } from "./load-run";
import { applyTransition } from "./transition";

/**
 * Makes runs that were not started in time drafts again: their request or approval has expired (R-APR-6). Gates inside
 * a started run are the run loop's own. Safe by many workers; returns how many expired.
 */
export async function expireGates(ctx: Ctx): Promise<number> {
  const due = await rows<{ runId: string }>(
    ctx.db.pool,
    `SELECT g.run_id AS "runId" FROM approval_gate g JOIN run r ON r.id = g.run_id
      WHERE g.gate = 'start' AND g.status IN ('open', 'approved') AND g.expires_at <= $1 AND r.status IN ('awaiting-approval', 'approved')`,
    [ctx.now],
  );
  let expired = 0;
  for (const { runId } of due) {
    expired += await inTransaction(ctx.db, async (tx) => {
      const run = await loadRun(tx, runId, { lock: true });
      const gates = run.gates.filter((gate) => gate.gate === "start" && (gate.status === "open" || gate.status === "approved") && gate.expiresAt <= ctx.now);
      if (gates.length === 0 || (run.status !== "awaiting-approval" && run.status !== "approved")) return 0;
      const message = run.status === "approved" ? "The approval expired before the start." : "The request expired without a quorum.";
      await applyTransition(
        tx,
        ctx,
        run,
        {
          run: { status: "draft", approvedAt: null, requestedAt: null },
          gatesClosed: gates.map((gate) => ({ id: gate.id, status: "expired" as const })),
          events: [{ type: "gate.expired", message: `${message} Ask again.`, data: { gate: "start" } }],
          audit: { action: "run.gate-expired", reason: message },
        },
        { version: run.version },
      );
      return 1;
    });
  }
  return expired;
}
