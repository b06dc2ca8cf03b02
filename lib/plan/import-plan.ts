import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { hashOf } from "@/lib/core/canonical";
import { ConflictError, NotFoundError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction, isUniqueViolation, type Tx } from "@/lib/db/transaction";
import type { Edit } from "@/lib/document/edits";
import { locateByLines } from "@/lib/document/locate";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { applyPlan } from "./apply/apply-plan";
import { checkPlan } from "./checks/check-plan";
import type { Finding } from "./checks/types";
import { diffPlans, type PlanDifference } from "./diff";
import { importInput, type ReadInput, type ReadText, readInput, readText } from "./read-input";
import { readYamlPlan } from "./read-yaml";
import type { Plan } from "./types";
import { currentPlan, planVersion, type StoredPlan } from "./versions";

export interface ImportResult {
  projectId: string;
  slug: string;
  created: boolean;
  /** Number of the plan version the project now stands on. */
  version: number;
  /** False when the text was the one already applied: nothing was written then. */
  applied: boolean;
  difference: PlanDifference;
  findings: Finding[];
  /** Corrections by hand that are in the plan. */
  corrections: number;
  /** Corrections whose entry is no longer in the document; they are kept and shown. */
  lost: { id: string; label: string }[];
}

const PROJECT = "SELECT id, archived_at IS NOT NULL AS archived FROM project WHERE slug = $1";

interface ProjectRow {
  id: string;
  archived: boolean;
}

/**
 * Creates or updates a project from a plan or a document: version, findings and every declared entry in one transaction,
 * or nothing at all. Importing the same text twice changes nothing; corrections made to a document are made again.
 * @throws InvalidInputError (lines), ConflictError with `version` and `difference` when `ifMatch` is stale.
 */
export async function importPlan(ctx: Ctx, raw: unknown): Promise<ImportResult> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(importInput, raw);
  const text = await readText(input);
  const kept = await keptEdits(ctx, input, text);
  const read = readInput(input, text, kept.edits);
  return await inTransaction(ctx.db, (tx) => importIn(tx, ctx, read, { ...input, editsOf: kept.version }), { statementTimeoutMs: 60_000 });
}

/** The corrections to make, and the number of the version they were taken from; null where the caller gave them. */
async function keptEdits(ctx: Ctx, input: z.output<typeof importInput>, text: ReadText): Promise<{ edits: readonly Edit[]; version: number | null }> {
  if (input.edits !== undefined) return { edits: input.edits, version: null };
  if (text.format !== "markdown") return { edits: [], version: null };
  const project = await firstRow<ProjectRow>(ctx.db.pool, PROJECT, [input.slug ?? text.plan.project.slug]);
  const before = project === null ? null : await currentPlan(ctx.db.pool, project.id);
  return { edits: before?.edits ?? [], version: before?.number ?? 0 };
}

const restoreInput = z.object({
  slug: z.string().min(1).max(63),
  number: z.coerce.number().int().min(1),
  ifMatch: z.coerce.number().int().min(1).optional(),
});

/**
 * Applies a former version again, as a new version.
 * @throws NotFoundError, ConflictError when `ifMatch` is stale.
 */
export async function restorePlanVersion(ctx: Ctx, raw: unknown): Promise<ImportResult> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(restoreInput, raw);
  const former = await planVersion(ctx, input.slug, input.number);
  const read = storedInput(former, input.slug);
  const note = `Version ${input.number} again`;
  return await inTransaction(ctx.db, (tx) => importIn(tx, ctx, read, { ifMatch: input.ifMatch, note }), { statementTimeoutMs: 60_000 });
}

/** A former version as it was applied then: the document is not read anew, a later reader might understand it otherwise. */
export function storedInput(former: StoredPlan, slug: string): ReadInput {
  const { plan, source, format, fileName, edits } = former;
  const read = format === "yaml" ? readYamlPlan(source) : null;
  const locate = read?.ok ? read.locate : locateByLines(plan);
  return { plan, source, format, fileName, edits, outcomes: new Map(), slug, findings: checkPlan(plan, locate) };
}

export type ImportPreview = Omit<ImportResult, "applied" | "projectId"> & { same: boolean };

/** What an import would do; nothing is written. */
export async function previewImport(ctx: Ctx, raw: unknown): Promise<ImportPreview> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(importInput, raw);
  const text = await readText(input);
  const read = readInput(input, text, (await keptEdits(ctx, input, text)).edits);
  return previewOf(ctx, read);
}

/** What applying a plan that was read would do. */
export async function previewOf(ctx: Ctx, read: ReadInput): Promise<ImportPreview> {
  const project = await firstRow<ProjectRow>(ctx.db.pool, PROJECT, [read.slug]);
  const before = project === null ? null : await currentPlan(ctx.db.pool, project.id);
  return {
    slug: read.slug,
    created: project === null,
    version: before?.number ?? 0,
    difference: diffPlans(before?.plan ?? null, read.plan),
    findings: read.findings,
    same: before !== null && saysTheSame(before, read),
    ...correctionsOf(read),
  };
}

function correctionsOf(read: ReadInput): Pick<ImportResult, "corrections" | "lost"> {
  const lost = read.edits.filter((edit) => read.outcomes.get(edit.id) === "lost").map(({ id, label }) => ({ id, label }));
  return { corrections: read.edits.length - lost.length, lost };
}

function saysTheSame(before: StoredPlan, read: ReadInput): boolean {
  return before.source === read.source && isDeepStrictEqual(before.edits, read.edits) && before.hash === planHash(read.plan);
}

function planHash(plan: Plan): string {
  return hashOf(JSON.parse(JSON.stringify(plan)));
}

