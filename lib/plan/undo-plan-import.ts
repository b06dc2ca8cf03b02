import { z } from "zod";
import { ConflictError, NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { importIn, storedInput } from "./import-plan";
import { currentPlan, planVersion, type StoredPlan } from "./versions";

/*
 * The last import of a plan taken back. An update goes back to the version before, as a new version: what happened stays
 * to be seen. The import that created the project takes the whole project with it, unless people have worked in it since.
 */

export type UndoImportPlan =
  | { removes: "project"; slug: string; version: number; counts: { what: string; count: number }[]; inTheWay: string[] }
  | { removes: "version"; slug: string; version: number; to: number; inTheWay: [] };

/** What undoing the last import of a project would do, and what is in the way. */
export async function previewUndo(ctx: Ctx, slug: string): Promise<UndoImportPlan | null> {
  requirePermission(ctx, "plan.import");
  const project = await firstRow<{ id: string }>(ctx.db.pool, "SELECT id FROM project WHERE slug = $1 AND archived_at IS NULL", [slug]);
  const current = project === null ? null : await currentPlan(ctx.db.pool, project.id);
  if (project === null || current === null) return null;
  const to = await versionBefore(ctx.db.pool, current);
  if (to !== null) return { removes: "version", slug, version: current.number, to, inTheWay: [] };
  const client = ctx.db.pool;
  return { removes: "project", slug, version: current.number, counts: await countsOf(client, project.id), inTheWay: await inTheWay(client, project.id) };
}

const undoInput = z.strictObject({ slug: z.string().min(1).max(63), ifMatch: z.coerce.number().int().min(1) });

export interface UndoResult {
  slug: string;
  /** Whether the project is gone with its plan. */
  removed: boolean;
  /** Version the project now stands on; null when it is gone. */
  version: number | null;
}

/**
 * Takes the last import of a project back.
 * @throws ConflictError when it was imported again meanwhile, RefusedError naming what people have added to the project.
 */
export async function undoPlanImport(ctx: Ctx, raw: unknown): Promise<UndoResult> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(undoInput, raw);
  return inTransaction(ctx.db, (tx) => undoIn(tx, ctx, input), { statementTimeoutMs: 60_000 });
}

async function undoIn(tx: Tx, ctx: Ctx, input: { slug: string; ifMatch: number }): Promise<UndoResult> {
  const project = await firstRow<{ id: string; name: string }>(tx, "SELECT id, name FROM project WHERE slug = $1 AND archived_at IS NULL FOR UPDATE", [
    input.slug,
  ]);
  const current = project === null ? null : await currentPlan(tx, project.id);
  if (project === null || current === null) throw new NotFoundError(`The project "${input.slug}"`);
  if (current.number !== input.ifMatch)
    throw new ConflictError(`The plan of "${input.slug}" is at version ${current.number}, not ${input.ifMatch}: look again.`, { version: current.number });
  const to = await versionBefore(tx, current);
  if (to === null) return removeProject(tx, ctx, { ...project, slug: input.slug }, current);
  const former = await planVersion(ctx, input.slug, to);
  const result = await importIn(tx, ctx, storedInput(former, input.slug), { note: `Import of version ${current.number} undone`, restores: to });
  return { slug: input.slug, removed: false, version: result.version };
}

/** Number of the version before the one whose content is in force; null where that was the first. */
async function versionBefore(client: Parameters<typeof firstRow>[0], current: StoredPlan): Promise<number | null> {
  const base = current.restores ?? current.number;
  const row = await firstRow<{ number: number }>(
    client,
    "SELECT coalesce(restores, number) AS number FROM plan_version WHERE project_id = $1 AND number < $2 ORDER BY plan_version.number DESC LIMIT 1",
    [current.projectId, base],
  );
  return row?.number ?? null;
}

