import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import type { RejectedRow } from "./import-bill";
import { costProject } from "./store";

export interface BillImportView {
  import: string;
  fileName: string;
  rows: number;
  rejected: number;
  replaced: number;
  unchanged: number;
  billed: string;
  currency: string;
  from: string | null;
  to: string | null;
  by: string | null;
  at: string;
  undoneAt: string | null;
  rejections: RejectedRow[];
}

/** Bills of a project, newest first; `after` is the id of the last one seen. Permission: workspace.read. */
export async function listImports(
  ctx: Ctx,
  slug: string,
  page: { after?: string | null; limit?: number } = {},
): Promise<{ items: BillImportView[]; next: string | null }> {
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug);
  const limit = Math.min(Math.max(page.limit ?? 20, 1), 200);
  const found = await rows<Omit<BillImportView, "at" | "undoneAt" | "from" | "to"> & { at: Date; undoneAt: Date | null; from: Date | null; to: Date | null }>(
    ctx.db.pool,
    `SELECT b.id AS import, b.file_name AS "fileName", b.rows, b.rejected, b.replaced, b.unchanged, trim_scale(b.billed)::text AS billed, b.currency,
            b.charges_from AS "from", b.charges_to AS "to", u.name AS by, b.created_at AS at, b.undone_at AS "undoneAt", b.rejections
     FROM bill_import b LEFT JOIN app_user u ON u.id = b.created_by_id
     WHERE b.project_id = $1 AND ($2::text IS NULL OR b.id < $2) ORDER BY b.id DESC LIMIT $3`,
    [project.id, page.after ?? null, limit + 1],
  );
  const items = found.slice(0, limit).map((row) => ({
    ...row,
    at: row.at.toISOString(),
    undoneAt: row.undoneAt?.toISOString() ?? null,
    from: row.from?.toISOString() ?? null,
    to: row.to?.toISOString() ?? null,
  }));
  return { items, next: found.length > limit ? (items.at(-1)?.import ?? null) : null };
}
