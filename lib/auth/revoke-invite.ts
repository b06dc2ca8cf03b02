import { z } from "zod";
import { ConflictError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const input = z.object({ inviteId: z.string().min(1).max(64) });

/** Withdraws an invitation or reset link that was not used yet. @throws ConflictError when it was. */
export async function revokeInvite(ctx: Ctx, raw: unknown): Promise<{ inviteId: string }> {
  requirePermission(ctx, "people.manage");
  const { inviteId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const row = await firstRow<{ email: string | null }>(
      tx,
      "UPDATE one_time_link SET revoked_at = $2 WHERE id = $1 AND purpose <> 'owner' AND used_at IS NULL AND revoked_at IS NULL RETURNING email",
      [inviteId, ctx.now],
    );
    if (row === null) throw new ConflictError("This link was used or withdrawn already.");
    await writeAudit(tx, ctx, { action: "invite.revoke", object: { type: "invite", id: inviteId, name: row.email ?? "" } });
    return { inviteId };
  });
}
