import { ConflictError, RefusedError } from "@/lib/core/errors";
import { inTransaction, rows } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import type { AfterChange } from "./create-connection";
import { connectionRef } from "./input";
import { lockConnection } from "./store";

const UNDER_WAY = ["running", "paused", "observing", "rolling-back", "needs-attention"];

/**
 * Removes a connection: its secret is destroyed at once, its row stays for the audit log.
 * @throws RefusedError while a run that names it is under way, ConflictError when somebody else changed it first
 */
export async function deleteConnection(ctx: Ctx, raw: unknown, afterChange?: AfterChange): Promise<{ id: string }> {
  requirePermission(ctx, "connection.manage");
  const input = parseInput(connectionRef, raw);
  return await inTransaction(ctx.db, async (tx) => {
    const before = await lockConnection(tx, input.id);
    if (input.version !== undefined && before.version !== input.version)
      throw new ConflictError("Somebody else changed this connection.", { version: before.version });
    const users = await rows<{ id: string }>(tx, `SELECT id FROM run WHERE project_id = $1 AND status = ANY($2) AND plan->'targets' @> $3::jsonb LIMIT 1`, [
      before.projectId,
      UNDER_WAY,
      JSON.stringify([{ key: before.key }]),
    ]);
    if (users.length > 0) throw new RefusedError("The connection is in use.", [`A run that uses "${before.key}" is under way, and a rollback would need it.`]);
    await tx.query("UPDATE connection SET sealed = '{}', removed_at = $2, version = version + 1, updated_at = $2 WHERE id = $1", [before.id, ctx.now]);
    await afterChange?.(tx, ctx, before.projectId, `connection ${before.key} removed`);
    await writeAudit(tx, ctx, {
      action: "connection.delete",
      object: { type: "connection", id: before.id, name: before.key },
      projectId: before.projectId,
      before: { kind: before.kind, config: before.config, secretVersion: before.secretVersion },
    });
    return { id: before.id };
  });
}
