import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { connectionRef } from "./input";
import { lockConnection, viewOf } from "./store";
import type { ConnectionView } from "./types";

/** Asks the worker to try the connection; the answer appears in its `test`. Repeating it asks again. */
export async function requestConnectionTest(ctx: Ctx, raw: unknown): Promise<ConnectionView> {
  requirePermission(ctx, "connection.test");
  const input = parseInput(connectionRef, raw);
  return await inTransaction(ctx.db, async (tx) => {
    const before = await lockConnection(tx, input.id);
    await tx.query("UPDATE connection SET test_requested_at = $2, tested_at = NULL, test_ok = NULL, test_message = NULL WHERE id = $1", [before.id, ctx.now]);
    await writeAudit(tx, ctx, { action: "connection.test", object: { type: "connection", id: before.id, name: before.key }, projectId: before.projectId });
    return viewOf({ ...before, testRequestedAt: ctx.now, testedAt: null, testOk: null, testMessage: null });
  });
}
