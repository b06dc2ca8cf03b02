import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import type { RecordedDecision } from "./types";

export { getDecisionView } from "./view";

type Row = Omit<RecordedDecision, "reviewAt" | "decidedAt"> & { reviewAt: Date | null; decidedAt: Date };

/** Decisions of a project, newest first; `after` is the number of the last one of the page before. */
export async function listDecisions(
  db: Pick<Db, "pool">,
  projectId: string,
  page: { after?: number; limit?: number } = {},
): Promise<{ items: RecordedDecision[]; next: string | null }> {
  const limit = page.limit ?? 50;
  const found = await rows<Row>(
    db.pool,
    `SELECT d.id, d.number, d.stack_key AS "stackKey", s.name AS "stackName", d.reason, d.verdict, d.confidence, d.review_at AS "reviewAt",
       coalesce(u.name, d.decided_by_id) AS "decidedBy", d.decided_at AS "decidedAt", d.inputs
     FROM decision d LEFT JOIN stack s ON s.id = d.stack_id LEFT JOIN app_user u ON u.id = d.decided_by_id
     WHERE d.project_id = $1 AND ($2::int IS NULL OR d.number < $2) ORDER BY d.number DESC LIMIT $3`,
    [projectId, page.after ?? null, limit + 1],
  );
  const items = found.slice(0, limit).map((row) => ({ ...row, reviewAt: row.reviewAt?.toISOString() ?? null, decidedAt: row.decidedAt.toISOString() }));
  return { items, next: found.length > limit ? String(items.at(-1)?.number ?? "") : null };
}
