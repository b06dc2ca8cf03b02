import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { parseDetail } from "./detail";
import type { ProjectRef, ResourceRow, StackRow } from "./types";

const PROJECT = `SELECT p.id, p.slug, p.name, p.description, p.currency, p.current_stack_id AS "currentStackId", v.number AS "planVersion", p.example_data AS "exampleData"
  FROM project p LEFT JOIN plan_version v ON v.id = p.plan_version_id`;

/** A project by slug or id. @throws NotFoundError */
export async function projectRef(ctx: Ctx, slugOrId: string): Promise<ProjectRef> {
  requirePermission(ctx, "workspace.read");
  const found = await firstRow<ProjectRef>(ctx.db.pool, `${PROJECT} WHERE (p.slug = $1 OR p.id = $1) AND p.archived_at IS NULL`, [slugOrId]);
  if (found === null) throw new NotFoundError(`The project "${slugOrId}"`);
  return found;
}

/** Projects by slug, after a slug. */
export async function projectPage(ctx: Ctx, after: string, limit: number): Promise<ProjectRef[]> {
  requirePermission(ctx, "workspace.read");
  return rows<ProjectRef>(ctx.db.pool, `${PROJECT} WHERE p.archived_at IS NULL AND p.slug > $1 ORDER BY p.slug LIMIT $2`, [after, limit]);
}

/** Stacks of a project in the order of the plan. */
export async function projectStacks(ctx: Ctx, projectId: string): Promise<StackRow[]> {
  requirePermission(ctx, "workspace.read");
  return rows<StackRow>(
    ctx.db.pool,
    `SELECT s.id, s.key, s.name, s.role, s.position, s.document,
            (SELECT count(*)::int FROM resource r WHERE r.stack_id = s.id AND r.removed_at IS NULL AND r.origin <> 'import') AS services,
            (SELECT count(*)::int FROM resource r WHERE r.stack_id = s.id AND r.removed_at IS NULL AND r.origin = 'import' AND r.gone_at IS NULL) AS imported
       FROM stack s WHERE s.project_id = $1 AND s.removed_at IS NULL ORDER BY s.position, s.key`,
    [projectId],
  );
}

const RESOURCE = `SELECT r.id, r.key, r.name, r.kind, r.provider, r.owner, r.state, r.origin, r.source, r.address,
    r.planned_change AS "plannedChange", r.gone_at AS "goneAt", r.specification, r.replaces, r.depends_on AS "dependsOn",
    r.last_seen_at AS "lastSeenAt", r.stack_id AS "stackId"
  FROM resource r JOIN stack s ON s.id = r.stack_id WHERE r.project_id = $1 AND r.removed_at IS NULL AND s.removed_at IS NULL`;
const ORDER = "ORDER BY s.position, s.key, r.position, r.id";

type Stored = Omit<ResourceRow, "detail"> & { specification: unknown };

const resourceOf = ({ specification, ...row }: Stored): ResourceRow => ({ ...row, detail: parseDetail(specification) });

/** All services of a project, in the order of its stacks. */
export async function projectResources(ctx: Ctx, projectId: string): Promise<ResourceRow[]> {
  requirePermission(ctx, "workspace.read");
  return (await rows<Stored>(ctx.db.pool, `${RESOURCE} ${ORDER}`, [projectId])).map(resourceOf);
}

/** A page of services; `after` is the id of the last one of the page before. */
export async function resourcePage(
  ctx: Ctx,
  projectId: string,
  options: { after: string | null; limit: number; stack: string | null },
): Promise<ResourceRow[]> {
  requirePermission(ctx, "workspace.read");
  const found = await rows<Stored>(
    ctx.db.pool,
    `${RESOURCE} AND ($2::text IS NULL OR s.key = $2)
       AND ($3::text IS NULL OR (s.position, s.key, r.position, r.id) > (SELECT s2.position, s2.key, r2.position, r2.id FROM resource r2 JOIN stack s2 ON s2.id = r2.stack_id WHERE r2.id = $3))
     ${ORDER} LIMIT $4`,
    [projectId, options.stack, options.after, options.limit],
  );
  return found.map(resourceOf);
}

export interface TouchingStep {
  migration: string;
  migrationKey: string;
  step: string;
}

/** Steps of declared migrations whose text names a service: by its key, or by its name. */
export async function stepsAbout(ctx: Ctx, projectId: string, names: readonly string[]): Promise<TouchingStep[]> {
  requirePermission(ctx, "workspace.read");
  return rows<TouchingStep>(
    ctx.db.pool,
    `SELECT m.name AS migration, m.key AS "migrationKey", step->>'title' AS step
       FROM migration m, jsonb_array_elements(m.document->'phases') AS phase, jsonb_array_elements(phase->'steps') AS step
      WHERE m.project_id = $1 AND m.removed_at IS NULL AND EXISTS (SELECT 1 FROM unnest($2::text[]) AS name WHERE length(name) > 2 AND position(lower(name) IN lower(step->>'title')) > 0)
      LIMIT 20`,
    [projectId, names],
  );
}
