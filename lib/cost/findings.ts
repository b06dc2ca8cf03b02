import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import type { CostProject } from "./store";

export interface CostFinding {
  id: string;
  code: string;
  message: string;
  /** What the plan's own rows give. */
  expected: string | null;
  /** What the plan states. */
  found: string | null;
}

/** Findings of the present plan version about totals, savings and prices. */
export function costFindings(db: Pick<Db, "pool">, project: CostProject): Promise<CostFinding[]> {
  return rows<CostFinding>(
    db.pool,
    `SELECT id, code, message, expected, found FROM finding
     WHERE plan_version_id = $1 AND code ~ '(total|heading|saving|annual|cost|profit|break-even|formula|labor|budget|phase-impact|price)'
     ORDER BY CASE level WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, position`,
    [project.planVersionId],
  );
}
