import { z } from "zod";
import { ConflictError, NotFoundError } from "@/lib/core/errors";
import { firstRow, inTransaction, rows } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { rewriteChargeDays } from "./charge-sql";

const inputSchema = z.object({ project: z.string().min(1).max(100), import: z.string().min(1).max(100) });

export interface UndoResult {
  import: string;
  /** Charges that went. */
  removed: number;
  /** Charges of earlier imports that came back, because this import had replaced them. */
  restored: number;
}

/**
 * Takes one import back whole: its charges go, and what it had replaced comes back. The import stays in the list,
 * marked as undone. Input: `{project: slug or id, import: id}`.
 */
export async function undoImport(ctx: Ctx, raw: unknown): Promise<UndoResult> {
  requirePermission(ctx, "bill.undo");
  const input = parseInput(inputSchema, raw);
  return inTransaction(
    ctx.db,
    async (tx) => {
      const bill = await firstRow<{ id: string; project_id: string; file_name: string; undone_at: Date | null; billed: string; currency: string }>(
        tx,
        `SELECT b.id, b.project_id, b.file_name, b.undone_at, b.billed, b.currency
         FROM bill_import b JOIN project p ON p.id = b.project_id WHERE b.id = $1 AND (p.slug = $2 OR p.id = $2)`,
        [input.import, input.project],
      );
      if (bill === null) throw new NotFoundError("The import");
      await tx.query("SELECT pg_advisory_xact_lock(hashtext('bill:' || $1))", [bill.project_id]);
      const marked = await tx.query("UPDATE bill_import SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL", [bill.id, ctx.now]);
      if (marked.rowCount === 0) throw new ConflictError("This import has been undone already.", { undoneAt: bill.undone_at });
      const key = [bill.project_id, bill.id];
      // Months first: afterwards the rows are gone.
      const months = await rows<{ month: string }>(
        tx,
        "SELECT DISTINCT to_char(charge_period_start AT TIME ZONE 'UTC', 'YYYY-MM') AS month FROM charge WHERE project_id = $1 AND import_id = $2",
        key,
      );
      // A later import had replaced rows of this one: what this one had replaced is now what that one would bring back.
      await tx.query(
        `UPDATE charge_superseded older SET by_import_id = newer.by_import_id FROM charge_superseded newer
         WHERE older.project_id = $1 AND older.by_import_id = $2 AND newer.project_id = $1 AND newer.import_id = $2
           AND newer.charge_period_start = older.charge_period_start AND newer.source_key = older.source_key AND older.by_import_id <> newer.by_import_id
           AND NOT EXISTS (SELECT 1 FROM charge c WHERE c.project_id = $1 AND c.import_id = $2
                             AND c.charge_period_start = older.charge_period_start AND c.source_key = older.source_key)`,
        key,
      );
      await tx.query("DELETE FROM charge_superseded WHERE project_id = $1 AND import_id = $2", key);
      const removed = await tx.query("DELETE FROM charge WHERE project_id = $1 AND import_id = $2", key);
      const restored = await tx.query(
        `INSERT INTO charge SELECT r.* FROM charge_superseded s, jsonb_populate_record(NULL::charge, s.row) r
         WHERE s.project_id = $1 AND s.by_import_id = $2`,
        key,
      );
      await tx.query("DELETE FROM charge_superseded WHERE project_id = $1 AND by_import_id = $2", key);
      await rewriteChargeDays(
        tx,
        bill.project_id,
        months.map((entry) => entry.month),
      );
      const result = { import: bill.id, removed: removed.rowCount ?? 0, restored: restored.rowCount ?? 0 };
      await writeAudit(tx, ctx, {
        action: "bill.undo",
        object: { type: "bill", id: bill.id, name: bill.file_name },
        projectId: bill.project_id,
        before: { billed: bill.billed, currency: bill.currency },
        after: result,
      });
      return result;
    },
    { statementTimeoutMs: 600_000 },
  );
}
