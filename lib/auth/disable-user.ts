import { z } from "zod";
import { requireAnotherAdmin } from "@/lib/auth/admins";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { revokeSessionsOf } from "@/lib/auth/session-store";
import { ConflictError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const input = z.object({ userId: z.string().min(1).max(64) });

/**
 * Shuts a person out: browsers are signed out, tokens and open reset links end for good. What they did stays.
 * @throws RefusedError for the last admin, ConflictError when already disabled.
 */
export async function disableUser(ctx: Ctx, raw: unknown): Promise<{ userId: string; sessions: number; tokens: number }> {
  requirePermission(ctx, "people.manage");
  requireRecentProof(ctx);
  const { userId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    await requireAnotherAdmin(tx, userId);
    const user = await firstRow<{ name: string; email: string }>(
      tx,
      "UPDATE app_user SET disabled_at = $2, version = version + 1 WHERE id = $1 AND disabled_at IS NULL RETURNING name, email",
      [userId, ctx.now],
    );
    if (user === null) throw new ConflictError("This person is disabled already or does not exist.");
    const sessions = await revokeSessionsOf(tx, userId, ctx.now);
    const tokens = await tx.query("UPDATE api_token SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL", [userId, ctx.now]);
    await tx.query("UPDATE one_time_link SET revoked_at = $2 WHERE purpose = 'reset' AND email = $1 AND used_at IS NULL AND revoked_at IS NULL", [
      user.email,
      ctx.now,
    ]);
    const ended = { sessions, tokens: tokens.rowCount ?? 0 };
    await writeAudit(tx, ctx, { action: "user.disable", object: { type: "user", id: userId, name: user.name }, after: { disabled: true, ended } });
    return { userId, ...ended };
  });
}
