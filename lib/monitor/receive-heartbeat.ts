import { sha256 } from "@/lib/core/canonical";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { heartbeatInput } from "./types";

/**
 * A backup job reports that it ran, or that a restore was tried. The moment only moves forward. Not audited: it is a
 * measurement, sent by a program every day.
 * @throws NotFoundError for a key that belongs to no backup.
 */
export async function receiveHeartbeat(ctx: Ctx, raw: unknown): Promise<{ backup: string; kind: string; at: string }> {
  requirePermission(ctx, "heartbeat.send");
  const input = parseInput(heartbeatInput, raw);
  const column = input.kind === "backup" ? "last_run_at" : "last_restore_test_at";
  const backup = await firstRow<{ key: string }>(
    ctx.db.pool,
    `UPDATE backup SET ${column} = greatest(${column}, $2) WHERE heartbeat_hash = $1 AND removed_at IS NULL RETURNING key`,
    [sha256(input.key), ctx.now],
  );
  if (backup === null) throw new NotFoundError("A backup with this key");
  return { backup: backup.key, kind: input.kind, at: ctx.now.toISOString() };
}
