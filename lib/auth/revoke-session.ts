import { z } from "zod";
import { revokeSessionsOf } from "@/lib/auth/session-store";
import { ConflictError, UnauthenticatedError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, can, parseInput } from "@/lib/service/context";

const input = z.object({ sessionId: z.string().min(1).max(64) });

/** Signs one browser out: an own one, or with `people.manage` anybody's. @throws ConflictError when it is not live. */
export async function revokeSession(ctx: Ctx, raw: unknown): Promise<{ sessionId: string }> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new UnauthenticatedError();
  const { sessionId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const row = await firstRow<{ user_id: string }>(
      tx,
      "UPDATE browser_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND (user_id = $3 OR $4) RETURNING user_id",
      [sessionId, ctx.now, actor.userId, can(ctx, "people.manage")],
    );
    if (row === null) throw new ConflictError("This browser is signed out already.");
    await writeAudit(tx, ctx, { action: "session.revoke", object: { type: "session", id: sessionId }, after: { userId: row.user_id } });
    return { sessionId };
  });
}

/** Signs all browsers of the person out but the one that asks. */
export async function revokeOtherSessions(ctx: Ctx): Promise<{ count: number }> {
  const { actor } = ctx;
  if (actor.kind !== "user") throw new UnauthenticatedError();
  return inTransaction(ctx.db, async (tx) => {
    const count = await revokeSessionsOf(tx, actor.userId, ctx.now, actor.sessionId);
    await writeAudit(tx, ctx, { action: "session.revoke-others", object: { type: "user", id: actor.userId, name: actor.name }, after: { count } });
    return { count };
  });
}
