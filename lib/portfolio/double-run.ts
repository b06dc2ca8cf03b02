import { Decimal } from "decimal.js";
import { addIntervals, monthlyFactor, scaleInterval } from "@/lib/core/money";
import { plannedStacks } from "@/lib/cost/month-total";
import type { StackCost } from "@/lib/cost/types";
import { firstRow } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import type { DoubleRun } from "./types";

/* What it costs that both sides run at the same time, from the start of a move until the old side is taken away. */

const DAY_MS = 86_400_000;

/** Pure. Null when a side has no price, or the sides have no common currency: such a sum would say nothing. */
export function doubleRunOf(old: StackCost | undefined, next: StackCost | undefined, since: Date, until: Date | null, now: Date): DoubleRun | null {
  const daysInMonth = monthlyFactor("day");
  if (old === undefined || next === undefined || old.currency !== next.currency || daysInMonth === null) return null;
  const perDayOf = (cost: StackCost) => scaleInterval(cost.interval, new Decimal(1).div(daysInMonth));
  const oldPerDay = perDayOf(old);
  const newPerDay = perDayOf(next);
  const perDay = addIntervals(oldPerDay, newPerDay);
  const days = Math.max(0, ((until ?? now).getTime() - since.getTime()) / DAY_MS);
  return { currency: old.currency, oldPerDay, newPerDay, perDay, soFar: scaleInterval(perDay, days), days, since, until, unknown: old.unknown + next.unknown };
}

interface Span {
  projectId: string;
  currency: string;
  fromStackId: string;
  toStackId: string;
  since: Date | null;
  until: Date | null;
}

/**
 * What both sides of a live run cost while they run beside each other; null for a rehearsal, before the start, and where
 * prices are missing. A run that takes the old side away counts from the move it follows. @throws ForbiddenError
 */
export async function doubleRun(ctx: Ctx, runId: string): Promise<DoubleRun | null> {
  requirePermission(ctx, "workspace.read");
  const span = await firstRow<Span>(
    ctx.db.pool,
    `SELECT move.project_id AS "projectId", p.currency, move.from_stack_id AS "fromStackId", move.to_stack_id AS "toStackId", move.started_at AS since,
            CASE WHEN move.status IN ('rolled-back', 'aborted') THEN move.ended_at
                 ELSE (SELECT max(d.ended_at) FROM run d WHERE d.migration_id = move.migration_id AND d.status = 'succeeded'
                        AND d.plan->'decommission'->>'follows' = move.id) END AS until
       FROM run r JOIN run move ON move.id = coalesce(r.plan->'decommission'->>'follows', r.id) JOIN project p ON p.id = move.project_id
      WHERE r.id = $1 AND move.mode = 'live'`,
    [runId],
  );
  if (span === null || span.since === null) return null;
  const costs = await plannedStacks(ctx.db, { id: span.projectId, currency: span.currency }, { labor: false });
  return doubleRunOf(costs.get(span.fromStackId), costs.get(span.toStackId), span.since, span.until, ctx.now);
}
