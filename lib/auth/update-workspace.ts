import { z } from "zod";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { workspaceFields } from "@/lib/service/workspace";

const input = z.object({
  ...workspaceFields,
  /** A checkbox of the form: absent means off. */
  allowLoopback: z.preprocess((value) => value === true || value === "on" || value === "true", z.boolean()),
});

type Workspace = z.output<typeof input>;

/**
 * Changes name, currency, time zone and reach of the installation. Stored amounts keep their own currency; the worker
 * takes a changed reach over within seconds. A change of the reach needs a recent proof, because it opens addresses.
 * @throws ForbiddenError for anybody but an admin, and with `stepUp` without a recent proof when the reach changes
 */
export async function updateWorkspace(ctx: Ctx, raw: unknown): Promise<Workspace> {
  requirePermission(ctx, "workspace.manage");
  const after = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const before = await firstRow<Workspace>(
      tx,
      'SELECT name AS workspace, currency, time_zone AS "timeZone", allow_loopback AS "allowLoopback" FROM workspace FOR UPDATE',
    );
    if (after.allowLoopback !== (before?.allowLoopback ?? false)) requireRecentProof(ctx);
    await tx.query(
      `INSERT INTO workspace (id, name, currency, time_zone, allow_loopback, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (singleton) DO UPDATE
         SET name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone, allow_loopback = excluded.allow_loopback`,
      [newId(), after.workspace, after.currency, after.timeZone, after.allowLoopback, ctx.now],
    );
    await writeAudit(tx, ctx, { action: "workspace.update", object: { type: "workspace", id: "workspace", name: after.workspace }, before, after });
    return after;
  });
}
