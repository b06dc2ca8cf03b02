import { formatClock } from "@/lib/core/duration";
import { rows } from "@/lib/db/transaction";
import { isUrgent, type RunTrouble, runTroubles, troubleWords } from "@/lib/migration/run-troubles";
import type { Ctx } from "@/lib/service/context";
import { isCopy } from "@/lib/service/home-database";

export interface FrameData {
  projects: { slug: string; name: string }[];
  counts: { approvals: number; alerts: number };
  /** This database is not the one the installation lives in: no run is carried out. */
  copy: boolean;
  /** Live runs under way, with the step at hand. */
  cutovers: { runId: string; project: string; status: string; step: number; steps: number; clock: string | null; trouble: string | null; urgent: boolean }[];
}

/** What the frame of every page shows; a few small queries. */
export async function frameData(ctx: Ctx): Promise<FrameData> {
  const [projects, counts, cutovers, troubles, copy] = await Promise.all([
    rows<{ slug: string; name: string }>(ctx.db.pool, "SELECT slug, name FROM project WHERE archived_at IS NULL ORDER BY name"),
    rows<{ approvals: number; alerts: number }>(
      ctx.db.pool,
      `SELECT (SELECT count(*) FROM approval_gate WHERE status = 'open' AND expires_at > $1) AS approvals,
              (SELECT count(*) FROM alert WHERE ended_at IS NULL AND acknowledged_at IS NULL AND (muted_until IS NULL OR muted_until < $1)) AS alerts`,
      [ctx.now],
    ),
    rows<{ run_id: string; project: string; status: string; step: number; steps: number; started_at: Date | null }>(
      ctx.db.pool,
      `SELECT r.id AS run_id, p.name AS project, r.status, r.started_at,
              (SELECT count(*) FROM run_step s WHERE s.run_id = r.id) AS steps,
              (SELECT least(count(*) + 1, (SELECT count(*) FROM run_step s WHERE s.run_id = r.id)) FROM run_step s
                WHERE s.run_id = r.id AND s.status IN ('succeeded', 'skipped')) AS step
         FROM run r JOIN project p ON p.id = r.project_id
        WHERE r.mode = 'live' AND r.status IN ('running', 'paused', 'observing', 'rolling-back', 'needs-attention')
        ORDER BY r.started_at LIMIT 3`,
    ),
    runTroubles(ctx.db),
    isCopy(ctx.db.pool),
  ]);
  return {
    copy,
    projects,
    counts: counts[0] ?? { approvals: 0, alerts: 0 },
    cutovers: cutovers.map((run) => ({
      ...troubleOf(troubles, run.run_id),
      runId: run.run_id,
      project: run.project,
      status: run.status,
      step: run.step,
      steps: run.steps,
      clock: run.started_at === null ? null : formatClock(ctx.now.getTime() - run.started_at.getTime()),
    })),
  };
}

function troubleOf(troubles: readonly RunTrouble[], runId: string): { trouble: string | null; urgent: boolean } {
  const found = troubles.find((one) => one.runId === runId);
  return found === undefined ? { trouble: null, urgent: false } : { trouble: troubleWords(found), urgent: isUrgent(found) };
}
