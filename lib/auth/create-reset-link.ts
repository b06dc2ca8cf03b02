import { z } from "zod";
import { insertLink, type NewLink } from "@/lib/auth/one-time-link";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { NotFoundError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";

const RESET_MS = 4 * 60 * 60_000;

const input = z.object({ userId: z.string().min(1).max(64) });

/** A one-time link with which a person sets a new password; shown once, 4 hours. The old password works until then. */
export async function createResetLink(ctx: Ctx, raw: unknown): Promise<NewLink & { email: string }> {
  requirePermission(ctx, "people.manage");
  requireRecentProof(ctx);
  const { userId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const user = await firstRow<{ name: string; email: string }>(tx, "SELECT name, email FROM app_user WHERE id = $1 AND disabled_at IS NULL", [userId]);
    if (user === null) throw new NotFoundError("An active person with this id");
    await tx.query("UPDATE one_time_link SET revoked_at = $2 WHERE purpose = 'reset' AND email = $1 AND used_at IS NULL AND revoked_at IS NULL", [
      user.email,
      ctx.now,
    ]);
    const link = await insertLink(tx, { purpose: "reset", email: user.email, createdById: personOf(ctx.actor), now: ctx.now, ttlMs: RESET_MS });
    await writeAudit(tx, ctx, { action: "user.reset-link", object: { type: "user", id: userId, name: user.name }, after: { expiresAt: link.expiresAt } });
    return { ...link, email: user.email };
  });
}
