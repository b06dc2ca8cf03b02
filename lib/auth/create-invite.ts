import { z } from "zod";
import { emailInput } from "@/lib/auth/email";
import { insertLink, type NewLink } from "@/lib/auth/one-time-link";
import { ROLES, type Role } from "@/lib/auth/permissions";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ConflictError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";

const INVITE_MS = 72 * 60 * 60_000;

const input = z.object({ email: emailInput, role: z.enum(ROLES, { error: "Choose a role." }) });

/**
 * A one-time link with which a new person joins; shown once, 72 hours. A second one for the same address replaces the
 * first.
 * @throws ConflictError when the address already belongs to a person.
 */
export async function createInvite(ctx: Ctx, raw: unknown): Promise<NewLink & { email: string; role: Role }> {
  requirePermission(ctx, "people.manage");
  requireRecentProof(ctx);
  const { email, role } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    if ((await firstRow(tx, "SELECT 1 FROM app_user WHERE email = $1", [email])) !== null) {
      throw new ConflictError(`${email} already has an account. Change its role, enable it, or make a link for a new password.`);
    }
    await tx.query("UPDATE one_time_link SET revoked_at = $2 WHERE purpose = 'invite' AND email = $1 AND used_at IS NULL AND revoked_at IS NULL", [
      email,
      ctx.now,
    ]);
    const link = await insertLink(tx, { purpose: "invite", email, role, createdById: personOf(ctx.actor), now: ctx.now, ttlMs: INVITE_MS });
    await writeAudit(tx, ctx, { action: "invite.create", object: { type: "invite", id: link.id, name: email }, after: { role, expiresAt: link.expiresAt } });
    return { ...link, email, role };
  });
}
