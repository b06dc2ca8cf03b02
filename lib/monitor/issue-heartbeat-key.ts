import { randomBytes } from "node:crypto";
import { sha256 } from "@/lib/core/canonical";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { heartbeatKeyInput } from "./types";

/** Gives a backup a new key for its heartbeat and returns it once; the key before stops working. Audited. */
export async function issueHeartbeatKey(ctx: Ctx, raw: unknown): Promise<{ key: string }> {
  requirePermission(ctx, "inventory.edit");
  const input = parseInput(heartbeatKeyInput, raw);
  const key = randomBytes(24).toString("base64url");
  return inTransaction(ctx.db, async (tx) => {
    const backup = await firstRow<{ id: string; name: string; projectId: string }>(
      tx,
      `UPDATE backup b SET heartbeat_hash = $3 FROM project p
       WHERE p.id = b.project_id AND (p.slug = $1 OR p.id = $1) AND p.archived_at IS NULL AND b.key = $2 AND b.removed_at IS NULL
       RETURNING b.id, b.name, b.project_id AS "projectId"`,
      [input.project, input.backup, sha256(key)],
    );
    if (backup === null) throw new NotFoundError(`The backup "${input.backup}"`);
    await writeAudit(tx, ctx, { action: "backup.key", object: { type: "backup", id: backup.id, name: backup.name }, projectId: backup.projectId });
    return { key };
  });
}
