import { z } from "zod";
import { ConflictError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, can, parseInput, personOf, requirePermission } from "@/lib/service/context";

const input = z.object({ tokenId: z.string().min(1).max(64) });

/** Ends a token at once: an own one, or with `people.manage` anybody's. @throws ConflictError when it is not live. */
export async function revokeToken(ctx: Ctx, raw: unknown): Promise<{ tokenId: string }> {
  requirePermission(ctx, "token.manage");
  const { tokenId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const row = await firstRow<{ name: string }>(
      tx,
      "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL AND (user_id = $3 OR $4) RETURNING name",
      [tokenId, ctx.now, personOf(ctx.actor), can(ctx, "people.manage")],
    );
    if (row === null) throw new ConflictError("This token was revoked already, or is not yours.");
    await writeAudit(tx, ctx, { action: "token.revoke", object: { type: "token", id: tokenId, name: row.name } });
    return { tokenId };
  });
}
