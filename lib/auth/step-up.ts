import { z } from "zod";
import { passwordInput } from "@/lib/auth/password";
import { verifyPassword } from "@/lib/auth/password-hash";
import { insertSession, type NewSession } from "@/lib/auth/session-store";
import { markSucceeded, reserveAttempt } from "@/lib/auth/sign-in-attempts";
import { InvalidInputError, UnauthenticatedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput } from "@/lib/service/context";

const input = z.object({ password: passwordInput });

/**
 * Proves again who sits at this browser. Gives the browser a new session id and ends the old one (ASVS 7.2.4); the
 * absolute end of the session stays.
 * @throws TooManyError while slowed, InvalidInputError for a wrong password.
 */
export async function stepUp(ctx: Ctx, raw: unknown): Promise<NewSession> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new UnauthenticatedError();
  const { password } = parseInput(input, raw);
  const attempt = await reserveAttempt(ctx.db, actor.email, ctx.address ?? "local", ctx.now);
  const account = await firstRow<{ password_hash: string | null }>(ctx.db.pool, "SELECT password_hash FROM app_user WHERE id = $1", [actor.userId]);
  if (!(await verifyPassword(account?.password_hash ?? null, password))) {
    throw new InvalidInputError("The password is wrong.", [{ path: "password", message: "Not your password." }]);
  }
  return inTransaction(ctx.db, async (tx) => {
    await markSucceeded(tx, attempt);
    const old = await firstRow<{ created_at: Date; expires_at: Date; user_agent: string | null }>(
      tx,
      "UPDATE browser_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING created_at, expires_at, user_agent",
      [actor.sessionId, ctx.now],
    );
    if (old === null) throw new UnauthenticatedError();
    const session = await insertSession(tx, {
      userId: actor.userId,
      now: ctx.now,
      address: ctx.address,
      userAgent: old.user_agent ?? undefined,
      createdAt: old.created_at,
      expiresAt: old.expires_at,
    });
    await writeAudit(tx, ctx, { action: "auth.step-up", object: { type: "user", id: actor.userId, name: actor.name } });
    return session;
  });
}
