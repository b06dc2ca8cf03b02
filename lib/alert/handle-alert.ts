import { ConflictError, NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import type { Ctx } from "@/lib/service/context";

export interface LockedAlert {
  id: string;
  projectId: string;
  ruleName: string;
  endedAt: Date | null;
  acknowledgedAt: Date | null;
  mutedUntil: Date | null;
  version: number;
}

/** What a change of an alert writes. */
export interface AlertChange {
  action: string;
  set: { acknowledgedAt: Date | null; acknowledgedBy: string | null } | { mutedUntil: Date | null };
}

/**
 * Changes an open alert at its version, with its audit entry: what acknowledge and mute have in common.
 * @throws NotFoundError, RefusedError when it is over, ConflictError when `version` is not the present one.
 */
export function changeAlert(ctx: Ctx, id: string, version: number | undefined, change: AlertChange): Promise<{ id: string; version: number }> {
  return inTransaction(ctx.db, async (tx) => {
    const alert = await lockAlert(tx, id);
    if (version !== undefined && version !== alert.version) {
      throw new ConflictError("The alert changed in the meantime: look at it again.", { version: alert.version });
    }
    if (alert.endedAt !== null) throw new RefusedError("The alert is over: there is nothing to do about it any more.");
    const [sql, values] =
      "mutedUntil" in change.set
        ? ["muted_until = $2", [change.set.mutedUntil]]
        : ["acknowledged_at = $2, acknowledged_by = $3", [change.set.acknowledgedAt, change.set.acknowledgedBy]];
    await tx.query(`UPDATE alert SET ${sql}, version = version + 1 WHERE id = $1`, [alert.id, ...values]);
    await writeAudit(tx, ctx, {
      action: change.action,
      object: { type: "alert", id: alert.id, name: alert.ruleName },
      projectId: alert.projectId,
      before: "mutedUntil" in change.set ? { mutedUntil: alert.mutedUntil } : { acknowledgedAt: alert.acknowledgedAt },
      after: "mutedUntil" in change.set ? change.set : { acknowledgedAt: change.set.acknowledgedAt },
    });
    return { id: alert.id, version: alert.version + 1 };
  });
}

async function lockAlert(tx: Tx, id: string): Promise<LockedAlert> {
  const alert = await firstRow<LockedAlert>(
    tx,
    `SELECT a.id, a.project_id AS "projectId", r.name AS "ruleName", a.ended_at AS "endedAt", a.acknowledged_at AS "acknowledgedAt",
       a.muted_until AS "mutedUntil", a.version
     FROM alert a JOIN alert_rule r ON r.id = a.rule_id WHERE a.id = $1 FOR UPDATE OF a`,
    [id],
  );
  if (alert === null) throw new NotFoundError("The alert");
  return alert;
}
