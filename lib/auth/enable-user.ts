import { z } from "zod";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ConflictError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const input = z.object({ userId: z.string().min(1).max(64) });

/** Lets a disabled person in again, with the old role and password. Ended tokens stay ended. @throws ConflictError */
export async function enableUser(ctx: Ctx, raw: unknown): Promise<{ userId: string }> {
  requirePermission(ctx, "people.manage");
  requireRecentProof(ctx);
  const { userId } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const user = await firstRow<{ name: string; role: string }>(
      tx,
      "UPDATE app_user SET disabled_at = NULL, version = version + 1 WHERE id = $1 AND disabled_at IS NOT NULL RETURNING name, role",
      [userId],
    );
    if (user === null) throw new ConflictError("This person is active already or does not exist.");
    await writeAudit(tx, ctx, { action: "user.enable", object: { type: "user", id: userId, name: user.name }, after: { role: user.role } });
    return { userId };
  });
}
