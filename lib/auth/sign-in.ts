import { z } from "zod";
import { normalizeEmail } from "@/lib/auth/email";
import { passwordInput } from "@/lib/auth/password";
import { verifyPassword } from "@/lib/auth/password-hash";
import type { Role } from "@/lib/auth/permissions";
import { insertSession, type NewSession } from "@/lib/auth/session-store";
import { accountKey, markSucceeded, reserveAttempt } from "@/lib/auth/sign-in-attempts";
import { UnauthenticatedError } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput } from "@/lib/service/context";

const input = z.object({
  email: z.string({ error: "An e-mail address is needed." }).min(1, "An e-mail address is needed.").max(320, "At most 320 characters."),
  password: passwordInput,
});

/** What signing in needs to know about the browser; there is no actor yet. */
export type SignInCtx = Pick<Ctx, "db" | "now" | "address"> & { userAgent?: string | undefined };

interface Account {
  id: string;
  name: string;
  email: string;
  role: Role;
  password_hash: string | null;
  disabled_at: Date | null;
}

/**
 * Checks e-mail and password and makes a new session row. Unknown, disabled and password-less accounts get the
 * same answer after the same work as a wrong password.
 * @throws TooManyError while slowed, UnauthenticatedError when refused.
 */
export async function signIn(ctx: SignInCtx, raw: unknown): Promise<NewSession> {
  const { email: typed, password } = parseInput(input, raw);
  const email = normalizeEmail(typed);
  const attempt = await reserveAttempt(ctx.db, email, ctx.address ?? "local", ctx.now);
  const account = await accountOf(ctx.db, email);
  const matches = await verifyPassword(account?.password_hash ?? null, password);
  const accepted = matches && account !== null && account.disabled_at === null;
  return inTransaction(ctx.db, async (tx) => {
    if (!accepted) {
      await writeAudit(
        tx,
        { ...ctx, actor: { kind: "anonymous", name: "anonymous" } },
        {
          action: "auth.sign-in-failed",
          // Whatever was typed in place of a known address may be a password: only its hash is kept.
          object: account === null ? { type: "account", id: accountKey(email).slice(0, 16) } : { type: "user", id: account.id, name: account.name },
        },
      );
      return null;
    }
    await markSucceeded(tx, attempt);
    const session = await insertSession(tx, { userId: account.id, now: ctx.now, address: ctx.address, userAgent: ctx.userAgent });
    const actor = {
      kind: "user" as const,
      userId: account.id,
      name: account.name,
      email: account.email,
      role: account.role,
      sessionId: session.sessionId,
      provenAt: ctx.now,
    };
    await writeAudit(tx, { ...ctx, actor }, { action: "auth.sign-in", object: { type: "user", id: account.id, name: account.name } });
    return session;
  }).then((session) => {
    if (session === null) throw new UnauthenticatedError("E-mail or password is wrong.");
    return session;
  });
}

function accountOf(db: Db, email: string): Promise<Account | null> {
  return firstRow<Account>(db.pool, "SELECT id, name, email, role, password_hash, disabled_at FROM app_user WHERE email = $1", [email]);
}
