import type { Ctx } from "@/lib/service/context";
import { type UndoneImport, undoSourceImport } from "@/lib/service/source-import";
import { RESOURCE_IMPORTS } from "./import-table";

/**
 * Takes an import of infrastructure as code back whole: resources it made go, those it changed, brought back or marked
 * as gone are as before. Only the newest import of a source. Input: `{project: slug or id, import: id}`.
 */
export function undoInventoryImport(ctx: Ctx, raw: unknown): Promise<UndoneImport> {
  return undoSourceImport(ctx, raw, {
    table: RESOURCE_IMPORTS,
    permission: "inventory.edit",
    // Rows that the import did not change had only been seen; they were last seen by the import before.
    afterwards: async (tx, record, latest) => {
      await tx.query("UPDATE resource SET last_seen_at = $3 WHERE stack_id = $1 AND source = $2 AND origin = 'import' AND last_seen_at >= $4", [
        record.stackId,
        record.source,
        latest?.createdAt ?? null,
        record.createdAt,
      ]);
    },
  });
}
