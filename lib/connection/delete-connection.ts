import { ConflictError } from "@/lib/core/errors";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import type { AfterChange } from "./create-connection";
import { requireNotInUse } from "./in-use";
import { connectionRef } from "./input";
import { lockConnection } from "./store";

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
    await tx.query("UPDATE connection SET sealed = '{}', removed_at = $2, version = version + 1, updated_at = $2 WHERE id = $1", [before.id, ctx.now]);
    await afterChange?.(tx, ctx, before.projectId, `connection ${before.key} removed`);
    await requireNotInUse(tx, before);
    await writeAudit(tx, ctx, {
      action: "connection.delete",
      object: { type: "connection", id: before.id, name: before.key },
      projectId: before.projectId,
      before: { kind: before.kind, config: before.config, secretVersion: before.secretVersion },
    });
    return { id: before.id };
  });
}
