import { z } from "zod";
import { ConflictError, InvalidInputError, NotFoundError, TooManyError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Edit, editList } from "@/lib/document/edits";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { readText } from "./read-input";
import { currentPlan } from "./versions";
import { MAX_PLAN_BYTES } from "./yaml-document";

/** A document under review, as it is stored. */
export interface PlanDraft {
  id: string;
  projectId: string | null;
  /** Slug and plan version of the project it will update; null for a new one. */
  slug: string | null;
  fileName: string;
  source: string;
  edits: Edit[];
  version: number;
  updatedAt: Date;
}

const createInput = z.strictObject({
  source: z.string().max(MAX_PLAN_BYTES, "at most 5 MB"),
  fileName: z.string().max(200).default(""),
  /** The project to update; absent for a new one. */
  slug: z.string().max(63).optional(),
});

/** Documents that may be under review at once: each can be 5 MB. */
const MAX_DRAFTS = 50;

/**
 * Begins the review of a document. Corrections made to the version the project stands on come along.
 * @throws InvalidInputError for a text that is no document, NotFoundError for an unknown project.
 */
export async function createDraft(ctx: Ctx, raw: unknown): Promise<{ id: string }> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(createInput, raw);
  const read = await readText({ source: input.source, fileName: input.fileName });
  if (read.format !== "markdown") throw new InvalidInputError("This is a plan in YAML, not a Markdown document: show what would change instead.");
  const project = input.slug === undefined ? null : await projectOf(ctx, input.slug);
  const stored = project === null ? null : await currentPlan(ctx.db.pool, project.id);
  return insertDraft(ctx, project?.id ?? null, input.fileName || stored?.fileName || "", input.source, stored?.edits ?? []);
}

/** Opens the document a project was made from for correction. @throws InvalidInputError when its plan is YAML. */
export async function reviseDraft(ctx: Ctx, raw: unknown): Promise<{ id: string }> {
  requirePermission(ctx, "plan.import");
  const { slug } = parseInput(z.strictObject({ slug: z.string().max(63) }), raw);
  const project = await projectOf(ctx, slug);
  const stored = await currentPlan(ctx.db.pool, project.id);
  if (stored?.format !== "markdown") throw new InvalidInputError("This project was not made from a Markdown document: change its YAML instead.");
  return insertDraft(ctx, project.id, stored.fileName, stored.source, stored.edits);
}

async function projectOf(ctx: Ctx, slug: string): Promise<{ id: string }> {
  const project = await firstRow<{ id: string }>(ctx.db.pool, "SELECT id FROM project WHERE slug = $1 AND archived_at IS NULL", [slug]);
  if (project === null) throw new NotFoundError(`The project "${slug}"`);
  return project;
}

async function insertDraft(ctx: Ctx, projectId: string | null, fileName: string, source: string, edits: readonly Edit[]): Promise<{ id: string }> {
  const count = await firstRow<{ n: number }>(ctx.db.pool, "SELECT count(*)::int AS n FROM plan_draft");
  if ((count?.n ?? 0) >= MAX_DRAFTS) throw new TooManyError(`${MAX_DRAFTS} documents are under review already: import or discard one of them first.`, 60);
  const id = newId();
  await ctx.db.pool.query(
    `INSERT INTO plan_draft (id, project_id, file_name, source, edits, created_by_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, projectId, fileName, source, JSON.stringify(edits), personOf(ctx.actor), ctx.now],
  );
  return { id };
}

/** One document under review. @throws NotFoundError */
export async function readDraft(ctx: Ctx, id: string): Promise<PlanDraft> {
  requirePermission(ctx, "plan.import");
  const row = await firstRow<Omit<PlanDraft, "edits"> & { edits: unknown }>(
    ctx.db.pool,
    `SELECT d.id, d.project_id AS "projectId", p.slug, d.file_name AS "fileName", d.source, d.edits, d.version, d.updated_at AS "updatedAt"
       FROM plan_draft d LEFT JOIN project p ON p.id = d.project_id WHERE d.id = $1`,
    [id],
  );
  if (row === null) throw new NotFoundError("This document");
  return { ...row, edits: editList.parse(row.edits) };
}

export interface DraftRow {
  id: string;
  slug: string | null;
  fileName: string;
  /** First characters of the text, for a document without a name. */
  beginning: string;
  corrections: number;
  updatedAt: Date;
  by: string | null;
}

/** Documents under review, the one touched last first; of one project or of all. */
export async function listDrafts(ctx: Ctx, slug?: string): Promise<DraftRow[]> {
  requirePermission(ctx, "plan.import");
  return rows<DraftRow>(
    ctx.db.pool,
    `SELECT d.id, p.slug, d.file_name AS "fileName", left(d.source, 80) AS beginning, jsonb_array_length(d.edits) AS corrections,
            d.updated_at AS "updatedAt", u.name AS by
       FROM plan_draft d LEFT JOIN project p ON p.id = d.project_id LEFT JOIN app_user u ON u.id = d.created_by_id
      WHERE $1::text IS NULL OR p.slug = $1 ORDER BY d.updated_at DESC LIMIT 50`,
    [slug ?? null],
  );
}

/** Ends a review without importing; the document and its corrections are gone. */
export async function discardDraft(ctx: Ctx, raw: unknown): Promise<{ id: string }> {
  requirePermission(ctx, "plan.import");
  const { id } = parseInput(z.strictObject({ id: z.string().max(60) }), raw);
  const gone = await ctx.db.pool.query("DELETE FROM plan_draft WHERE id = $1", [id]);
  if (gone.rowCount === 0) throw new NotFoundError("This document");
  return { id };
}

/** Writes the corrections of a draft. @throws ConflictError when somebody else changed them meanwhile. */
export async function saveEdits(ctx: Ctx, id: string, version: number, edits: readonly Edit[]): Promise<number> {
  const row = await firstRow<{ version: number }>(
    ctx.db.pool,
    "UPDATE plan_draft SET edits = $3, version = version + 1, updated_at = $4 WHERE id = $1 AND version = $2 RETURNING version",
    [id, version, JSON.stringify(edits), ctx.now],
  );
  if (row === null) throw new ConflictError("This document was corrected in another window meanwhile: load the page again to see it.");
  return row.version;
}