/** What people, or the world, have added to a project since it was made: it is not taken away with the plan. */
async function inTheWay(client: Parameters<typeof firstRow>[0], projectId: string): Promise<string[]> {
  const found = await firstRow<Record<string, number>>(
    client,
    `SELECT (SELECT count(*)::int FROM run WHERE project_id = $1) AS runs,
            (SELECT count(*)::int FROM decision WHERE project_id = $1) AS decisions,
            (SELECT count(*)::int FROM bill_import WHERE project_id = $1 AND undone_at IS NULL) AS bills,
            (SELECT count(*)::int FROM charge WHERE project_id = $1) AS charges,
            (SELECT count(*)::int FROM (SELECT 1 FROM sample WHERE project_id = $1 LIMIT 1000) s) AS samples,
            (SELECT count(*)::int FROM sample_day WHERE project_id = $1) AS days,
            (SELECT count(*)::int FROM source_import WHERE project_id = $1 AND undone_at IS NULL) AS imports,
            (SELECT count(*)::int FROM connection WHERE project_id = $1) AS connections`,
    [projectId],
  );
  const said = (count: number | undefined, one: string, many: string, todo: string) => (count ? [`${count} ${count === 1 ? one : many}. ${todo}`] : []);
  return [
    ...said(found?.runs, "run", "runs", "Runs are history and stay: the project cannot be removed."),
    ...said(found?.decisions, "recorded decision", "recorded decisions", "Decisions are history and stay: the project cannot be removed."),
    ...said(found?.bills || found?.charges, "imported bill", "imported bills or charges", "Undo them on the costs page first."),
    // Old values live on in their roll-ups only.
    ...said(found?.samples || found?.days, "measured value", "measured values", "Values of metrics are history and stay: the project cannot be removed."),
    ...said(found?.imports, "import of infrastructure or rules", "imports of infrastructure or rules", "Undo them on the inventory page first."),
    ...said(found?.connections, "connection", "connections", "Delete them in the settings first."),
  ];
}

/** Tables that hold what an import made, with what a person calls a row. Children come before what they refer to. */
const TABLES: readonly [table: string, what: string | null][] = [
  ["finding", null],
  ["alert", null],
  ["alert_rule", "alert rules"],
  ["trigger", "triggers"],
  ["trigger_group", null],
  ["decision_matrix", "decision matrices"],
  ["budget", "budgets"],
  ["charge_rule", null],
  ["charge_day", null],
  ["charge_superseded", null],
  ["bill_import", null],
  ["source_import", null],
  ["backup", "backups"],
  ["line_item", "prices"],
  ["resource", "services"],
  ["runbook_version", null],
  ["migration", "migrations"],
  ["stack", "stacks"],
  ["sample_hour", null],
  ["sample_day", null],
  ["metric", "metrics"],
  ["monitor", "monitors"],
  ["plan_draft", null],
  ["plan_version", "plan versions"],
];

const SINGULAR: Record<string, string> = { "decision matrices": "decision matrix", "plan versions": "version of the plan" };

async function countsOf(client: Parameters<typeof firstRow>[0], projectId: string): Promise<{ what: string; count: number }[]> {
  const counted = TABLES.filter((entry): entry is [string, string] => entry[1] !== null);
  const found = await rows<{ what: string; count: number }>(
    client,
    counted.map(([table, what]) => `SELECT '${what}' AS what, count(*)::int AS count FROM ${table} WHERE project_id = $1`).join(" UNION ALL "),
    [projectId],
  );
  return found.filter((one) => one.count > 0).map(({ what, count }) => ({ what: count === 1 ? (SINGULAR[what] ?? what.slice(0, -1)) : what, count }));
}

async function removeProject(tx: Tx, ctx: Ctx, project: { id: string; name: string; slug: string }, current: StoredPlan): Promise<UndoResult> {
  const reasons = await inTheWay(tx, project.id);
  if (reasons.length > 0) throw new RefusedError(`"${project.slug}" is not removed: people have worked in it since it was created.`, reasons);
  const counts = await countsOf(tx, project.id);
  await tx.query("UPDATE project SET plan_version_id = NULL, current_stack_id = NULL WHERE id = $1", [project.id]);
  await tx.query("DELETE FROM monitor_check WHERE monitor_id IN (SELECT id FROM monitor WHERE project_id = $1)", [project.id]);
  for (const [table] of TABLES) await tx.query(`DELETE FROM ${table} WHERE project_id = $1`, [project.id]);
  await tx.query("DELETE FROM project WHERE id = $1", [project.id]);
  await writeAudit(tx, ctx, {
    action: "plan.undo",
    object: { type: "project", id: project.id, name: project.slug },
    projectId: project.id,
    before: { name: project.name, version: current.number, hash: current.hash, removed: Object.fromEntries(counts.map((one) => [one.what, one.count])) },
  });
  return { slug: project.slug, removed: true, version: null };
}
