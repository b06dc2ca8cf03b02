import { NotFoundError } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import { type Edit, editList } from "@/lib/document/edits";
import { type Ctx, requirePermission } from "@/lib/service/context";
import type { Finding } from "./checks/types";
import { parsePlan } from "./parse-plan";
import type { Plan } from "./types";

/** One imported state of a plan, with its document parsed again. */
export interface StoredPlan {
  id: string;
  projectId: string;
  number: number;
  plan: Plan;
  source: string;
  format: "yaml" | "markdown";
  /** File a document came in as; empty where there was none. */
  fileName: string;
  /** Corrections by hand that are in the plan. */
  edits: Edit[];
  /** Number of the version this one brought back when an import was undone. */
  restores: number | null;
  hash: string;
  note: string;
  createdAt: Date;
}

export interface VersionRow {
  id: string;
  number: number;
  format: string;
  hash: string;
  note: string;
  createdAt: Date;
  createdBy: string | null;
  findings: number;
  current: boolean;
}

const COLUMNS = `v.id, v.project_id AS "projectId", v.number, v.document, v.source, v.format, v.file_name AS "fileName", v.edits, v.restores, v.hash, v.note, v.created_at AS "createdAt"`;

type Row = Omit<StoredPlan, "plan" | "edits"> & { document: unknown; edits: unknown };

/** @throws Error when a stored document no longer parses: the schema changed without a data migration. */
function storedPlan(row: Row): StoredPlan {
  const { document, edits, ...rest } = row;
  const parsed = parsePlan(document);
  if (!parsed.ok)
    throw new Error(`Plan version ${row.number} of project ${row.projectId} no longer fits the schema: ${parsed.issues[0]?.path} ${parsed.issues[0]?.message}`);
  return { ...rest, plan: parsed.plan, edits: editList.parse(edits) };
}

/** The version a project stands on; null before its first plan. */
export async function currentPlan(client: Db["pool"] | Tx, projectId: string): Promise<StoredPlan | null> {
  const row = await firstRow<Row>(client, `SELECT ${COLUMNS} FROM plan_version v JOIN project p ON p.plan_version_id = v.id WHERE p.id = $1`, [projectId]);
  return row === null ? null : storedPlan(row);
}

/** One version by its number. @throws NotFoundError */
export async function planVersion(ctx: Ctx, slug: string, number: number): Promise<StoredPlan> {
  requirePermission(ctx, "workspace.read");
  const row = await firstRow<Row>(
    ctx.db.pool,
    `SELECT ${COLUMNS} FROM plan_version v JOIN project p ON p.id = v.project_id WHERE p.slug = $1 AND v.number = $2`,
    [slug, number],
  );
  if (row === null) throw new NotFoundError(`Version ${number} of the plan "${slug}"`);
  return storedPlan(row);
}

/** Versions of a plan, newest first. */
export async function planVersions(ctx: Ctx, slug: string, limit = 100): Promise<VersionRow[]> {
  requirePermission(ctx, "workspace.read");
  return rows<VersionRow>(
    ctx.db.pool,
    `SELECT v.id, v.number, v.format, v.hash, v.note, v.created_at AS "createdAt", u.name AS "createdBy", v.id = p.plan_version_id AS current,
            (SELECT count(*)::int FROM finding f WHERE f.plan_version_id = v.id) AS findings
       FROM plan_version v JOIN project p ON p.id = v.project_id LEFT JOIN app_user u ON u.id = v.created_by_id
      WHERE p.slug = $1 ORDER BY v.number DESC LIMIT $2`,
    [slug, limit],
  );
}

/** Findings of the version a project stands on, errors first. */
export async function planFindings(ctx: Ctx, slug: string): Promise<Finding[]> {
  requirePermission(ctx, "workspace.read");
  return rows<Finding>(
    ctx.db.pool,
    `SELECT f.code, f.level, f.path, f.lines, f.message, f.expected, f.found, f.hint
       FROM finding f JOIN project p ON p.plan_version_id = f.plan_version_id WHERE p.slug = $1 ORDER BY f.position`,
    [slug],
  );
}
