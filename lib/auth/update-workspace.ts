import { z } from "zod";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { workspaceFields } from "@/lib/service/workspace";

const input = z.object(workspaceFields);

/** Changes name, currency and time zone of the installation. Stored amounts keep their own currency. */
export async function updateWorkspace(ctx: Ctx, raw: unknown): Promise<z.output<typeof input>> {
  requirePermission(ctx, "workspace.manage");
  const after = parseInput(input, raw);
  return inTransaction(ctx.db, async (tx) => {
    const before = await firstRow(tx, 'SELECT name AS workspace, currency, time_zone AS "timeZone" FROM workspace FOR UPDATE');
    await tx.query(
      `INSERT INTO workspace (id, name, currency, time_zone, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (singleton) DO UPDATE SET name = excluded.name, currency = excluded.currency, time_zone = excluded.time_zone`,
      [newId(), after.workspace, after.currency, after.timeZone, ctx.now],
    );
    await writeAudit(tx, ctx, { action: "workspace.update", object: { type: "workspace", id: "workspace", name: after.workspace }, before, after });
    return after;
  });
}
