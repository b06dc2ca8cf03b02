import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";

/** How a step went in the rehearsals of a migration. Times are milliseconds from its start until its effect was there, without holds. */
export interface RehearsedStep {
  key: string;
  runs: number;
  medianMs: number;
  worstMs: number;
  /** Tries in rehearsals that ended failed or errored. */
  failures: number;
}

/**
 * What rehearsals say about each step, by its key: the estimate of the live run. A changed step keeps its key and with it
 * the times of before, so the number of runs stands beside them. @throws ForbiddenError
 */
export async function rehearsalTimes(ctx: Ctx, migrationId: string): Promise<Map<string, RehearsedStep>> {
  requirePermission(ctx, "workspace.read");
  const found = await rows<RehearsedStep>(
    ctx.db.pool,
    `SELECT s.key, count(*) FILTER (WHERE s.effect_at IS NOT NULL)::int AS runs,
            coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM s.effect_at - s.started_at) * 1000), 0)::float8 AS "medianMs",
            coalesce(max(extract(epoch FROM s.effect_at - s.started_at) * 1000), 0)::float8 AS "worstMs",
            coalesce(sum((SELECT count(*) FROM attempt a WHERE a.step_id = s.id AND a.direction = 'apply' AND a.outcome IN ('failed', 'errored'))), 0)::int AS failures
       FROM run_step s JOIN run r ON r.id = s.run_id
      WHERE r.migration_id = $1 AND r.mode = 'rehearsal' AND s.started_at IS NOT NULL GROUP BY s.key`,
    [migrationId],
  );
  return new Map(found.map((step) => [step.key, { ...step, medianMs: Math.round(step.medianMs), worstMs: Math.round(step.worstMs) }]));
}
