import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { levelsOf, type StoredLevels } from "./levels";
import type { AlertLevel, AlertRuleView, AlertView, RuleState } from "./types";

interface AlertRow extends Omit<AlertView, "project" | "startedAt" | "endedAt" | "lastSampleAt" | "acknowledgedAt" | "mutedUntil"> {
  slug: string;
  projectName: string;
  startedAt: Date;
  endedAt: Date | null;
  lastSampleAt: Date | null;
  acknowledgedAt: Date | null;
  mutedUntil: Date | null;
  level: AlertLevel;
  ruleState: RuleState;
}

export interface AlertFilter {
  /** Slug or id. */
  project?: string | undefined;
  state?: "open" | "closed" | "all";
  /** Id of the last alert of the page before. */
  after?: string | undefined;
  limit?: number;
}

/** Alerts, open ones first, then critical before warning, then newest. Archived projects are left out. */
export async function listAlerts(db: Pick<Db, "pool">, filter: AlertFilter = {}): Promise<{ items: AlertView[]; next: string | null }> {
  const limit = filter.limit ?? 50;
  const found = await rows<AlertRow>(
    db.pool,
    `WITH list AS (
       SELECT a.*, row_number() OVER (ORDER BY (a.ended_at IS NULL) DESC, (a.ended_at IS NULL AND a.level = 'critical') DESC, a.started_at DESC, a.id) AS place
       FROM alert a JOIN project p ON p.id = a.project_id
       WHERE p.archived_at IS NULL AND ($1::text IS NULL OR p.slug = $1 OR p.id = $1)
         AND ($2 = 'all' OR ($2 = 'open') = (a.ended_at IS NULL))
     )
     SELECT a.id, p.slug, p.name AS "projectName", r.key AS rule, r.name AS "ruleName", m.key AS metric, m.name AS "metricName",
       coalesce(nullif(r.unit, ''), m.unit, '') AS unit, coalesce(r.op, '>') AS op, a.level, a.started_at AS "startedAt", a.ended_at AS "endedAt",
       a.value, a.threshold, r.state AS "ruleState", r.last_value AS "lastValue", r.last_sample_at AS "lastSampleAt", r.action,
       a.acknowledged_at AS "acknowledgedAt", u.name AS "acknowledgedBy", a.muted_until AS "mutedUntil", a.version
     FROM list a JOIN alert_rule r ON r.id = a.rule_id JOIN project p ON p.id = a.project_id
     LEFT JOIN metric m ON m.id = r.metric_id LEFT JOIN app_user u ON u.id = a.acknowledged_by
     WHERE a.place > coalesce((SELECT place FROM list WHERE id = $3), 0) ORDER BY a.place LIMIT $4`,
    [filter.project ?? null, filter.state ?? "all", filter.after ?? null, limit + 1],
  );
  const items = found.slice(0, limit).map(toView);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function toView({ slug, projectName, ...row }: AlertRow): AlertView {
  return {
    ...row,
    project: { slug, name: projectName },
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    lastSampleAt: row.lastSampleAt?.toISOString() ?? null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
  };
}

type RuleRow = Omit<AlertRuleView, "project" | "warning" | "critical" | "stateSince" | "lastSampleAt" | "goneAt"> &
  StoredLevels & { slug: string; projectName: string; stateSince: Date | null; lastSampleAt: Date | null; goneAt: Date | null };

/** Alert rules of one project or of all, the worst state first. */
export async function listAlertRules(db: Pick<Db, "pool">, project?: string): Promise<AlertRuleView[]> {
  const found = await rows<RuleRow>(
    db.pool,
    `SELECT r.id, r.key, r.name, p.slug, p.name AS "projectName", m.key AS metric, m.name AS "metricName",
       coalesce(nullif(r.unit, ''), m.unit, '') AS unit, r.op, r.warning, r.critical, r.levels, r.hold_ms AS "holdMs", r.action, r.channel, r.expr, r.text,
       r.severity, r.origin, r.source, r.address, r.gone_at AS "goneAt",
       r.state, r.state_since AS "stateSince", r.last_value AS "lastValue", r.last_sample_at AS "lastSampleAt"
     FROM alert_rule r JOIN project p ON p.id = r.project_id LEFT JOIN metric m ON m.id = r.metric_id
     WHERE r.removed_at IS NULL AND p.archived_at IS NULL AND ($1::text IS NULL OR p.slug = $1 OR p.id = $1)
     ORDER BY r.gone_at IS NOT NULL, array_position(ARRAY['critical', 'warning', 'pending', 'unknown', 'ok'], r.state), p.name, r.name`,
    [project ?? null],
  );
  return found.map(({ op, warning, critical, levels, slug, projectName, ...row }) => ({
    ...row,
    ...levelsOf({ op, warning, critical, levels }),
    project: { slug, name: projectName },
    stateSince: row.stateSince?.toISOString() ?? null,
    lastSampleAt: row.lastSampleAt?.toISOString() ?? null,
    goneAt: row.goneAt?.toISOString() ?? null,
  }));
}
