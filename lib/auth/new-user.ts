import { z } from "zod";
import { passwordInput, passwordProblem } from "@/lib/auth/password";
import type { Role } from "@/lib/auth/permissions";
import { insertSession, type NewSession } from "@/lib/auth/session-store";
import type { SignInCtx } from "@/lib/auth/sign-in";
import { ConflictError, InvalidInputError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { isUniqueViolation, type Tx } from "@/lib/db/transaction";
import type { UserActor } from "@/lib/service/context";

/** A person's name as shown to others: one line, no control or direction-changing characters. */
export const personName = z
  .string({ error: "A name is needed." })
  .trim()
  .min(1, "A name is needed.")
  .max(80, "At most 80 characters.")
  .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), "Only visible characters.")
  .transform((text) => text.normalize("NFKC"));

/** A new password typed twice. */
export const newPasswordFields = { password: passwordInput, repeat: z.string({ error: "Type the password again." }) };

/**
 * @throws InvalidInputError when the two differ or the password is refused.
 * @param context words that must not be the password, such as name and address
 */
export function requireGoodPassword(values: { password: string; repeat: string }, context: readonly string[]): void {
  const problem = passwordProblem(values.password, context);
  if (problem !== null) throw new InvalidInputError(`Password: ${problem}`, [{ path: "password", message: problem }]);
  if (values.password !== values.repeat) {
    throw new InvalidInputError("The two passwords differ.", [{ path: "repeat", message: "Not the same as the password above." }]);
  }
}

/** Adds a person in the caller's transaction. @throws ConflictError when the address is taken. */
export async function insertUser(tx: Tx, values: { email: string; name: string; role: Role; passwordHash: string | null; now: Date }): Promise<string> {
  const id = newId();
  try {
    await tx.query("INSERT INTO app_user (id, email, name, role, password_hash, password_changed_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $6)", [
      id,
      values.email,
      values.name,
      values.role,
      values.passwordHash,
      values.now,
    ]);
  } catch (error) {
    if (isUniqueViolation(error)) throw new ConflictError("There is already a person with this e-mail address.");
    throw error;
  }
  return id;
}

/** Signs a person in who just proved it by a one-time link, in the caller's transaction. */
export async function sessionAfterLink(
  tx: Tx,
  ctx: SignInCtx,
  user: { id: string; name: string; email: string; role: Role },
): Promise<{ session: NewSession; actor: UserActor }> {
  const session = await insertSession(tx, { userId: user.id, now: ctx.now, address: ctx.address, userAgent: ctx.userAgent });
  return {
    session,
    actor: { kind: "user", userId: user.id, name: user.name, email: user.email, role: user.role, sessionId: session.sessionId, provenAt: ctx.now },
  };
}