export interface ImportHow {
  ifMatch?: number | undefined;
  note: string;
  /** Number of the version the corrections were taken from; null or absent: they were given. */
  editsOf?: number | null;
  /** Number of the version whose content comes back. */
  restores?: number;
}

/** Applies a plan that was read, inside the caller's transaction. */
export async function importIn(tx: Tx, ctx: Ctx, read: ReadInput, input: ImportHow): Promise<ImportResult> {
  const { project, created } = await lockProject(tx, ctx, read);
  const before = created ? null : await currentPlan(tx, project.id);
  const difference = diffPlans(before?.plan ?? null, read.plan);
  const seen = before?.number ?? 0;
  if (input.ifMatch !== undefined && input.ifMatch !== seen) {
    throw new ConflictError(
      seen === 0
        ? `The project "${read.slug}" has no plan yet.`
        : `The plan of "${read.slug}" is at version ${seen}, not ${input.ifMatch}: look at the difference and import again.`,
      { version: seen, difference: { ...difference, changes: difference.changes.slice(0, 200) } },
    );
  }
  if (typeof input.editsOf === "number" && input.editsOf !== seen)
    throw new ConflictError(`The plan of "${read.slug}" was changed a moment ago: import again.`, { version: seen });
  const told = { projectId: project.id, slug: read.slug, difference, findings: read.findings, ...correctionsOf(read) };
  if (before !== null && saysTheSame(before, read)) return { ...told, created: false, version: seen, applied: false };
  const version = await insertVersion(tx, ctx, project.id, read, input, before);
  const { stacks } = await applyPlan(tx, ctx, { projectId: project.id, currency: read.plan.project.currency, now: ctx.now }, read.plan);
  await updateProject(tx, project.id, version.id, read, stacks);
  await writeAudit(tx, ctx, {
    action: created ? "plan.create" : input.restores === undefined ? "plan.import" : "plan.undo",
    object: { type: "project", id: project.id, name: read.slug },
    projectId: project.id,
    reason: input.note === "" ? undefined : input.note,
    before: before === null ? undefined : { version: before.number, hash: before.hash },
    after: {
      version: version.number,
      hash: version.hash,
      added: difference.added,
      removed: difference.removed,
      changed: difference.changed,
      findings: read.findings.length,
      ...(read.edits.length === 0 ? {} : { corrections: read.edits.length }),
      ...(input.restores === undefined ? {} : { restores: input.restores }),
    },
  });
  return { ...told, created, version: version.number, applied: true };
}

/** The project's row, locked: two imports at once queue, the second sees the first. */
async function lockProject(tx: Tx, ctx: Ctx, read: ReadInput): Promise<{ project: ProjectRow; created: boolean }> {
  const found = await firstRow<ProjectRow>(tx, `${PROJECT} FOR UPDATE`, [read.slug]);
  if (found !== null) {
    if (found.archived) throw new NotFoundError(`The project "${read.slug}" is archived and`);
    return { project: found, created: false };
  }
  requirePermission(ctx, "project.create");
  const id = newId();
  try {
    await tx.query("INSERT INTO project (id, slug, name, currency, created_at) VALUES ($1, $2, $3, $4, $5)", [
      id,
      read.slug,
      read.plan.project.name,
      read.plan.project.currency,
      ctx.now,
    ]);
  } catch (error) {
    if (isUniqueViolation(error)) throw new ConflictError(`The project "${read.slug}" was created a moment ago: import again to update it.`);
    throw error;
  }
  return { project: { id, archived: false }, created: true };
}

async function insertVersion(tx: Tx, ctx: Ctx, projectId: string, read: ReadInput, input: ImportHow, before: StoredPlan | null) {
  const version = { id: newId(), number: 0, hash: planHash(read.plan) };
  const row = await firstRow<{ number: number }>(
    tx,
    `INSERT INTO plan_version (id, project_id, number, document, source, format, file_name, edits, restores, hash, note, created_by_id, created_at)
     VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM plan_version WHERE project_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING number`,
    [
      version.id,
      projectId,
      JSON.stringify(read.plan),
      read.source,
      read.format,
      read.fileName,
      JSON.stringify(read.edits),
      input.restores ?? null,
      version.hash,
      input.note || (before !== null && before.hash === version.hash ? "Comments and layout only" : ""),
      personOf(ctx.actor),
      ctx.now,
    ],
  );
  const findings = read.findings.map((finding, position) => ({ id: newId(), position, ...finding }));
  await tx.query(
    `INSERT INTO finding (id, project_id, plan_version_id, position, code, level, path, lines, message, expected, found, hint)
     SELECT id, $1, $2, position, code, level, path, lines, message, expected, found, hint
       FROM jsonb_to_recordset($3::jsonb) AS r(id text, position int, code text, level text, path text, lines int[], message text, expected text, found text, hint text)`,
    [projectId, version.id, JSON.stringify(findings)],
  );
  return { ...version, number: row?.number ?? 1 };
}

/** Name and description follow the plan; the stack a project runs on is only set where it has none. */
async function updateProject(tx: Tx, projectId: string, versionId: string, read: ReadInput, stacks: Map<string, string>): Promise<void> {
  const first = read.plan.stacks.find((stack) => stack.role === "current") ?? read.plan.stacks[0];
  await tx.query(
    `UPDATE project SET name = $2, description = $3, currency = $4, plan_version_id = $5, version = version + 1,
            current_stack_id = CASE WHEN EXISTS (SELECT 1 FROM stack s WHERE s.id = current_stack_id AND s.removed_at IS NULL) THEN current_stack_id ELSE $6 END
      WHERE id = $1`,
    [
      projectId,
      read.plan.project.name,
      read.plan.project.description ?? "",
      read.plan.project.currency,
      versionId,
      first === undefined ? null : (stacks.get(first.key) ?? null),
    ],
  );
}
