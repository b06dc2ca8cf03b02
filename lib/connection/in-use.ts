import { RefusedError } from "@/lib/core/errors";
import { firstRow, type Tx } from "@/lib/db/transaction";
import { UNDER_WAY } from "@/lib/migration/types";
import type { ConnectionRow } from "./store";

/**
 * Refuses a change of what a run under way was frozen to: it could not open the connection any more, not even to roll
 * back. Call it after runs that wait were frozen again: these locks order the change against the start of a run.
 * @throws RefusedError naming the run
 */
export async function requireNotInUse(tx: Tx, connection: Pick<ConnectionRow, "projectId" | "key">): Promise<void> {
  const run = await firstRow<{ number: number; migration: string; status: string }>(
    tx,
    `SELECT r.number, m.name AS migration, r.status FROM run r JOIN migration m ON m.id = r.migration_id
      WHERE r.project_id = $1 AND r.status = ANY($2) AND r.plan->'targets' @> $3::jsonb ORDER BY r.number LIMIT 1`,
    [connection.projectId, UNDER_WAY, JSON.stringify([{ key: connection.key }])],
  );
  if (run === null) return;
  throw new RefusedError("The connection is in use.", [
    `Run ${run.number} of "${run.migration}" is ${run.status} and uses "${connection.key}", also for a rollback. Let it end, roll it back or abort it first.`,
  ]);
}
