import { rows } from "@/lib/db/transaction";
import { listWords } from "@/lib/decision/words";
import { isUrgent, type RunTrouble, runTroubles } from "@/lib/migration/run-troubles";
import type { NeedsYou } from "@/lib/portfolio/types";
import { type Ctx, can, requirePermission } from "@/lib/service/context";

interface Waiting {
  kind: "gate" | "alert";
  id: string;
  project: string;
  what: string;
  level: "bad" | "warn";
  since: Date;
  own: boolean;
}

const MOST = 30;

const WAITING = `
  SELECT 'gate' AS kind, g.id, p.name AS project, m.name AS what, 'warn' AS level, g.opened_at AS since,
         ($1 IN (g.requested_by_id, r.created_by_id) AND NOT g.solo_allowed)
           OR EXISTS (SELECT 1 FROM approval a WHERE a.gate_id = g.id AND a.approver_id = $1) AS own
    FROM approval_gate g JOIN run r ON r.id = g.run_id JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id
   WHERE g.status = 'open' AND g.expires_at > $2
  UNION ALL
  SELECT 'alert', a.id, p.name, l.name, CASE a.level WHEN 'critical' THEN 'bad' ELSE 'warn' END, a.started_at, false
    FROM alert a JOIN alert_rule l ON l.id = a.rule_id JOIN project p ON p.id = a.project_id
   WHERE a.ended_at IS NULL AND a.acknowledged_at IS NULL AND (a.muted_until IS NULL OR a.muted_until < $2)
   ORDER BY level, since LIMIT ${MOST}`;

/** What waits for this person, worst first: runs in trouble, guards that fail, steps and approvals that wait, alerts. */
export async function needsYou(ctx: Ctx & { actor: { kind: "user"; userId: string } }): Promise<NeedsYou[]> {
  requirePermission(ctx, "workspace.read");
  const [waiting, troubles] = await Promise.all([rows<Waiting>(ctx.db.pool, WAITING, [ctx.actor.userId, ctx.now]), runTroubles(ctx.db)]);
  const items = [...troubles.map(troubleItem), ...waiting.filter((one) => one.kind !== "gate" || (can(ctx, "run.approve") && !one.own)).map(waitingItem)];
  return items.sort(worstFirst).slice(0, MOST);
}

/** By level; alerts after what belongs to a run; the oldest first. */
function worstFirst(a: NeedsYou, b: NeedsYou): number {
  const rank = (item: NeedsYou) => (item.level === "bad" ? 0 : 2) + (item.kind === "alert" ? 1 : 0);
  return rank(a) - rank(b) || a.since.getTime() - b.since.getTime();
}

function waitingItem(one: Waiting): NeedsYou {
  const common = { level: one.level, project: one.project, since: one.since };
  if (one.kind === "gate") return { ...common, kind: "approval", text: `"${one.what}" waits for approval.`, href: `/approvals/${one.id}`, action: "Review" };
  return { ...common, kind: "alert", text: `${one.what} (${one.level === "bad" ? "critical" : "warning"}).`, href: "/alerts", action: "Look" };
}

function troubleItem(one: RunTrouble): NeedsYou {
  return {
    kind: one.kind === "human" || one.kind === "undo" ? "step" : "run",
    level: isUrgent(one) ? "bad" : "warn",
    project: one.project,
    text: troubleText(one),
    since: one.since,
    href: `/runs/${one.runId}`,
    action: "Open the run",
  };
}

function troubleText({ kind, migration, mode, titles, why }: RunTrouble): string {
  const run = `${mode === "live" ? "" : "The rehearsal of "}"${migration}"`;
  const because = why === null ? "" : ` ${/[.!?]$/.test(why) ? why : `${why}.`}`;
  const guards = `${titles.length === 1 ? "the guard" : "the guards"} ${listWords(titles.map((title) => `"${title}"`))}`;
  switch (kind) {
    case "undriven":
      return `${run} stands still: no worker drives it, and its guards are asleep.`;
    case "needs-attention":
      return `${run} needs a person to decide.${because}`;
    case "guard-breached":
      return `${run}: ${guards} ${titles.length === 1 ? "is" : "are"} breached.${because}`;
    case "guard-silent":
      return `${run} is held: ${guards} cannot be evaluated.`;
    case "paused":
      return `${run} is paused.${because}`;
    case "undo":
      return `${run} is rolling back: the step ${listWords(titles.map((title) => `"${title}"`))} has to be undone by hand.`;
    case "human":
      return `${run}: the step ${listWords(titles.map((title) => `"${title}"`))} waits for a person.`;
  }
}
