import { NotFoundError } from "@/lib/core/errors";
import { firstRow, type Tx } from "@/lib/db/transaction";

/** The approval policy of a project as it is now. */
export interface ApprovalPolicy {
  required: number;
  solo: boolean;
  ttlMs: number;
}

/** @throws NotFoundError when the project is gone */
export async function approvalPolicy(tx: Pick<Tx, "query">, projectId: string): Promise<ApprovalPolicy> {
  const row = await firstRow<ApprovalPolicy>(
    tx,
    `SELECT required_approvals AS required, solo_mode AS solo, approval_ttl_ms AS "ttlMs" FROM project WHERE id = $1`,
    [projectId],
  );
  if (row === null) throw new NotFoundError("The project");
  return row;
}
