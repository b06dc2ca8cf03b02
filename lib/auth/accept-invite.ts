import { z } from "zod";
import { insertUser, newPasswordFields, personName, requireGoodPassword, sessionAfterLink } from "@/lib/auth/new-user";
import { consumeLink, openLink } from "@/lib/auth/one-time-link";
import { hashPassword } from "@/lib/auth/password-hash";
import type { Role } from "@/lib/auth/permissions";
import { type NewSession, revokeSessionsOf } from "@/lib/auth/session-store";
import type { SignInCtx } from "@/lib/auth/sign-in";
import { RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { parseInput } from "@/lib/service/context";

const input = z.object({ token: z.string().min(1).max(200), name: personName, ...newPasswordFields });
const resetInput = z.object({ token: z.string().min(1).max(200), ...newPasswordFields });
const GONE = "This link no longer works: it was used, replaced by a newer one, or is too old. Ask for a new one.";

/** Makes the invited person with the role of the invitation and signs them in. @throws RefusedError, ConflictError */
export async function acceptInvite(ctx: SignInCtx, raw: unknown): Promise<NewSession> {
  const values = parseInput(input, raw);
  const link = await openLink(ctx.db, values.token, ctx.now);
  if (link === null || link.purpose !== "invite") throw new RefusedError(GONE);
  requireGoodPassword(values, [link.email ?? "", values.name]);
  const passwordHash = await hashPassword(values.password);
  return inTransaction(ctx.db, async (tx) => {
    const { email, role } = await consumeLink(tx, values.token, "invite", ctx.now);
    if (email === null || role === null) throw new Error("The invitation has no address or role.");
    const user = { email, name: values.name, role };
    const id = await insertUser(tx, { ...user, passwordHash, now: ctx.now });
    const { session, actor } = await sessionAfterLink(tx, ctx, { id, ...user });
    await writeAudit(tx, { ...ctx, actor }, { action: "user.create", object: { type: "user", id, name: values.name }, after: { role } });
    return session;
  });
}

/** Sets a new password by a reset link, ends all sessions of the person and signs this browser in. @throws RefusedError */
export async function acceptReset(ctx: SignInCtx, raw: unknown): Promise<NewSession> {
  const values = parseInput(resetInput, raw);
  const link = await openLink(ctx.db, values.token, ctx.now);
  if (link === null || link.purpose !== "reset") throw new RefusedError(GONE);
  requireGoodPassword(values, [link.email ?? ""]);
  const passwordHash = await hashPassword(values.password);
  return inTransaction(ctx.db, async (tx) => {
    const { email } = await consumeLink(tx, values.token, "reset", ctx.now);
    const user = await firstRow<{ id: string; name: string; email: string; role: Role }>(
      tx,
      `UPDATE app_user SET password_hash = $2, password_changed_at = $3, version = version + 1
        WHERE email = $1 AND disabled_at IS NULL RETURNING id, name, email, role`,
      [email, passwordHash, ctx.now],
    );
    if (user === null) throw new RefusedError(GONE);
    await revokeSessionsOf(tx, user.id, ctx.now);
    const { session, actor } = await sessionAfterLink(tx, ctx, user);
    await writeAudit(tx, { ...ctx, actor }, { action: "user.reset-password", object: { type: "user", id: user.id, name: user.name } });
    return session;
  });
}
