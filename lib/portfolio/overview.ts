import { NotFoundError } from "@/lib/core/errors";
import { formatInterval, type Interval } from "@/lib/core/money";
import { plannedStacks } from "@/lib/cost/month-total";
import { firstRow, rows } from "@/lib/db/transaction";
import { getDecisionView } from "@/lib/decision/store";
import type { DecisionView } from "@/lib/decision/types";
import { projectLines } from "@/lib/portfolio/store";
import type { ProjectLine } from "@/lib/portfolio/types";
import { type Ctx, requirePermission } from "@/lib/service/context";

export interface StackLine {
  key: string;
  name: string;
  role: string;
  current: boolean;
  resources: number;
  /** Planned cost per month, or why there is none. */
  planned: string;
}

export interface Activity {
  at: Date;
  who: string;
  action: string;
  what: string;
}

export interface Overview {
  line: ProjectLine;
  decision: DecisionView;
  stacks: StackLine[];
  migrations: { key: string; name: string; runs: number; lastStatus: string | null; lastRunId: string | null }[];
  connections: number;
  activity: Activity[];
}

/** Everything the overview of one project shows. @throws NotFoundError */
export async function projectOverview(ctx: Ctx, slug: string): Promise<Overview> {
  requirePermission(ctx, "workspace.read");
  const project = await firstRow<{ id: string; currency: string; currentStackId: string | null }>(
    ctx.db.pool,
    `SELECT id, currency, current_stack_id AS "currentStackId" FROM project WHERE slug = $1 AND archived_at IS NULL`,
    [slug],
  );
  const [line] = project === null ? [] : await projectLines(ctx, slug);
  if (project === null || line === undefined) throw new NotFoundError("The project");
  const [decision, stacks, migrations, connections, activity] = await Promise.all([
    getDecisionView(ctx, slug),
    stackLines(ctx, project),
    rows<Overview["migrations"][number]>(
      ctx.db.pool,
      `SELECT m.key, m.name, (SELECT count(*) FROM run r WHERE r.migration_id = m.id) AS runs,
              (SELECT r.status FROM run r WHERE r.migration_id = m.id ORDER BY r.number DESC LIMIT 1) AS "lastStatus",
              (SELECT r.id FROM run r WHERE r.migration_id = m.id ORDER BY r.number DESC LIMIT 1) AS "lastRunId"
         FROM migration m WHERE m.project_id = $1 AND m.removed_at IS NULL ORDER BY m.position, m.key`,
      [project.id],
    ),
    firstRow<{ n: number }>(ctx.db.pool, "SELECT count(*) AS n FROM connection WHERE project_id = $1 AND removed_at IS NULL", [project.id]),
    rows<Activity>(
      ctx.db.pool,
      `SELECT at, coalesce(actor->>'name', actor->>'kind') AS who, action, coalesce(object->>'name', object->>'type') AS what
         FROM audit_entry WHERE project_id = $1 ORDER BY seq DESC LIMIT 5`,
      [project.id],
    ),
  ]);
  return { line, decision, stacks, migrations, connections: connections?.n ?? 0, activity };
}

async function stackLines(ctx: Ctx, project: { id: string; currency: string; currentStackId: string | null }): Promise<StackLine[]> {
  const [stacks, costs] = await Promise.all([
    rows<{ id: string; key: string; name: string; role: string; resources: number }>(
      ctx.db.pool,
      `SELECT s.id, s.key, s.name, s.role, (SELECT count(*) FROM resource r WHERE r.stack_id = s.id AND r.removed_at IS NULL AND r.origin <> 'import') AS resources
         FROM stack s WHERE s.project_id = $1 AND s.removed_at IS NULL ORDER BY s.position, s.key`,
      [project.id],
    ),
    plannedStacks(ctx.db, project, { labor: true }),
  ]);
  return stacks.map(({ id, ...stack }) => {
    const cost = costs.get(id);
    return {
      ...stack,
      current: id === project.currentStackId,
      planned: cost === undefined ? "no prices" : plannedText(cost.interval, cost.currency, cost.unknown),
    };
  });
}

function plannedText(interval: Interval, currency: string, unknown: number): string {
  const text = formatInterval(interval, currency);
  return unknown === 0 ? text : `at least ${text} (${unknown} price${unknown === 1 ? "" : "s"} unknown)`;
}
