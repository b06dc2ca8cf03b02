import { formatInterval, formatMoney } from "@/lib/core/money";
import { monthTotal, plannedStacks } from "@/lib/cost/month-total";
import { rows } from "@/lib/db/transaction";
import { getDecisionView } from "@/lib/decision/store";
import type { Verdict } from "@/lib/decision/types";
import { nextStepOf, phaseOf } from "@/lib/portfolio/phase";
import type { ProjectLine } from "@/lib/portfolio/types";
import type { ValueState } from "@/lib/portfolio/value-state";
import { type Ctx, requirePermission } from "@/lib/service/context";

const VERDICT_TONE: Record<Verdict["kind"], ProjectLine["verdictTone"]> = {
  move: "info",
  act: "warn",
  blocked: "warn",
  stay: "ok",
  unclear: "unknown",
  "no-rule": "unknown",
};

interface ProjectRow {
  id: string;
  slug: string;
  name: string;
  currency: string;
  exampleData: boolean;
  currentStackId: string | null;
  currentStack: string | null;
  migrations: number;
  migrationKey: string | null;
  decisions: number;
  rehearsal: string | null;
  live: string | null;
  liveRunId: string | null;
  findings: number;
  alerts: number;
  alertsCritical: number;
  lastChange: Date | null;
}

const PROJECTS = `
  SELECT p.id, p.slug, p.name, p.currency, p.example_data AS "exampleData", p.current_stack_id AS "currentStackId",
         (SELECT name FROM stack WHERE id = p.current_stack_id) AS "currentStack",
         (SELECT count(*) FROM migration m WHERE m.project_id = p.id AND m.removed_at IS NULL) AS migrations,
         (SELECT key FROM migration m WHERE m.project_id = p.id AND m.removed_at IS NULL ORDER BY position, key LIMIT 1) AS "migrationKey",
         (SELECT count(*) FROM decision d WHERE d.project_id = p.id) AS decisions,
         (SELECT status FROM run r WHERE r.project_id = p.id AND r.mode = 'rehearsal' ORDER BY r.number DESC LIMIT 1) AS rehearsal,
         (SELECT status FROM run r WHERE r.project_id = p.id AND r.mode = 'live' ORDER BY r.number DESC LIMIT 1) AS live,
         (SELECT id FROM run r WHERE r.project_id = p.id AND r.mode = 'live' ORDER BY r.number DESC LIMIT 1) AS "liveRunId",
         (SELECT count(*) FROM finding f WHERE f.plan_version_id = p.plan_version_id) AS findings,
         (SELECT count(*) FROM alert a WHERE a.project_id = p.id AND a.ended_at IS NULL) AS alerts,
         (SELECT count(*) FROM alert a WHERE a.project_id = p.id AND a.ended_at IS NULL AND a.level = 'critical') AS "alertsCritical",
         (SELECT max(at) FROM audit_entry a WHERE a.project_id = p.id) AS "lastChange"
    FROM project p WHERE p.archived_at IS NULL AND ($1::text IS NULL OR p.slug = $1) ORDER BY p.name`;

/** All projects with where they stand; `slug` limits to one. Permission: workspace.read. */
export async function projectLines(ctx: Ctx, slug: string | null = null): Promise<ProjectLine[]> {
  requirePermission(ctx, "workspace.read");
  const projects = await rows<ProjectRow>(ctx.db.pool, PROJECTS, [slug]);
  return Promise.all(projects.map((project) => lineOf(ctx, project)));
}

async function lineOf(ctx: Ctx, project: ProjectRow): Promise<ProjectLine> {
  const [view, cost, plan] = await Promise.all([getDecisionView(ctx, project.slug), billed(ctx, project), planned(ctx, project)]);
  return {
    slug: project.slug,
    name: project.name,
    exampleData: project.exampleData,
    currentStack: project.currentStack,
    phase: phaseOf(project),
    nextStep: nextStepOf(project),
    verdict: view.verdict.sentence,
    verdictTone: VERDICT_TONE[view.verdict.kind],
    cost,
    plan,
    findings: project.findings,
    alerts: project.alerts,
    alertsCritical: project.alertsCritical,
    lastChange: project.lastChange,
  };
}

async function billed(ctx: Ctx, project: ProjectRow): Promise<ValueState> {
  const total = await monthTotal(ctx.db, project, ctx.now);
  if (total.billed !== null) return { state: "value", text: formatMoney(total.billed, total.currency), zero: Number(total.billed) === 0 };
  return { state: "not-yet", reason: "no bill yet" };
}

async function planned(ctx: Ctx, project: ProjectRow): Promise<ValueState> {
  if (project.currentStackId === null) return { state: "not-applicable" };
  const cost = (await plannedStacks(ctx.db, project, { labor: false })).get(project.currentStackId);
  if (cost === undefined) return { state: "not-yet", reason: "no prices" };
  const text = formatInterval(cost.interval, cost.currency);
  return { state: "value", text: cost.unknown > 0 ? `at least ${text}` : text };
}
