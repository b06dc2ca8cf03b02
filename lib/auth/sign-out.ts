import { UnauthenticatedError } from "@/lib/core/errors";
import { inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import type { Ctx } from "@/lib/service/context";

/** Ends the session of the browser that asks. The row dies, so a copy of the cookie is worthless at once. */
export async function signOut(ctx: Ctx): Promise<{ signedOut: true }> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new UnauthenticatedError();
  await inTransaction(ctx.db, async (tx) => {
    const result = await tx.query("UPDATE browser_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [actor.sessionId, ctx.now]);
    if (result.rowCount === 1) await writeAudit(tx, ctx, { action: "auth.sign-out", object: { type: "user", id: actor.userId, name: actor.name } });
  });
  return { signedOut: true };
}
