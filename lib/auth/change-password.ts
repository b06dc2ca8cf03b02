import { z } from "zod";
import { newPasswordFields, requireGoodPassword } from "@/lib/auth/new-user";
import { passwordInput } from "@/lib/auth/password";
import { hashPassword, verifyPassword } from "@/lib/auth/password-hash";
import { revokeSessionsOf } from "@/lib/auth/session-store";
import { markSucceeded, reserveAttempt } from "@/lib/auth/sign-in-attempts";
import { InvalidInputError, UnauthenticatedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput } from "@/lib/service/context";

const input = z.object({ current: passwordInput, ...newPasswordFields });

/** Changes the own password and signs all other browsers of the person out. @throws InvalidInputError, TooManyError */
export async function changePassword(ctx: Ctx, raw: unknown): Promise<{ otherBrowsers: number }> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new UnauthenticatedError("Only a signed-in person can change a password.");
  const values = parseInput(input, raw);
  requireGoodPassword(values, [actor.email, actor.name]);
  const attempt = await reserveAttempt(ctx.db, actor.email, ctx.address ?? "local", ctx.now);
  const stored = await firstRow<{ password_hash: string | null }>(ctx.db.pool, "SELECT password_hash FROM app_user WHERE id = $1", [actor.userId]);
  if (!(await verifyPassword(stored?.password_hash ?? null, values.current))) {
    throw new InvalidInputError("The present password is wrong.", [{ path: "current", message: "Not your password." }]);
  }
  const passwordHash = await hashPassword(values.password);
  return inTransaction(ctx.db, async (tx) => {
    await markSucceeded(tx, attempt);
    await tx.query("UPDATE app_user SET password_hash = $2, password_changed_at = $3, version = version + 1 WHERE id = $1", [
      actor.userId,
      passwordHash,
      ctx.now,
    ]);
    const otherBrowsers = await revokeSessionsOf(tx, actor.userId, ctx.now, actor.sessionId);
    await writeAudit(tx, ctx, { action: "user.change-password", object: { type: "user", id: actor.userId, name: actor.name }, after: { otherBrowsers } });
    return { otherBrowsers };
  });
}
