import { rows } from "@/lib/db/transaction";
import type { NeedsYou } from "@/lib/portfolio/types";
import { type Ctx, can, requirePermission } from "@/lib/service/context";

interface Waiting {
  kind: "gate" | "alert" | "run" | "human";
  id: string;
  project: string;
  what: string;
  level: string;
  since: Date;
  own: boolean;
}

const WAITING = `
  SELECT * FROM (SELECT 'gate' AS kind, g.id, p.name AS project, m.name AS what, 'warn' AS level, g.opened_at AS since,
         ($1 IN (g.requested_by_id, r.created_by_id) AND NOT g.solo_allowed)
           OR EXISTS (SELECT 1 FROM approval a WHERE a.gate_id = g.id AND a.approver_id = $1) AS own
    FROM approval_gate g JOIN run r ON r.id = g.run_id JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id
   WHERE g.status = 'open' AND g.expires_at > $2
  UNION ALL
  SELECT 'run', r.id, p.name, m.name, 'bad', coalesce(r.started_at, r.created_at), false
    FROM run r JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id WHERE r.status = 'needs-attention'
  UNION ALL
  SELECT 'human', r.id, p.name, s.title, 'warn', coalesce(s.started_at, r.started_at, r.created_at), false
    FROM run_step s JOIN run r ON r.id = s.run_id JOIN project p ON p.id = r.project_id
   WHERE s.status = 'waiting' AND s.waiting_for = 'human' AND r.status IN ('running', 'rolling-back')
  UNION ALL
  SELECT 'alert', a.id, p.name, l.name, CASE a.level WHEN 'critical' THEN 'bad' ELSE 'warn' END, a.started_at, false
    FROM alert a JOIN alert_rule l ON l.id = a.rule_id JOIN project p ON p.id = a.project_id
   WHERE a.ended_at IS NULL AND a.acknowledged_at IS NULL AND (a.muted_until IS NULL OR a.muted_until < $2)
  ) waiting ORDER BY level, kind = 'alert', since LIMIT 30`;

/** What waits for this person, worst first: runs in trouble, steps and approvals that wait, alerts. */
export async function needsYou(ctx: Ctx & { actor: { kind: "user"; userId: string } }): Promise<NeedsYou[]> {
  requirePermission(ctx, "workspace.read");
  const found = await rows<Waiting>(ctx.db.pool, WAITING, [ctx.actor.userId, ctx.now]);
  return found.filter((one) => one.kind !== "gate" || (can(ctx, "run.approve") && !one.own)).map(itemOf);
}

function itemOf(one: Waiting): NeedsYou {
  const level = one.level === "bad" ? "bad" : "warn";
  const common = { level, project: one.project, since: one.since } as const;
  switch (one.kind) {
    case "gate":
      return { ...common, kind: "approval", text: `"${one.what}" waits for approval.`, href: `/approvals/${one.id}`, action: "Review" };
    case "run":
      return { ...common, kind: "run", text: `"${one.what}" needs attention: a person has to decide.`, href: `/runs/${one.id}`, action: "Open the run" };
    case "human":
      return { ...common, kind: "step", text: `The step "${one.what}" waits for a person.`, href: `/runs/${one.id}`, action: "Open the run" };
    case "alert":
      return { ...common, kind: "alert", text: `${one.what} (${level === "bad" ? "critical" : "warning"}).`, href: "/alerts", action: "Look" };
  }
}
