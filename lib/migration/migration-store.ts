import { NotFoundError } from "@/lib/core/errors";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type Runbook, type RunMode, type RunPart, type RunStatus, runbook } from "./types";

/* Reads of the pages and routes around declared migrations. */

export interface RunListItem {
  id: string;
  number: number;
  mode: RunMode;
  part: RunPart;
  status: RunStatus;
  runbookVersion: number;
  runbookHash: string;
  planHash: string;
  reason: string;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  endReason: string | null;
}

export interface VersionItem {
  id: string;
  number: number;
  hash: string;
  origin: "plan" | "edit";
  note: string;
  createdBy: string | null;
  createdAt: Date;
}

export interface MigrationItem {
  id: string;
  key: string;
  name: string;
  from: string;
  to: string;
  /** As in the plan: phases, cutover timeline, schedule, rollback, decommission. Parsed by the reader. */
  document: unknown;
  runbookVersion: number | null;
  runbook: Runbook | null;
  runbookHash: string | null;
}

export interface ProjectHead {
  id: string;
  slug: string;
  name: string;
  timeZone: string;
}

const RUN_LIST = `SELECT r.id, r.number, r.mode, CASE WHEN r.plan->'decommission' IS NULL THEN 'move' ELSE 'decommission' END AS part, r.status, v.number AS "runbookVersion", v.hash AS "runbookHash", r.plan_hash AS "planHash", r.reason,
  coalesce(u.name, '') AS "createdBy", r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt", r.end_reason AS "endReason"
  FROM run r JOIN runbook_version v ON v.id = r.runbook_version_id LEFT JOIN app_user u ON u.id = r.created_by_id`;

/** The project of an address. @throws NotFoundError */
export async function projectHead(ctx: Ctx, slug: string): Promise<ProjectHead> {
  requirePermission(ctx, "workspace.read");
  const row = await firstRow<ProjectHead>(
    ctx.db.pool,
    `SELECT id, slug, name, coalesce((SELECT time_zone FROM workspace LIMIT 1), 'UTC') AS "timeZone" FROM project WHERE slug = $1 AND archived_at IS NULL`,
    [slug],
  );
  if (row === null) throw new NotFoundError("The project");
  return row;
}

type MigrationRow = Omit<MigrationItem, "runbook"> & { runbook: unknown };

async function migrationRows(ctx: Ctx, projectId: string, key: string | null): Promise<MigrationItem[]> {
  const found = await rows<MigrationRow>(
    ctx.db.pool,
    `SELECT m.id, m.key, m.name, coalesce(f.name, 'a removed stack') AS "from", coalesce(t.name, 'a removed stack') AS "to", m.document,
            v.number AS "runbookVersion", v.document AS runbook, v.hash AS "runbookHash"
       FROM migration m LEFT JOIN stack f ON f.id = m.from_stack_id LEFT JOIN stack t ON t.id = m.to_stack_id
       LEFT JOIN LATERAL (SELECT number, document, hash FROM runbook_version WHERE migration_id = m.id ORDER BY number DESC LIMIT 1) v ON true
      WHERE m.project_id = $1 AND m.removed_at IS NULL AND ($2::text IS NULL OR m.key = $2) ORDER BY m.position, m.key`,
    [projectId, key],
  );
  return found.map((row) => ({ ...row, runbook: row.runbook === null ? null : runbook.parse(row.runbook) }));
}

/** Declared migrations of a project in the plan's order, each with its newest run. */
export async function listMigrations(ctx: Ctx, projectId: string): Promise<(MigrationItem & { lastRun: RunListItem | null })[]> {
  requirePermission(ctx, "workspace.read");
  const migrations = await migrationRows(ctx, projectId, null);
  const runs = await rows<RunListItem & { migrationId: string }>(
    ctx.db.pool,
    `SELECT DISTINCT ON (r.migration_id) r.migration_id AS "migrationId", r.id, r.number, r.mode, CASE WHEN r.plan->'decommission' IS NULL THEN 'move' ELSE 'decommission' END AS part, r.status, v.number AS "runbookVersion", v.hash AS "runbookHash",
            r.plan_hash AS "planHash", r.reason, coalesce(u.name, '') AS "createdBy", r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt",
            r.end_reason AS "endReason"
       FROM run r JOIN runbook_version v ON v.id = r.runbook_version_id LEFT JOIN app_user u ON u.id = r.created_by_id
      WHERE r.project_id = $1 ORDER BY r.migration_id, r.number DESC`,
    [projectId],
  );
  return migrations.map((migration) => {
    const last = runs.find((run) => run.migrationId === migration.id);
    if (last === undefined) return { ...migration, lastRun: null };
    const { migrationId: _migration, ...lastRun } = last;
    return { ...migration, lastRun };
  });
}

/** One declared migration by its key. @throws NotFoundError */
export async function migrationByKey(ctx: Ctx, projectId: string, key: string): Promise<MigrationItem> {
  requirePermission(ctx, "workspace.read");
  const [migration] = await migrationRows(ctx, projectId, key);
  if (migration === undefined) throw new NotFoundError("The migration");
  return migration;
}

/** Runs of a migration, newest first. */
export async function runsOfMigration(ctx: Ctx, migrationId: string, limit = 50): Promise<RunListItem[]> {
  requirePermission(ctx, "workspace.read");
  return rows<RunListItem>(ctx.db.pool, `${RUN_LIST} WHERE r.migration_id = $1 ORDER BY r.number DESC LIMIT $2`, [migrationId, limit]);
}

/** Runbook versions of a migration, newest first, without their documents. */
export async function versionsOfMigration(ctx: Ctx, migrationId: string, limit = 100): Promise<VersionItem[]> {
  requirePermission(ctx, "workspace.read");
  return rows<VersionItem>(
    ctx.db.pool,
    `SELECT v.id, v.number, v.hash, v.origin, v.note, u.name AS "createdBy", v.created_at AS "createdAt"
       FROM runbook_version v LEFT JOIN app_user u ON u.id = v.created_by_id WHERE v.migration_id = $1 ORDER BY v.number DESC LIMIT $2`,
    [migrationId, limit],
  );
}
