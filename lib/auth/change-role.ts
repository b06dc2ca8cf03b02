import { z } from "zod";
import { requireAnotherAdmin } from "@/lib/auth/admins";
import { ROLES, type Role } from "@/lib/auth/permissions";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { ConflictError, NotFoundError } from "@/lib/core/errors";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";

const input = z.object({
  userId: z.string().min(1).max(64),
  role: z.enum(ROLES, { error: "Choose a role." }),
  version: z.coerce.number().int().positive(),
});

/** Gives a person another role; it holds for open browsers and tokens with their next request. @throws ConflictError, RefusedError */
export async function changeRole(ctx: Ctx, raw: unknown): Promise<{ userId: string; role: Role }> {
  requirePermission(ctx, "people.manage");
  requireRecentProof(ctx);
  const { userId, role, version } = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    if (role !== "admin") await requireAnotherAdmin(tx, userId);
    const before = await firstRow<{ role: Role; name: string; version: number }>(tx, "SELECT role, name, version FROM app_user WHERE id = $1 FOR UPDATE", [
      userId,
    ]);
    if (before === null) throw new NotFoundError("The person");
    if (before.version !== version)
      throw new ConflictError(`${before.name} was changed meanwhile. The role is now ${before.role}.`, { version: before.version });
    if (before.role === role) return { userId, role };
    await tx.query("UPDATE app_user SET role = $2, version = version + 1 WHERE id = $1", [userId, role]);
    await writeAudit(tx, ctx, {
      action: "user.change-role",
      object: { type: "user", id: userId, name: before.name },
      before: { role: before.role },
      after: { role },
    });
    return { userId, role };
  });
}
