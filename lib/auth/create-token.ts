import { randomBytes } from "node:crypto";
import { z } from "zod";
import { emailInput } from "@/lib/auth/email";
import { type Role, SCOPES, type Scope } from "@/lib/auth/permissions";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { formatToken, kindOf, tokenHash } from "@/lib/auth/token-format";
import { scopesFor } from "@/lib/auth/token-scopes";
import { ForbiddenError, InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const DAY_MS = 24 * 60 * 60_000;
export const MAX_TOKEN_DAYS = 365;

const input = z.object({
  name: z
    .string({ error: "A name is needed." })
    .trim()
    .min(1, "Say what the token is for.")
    .max(80, "At most 80 characters.")
    .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), "Only visible characters."),
  scopes: z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").map((part) => part.trim()) : value),
    z.array(z.enum(SCOPES, { error: `One of ${SCOPES.join(", ")}.` }), { error: "Choose at least one scope." }).min(1, "Choose at least one scope."),
  ),
  days: z.coerce.number({ error: "A number of days." }).int("Whole days.").min(1, "At least one day.").max(MAX_TOKEN_DAYS, `At most ${MAX_TOKEN_DAYS} days.`),
  /** Whose token; only the command line makes one for somebody else. */
  email: emailInput.optional(),
});

export interface NewToken {
  id: string;
  /** Shown once, stored nowhere. */
  token: string;
  name: string;
  scopes: Scope[];
  expiresAt: Date;
}

/**
 * Makes an API token bound to a person; the text is returned once.
 * @throws InvalidInputError when a scope is more than the person's role has.
 */
export async function createToken(ctx: Ctx, raw: unknown): Promise<NewToken> {
  requirePermission(ctx, "token.manage");
  requireRecentProof(ctx);
  const values = parseInput(input, raw);
  const owner = await ownerOf(ctx, values.email);
  const allowed = scopesFor(owner.role);
  const scopes = SCOPES.filter((scope) => values.scopes.includes(scope));
  const tooMuch = scopes.filter((scope) => !allowed.includes(scope));
  if (tooMuch.length > 0) {
    const message = `A token of a person with the role ${owner.role} cannot have ${tooMuch.join(", ")}.`;
    throw new InvalidInputError(message, [{ path: "scopes", message }]);
  }
  const token = formatToken(kindOf(scopes), randomBytes(96));
  const id = newId();
  const expiresAt = new Date(ctx.now.getTime() + values.days * DAY_MS);
  return inTransaction(ctx.db, async (tx) => {
    await tx.query("INSERT INTO api_token (id, user_id, name, prefix, token_hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", [
      id,
      owner.id,
      values.name,
      token.slice(0, token.lastIndexOf("_") + 5),
      tokenHash(token),
      scopes,
      ctx.now,
      expiresAt,
    ]);
    await writeAudit(tx, ctx, {
      action: "token.create",
      object: { type: "token", id, name: values.name },
      after: { person: owner.name, scopes, expiresAt },
    });
    return { id, token, name: values.name, scopes, expiresAt };
  });
}

async function ownerOf(ctx: Ctx, email: string | undefined): Promise<{ id: string; name: string; role: Role }> {
  const { actor } = ctx;
  if (actor.kind === "user") {
    if (email !== undefined && email !== actor.email) throw new ForbiddenError("A person makes tokens for themselves only.");
    return { id: actor.userId, name: actor.name, role: actor.role };
  }
  if (email === undefined) throw new InvalidInputError("Say whose token it is.", [{ path: "email", message: "An e-mail address is needed." }]);
  const user = await firstRow<{ id: string; name: string; role: Role }>(
    ctx.db.pool,
    "SELECT id, name, role FROM app_user WHERE email = $1 AND disabled_at IS NULL",
    [email],
  );
  if (user === null) throw new NotFoundError(`An active person with the address ${email}`);
  return user;
}
