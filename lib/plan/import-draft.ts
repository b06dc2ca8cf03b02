import { z } from "zod";
import { ConflictError, InvalidInputError } from "@/lib/core/errors";
import { isSlug, newId } from "@/lib/core/ids";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import type { Edit } from "@/lib/document/edits";
import { placedEntries } from "@/lib/document/identity";
import { locateByLines } from "@/lib/document/locate";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { type PlanDraft, readDraft } from "./drafts";
import { type ImportPreview, type ImportResult, importIn, previewOf } from "./import-plan";
import { readDocumentOnce } from "./read-cache";
import { type ReadInput, readInput } from "./read-input";

const how = {
  draft: z.string().max(60),
  name: z.string().trim().min(1, "write a name").max(120).optional(),
  slug: z.string().trim().refine(isSlug, "lower-case letters, digits and hyphens").optional(),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, "three letters, for example USD")
    .optional(),
};
const previewInput = z.object(how);
const importDraftInput = z.object({
  ...how,
  /** Version of the draft that was looked at. */
  version: z.coerce.number().int(),
  /** Version of the plan that was looked at; 0: the project must be new. */
  ifMatch: z.coerce.number().int().min(0),
  note: z.string().trim().max(500).default(""),
});

export interface DraftPreview extends ImportPreview {
  project: { name: string; slug: string; currency: string };
  /** What lies inside of services and migrations, which the difference does not count by itself. */
  inside: { prices: number; phases: number; steps: number };
  /** Whether the project asked for exists, though the draft is for a new one. */
  taken: boolean;
}

/** Exactly what creating or updating from a draft will do, under the name, slug and currency asked for. */
export async function previewDraft(ctx: Ctx, raw: unknown): Promise<DraftPreview> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(previewInput, raw);
  const draft = await readDraft(ctx, input.draft);
  const read = await readOf(draft, input);
  const preview = await previewOf(ctx, read);
  const { name, slug, currency } = read.plan.project;
  const phases = read.plan.migrations.flatMap((migration) => migration.phases);
  const inside = {
    prices: read.plan.stacks.flatMap((stack) => stack.resources.flatMap((resource) => resource.lineItems)).length,
    phases: phases.length,
    steps: phases.flatMap((phase) => phase.steps).length,
  };
  return { ...preview, inside, project: { name, slug, currency }, taken: draft.slug === null && !preview.created };
}

/**
 * Makes the project, or its next version, of a document under review; the draft is gone then.
 * @throws ConflictError when the draft or the project changed since they were looked at.
 */
export async function importDraft(ctx: Ctx, raw: unknown): Promise<ImportResult> {
  requirePermission(ctx, "plan.import");
  const input = parseInput(importDraftInput, raw);
  const draft = await readDraft(ctx, input.draft);
  const read = await readOf(draft, input);
  if (draft.slug === null && input.ifMatch !== 0) throw new InvalidInputError("A new project has no version yet.");
  return inTransaction(
    ctx.db,
    async (tx) => {
      const locked = await firstRow<{ version: number }>(tx, "SELECT version FROM plan_draft WHERE id = $1 FOR UPDATE", [draft.id]);
      if (locked?.version !== input.version) throw new ConflictError("This document was corrected in another window meanwhile: look at it again.");
      const result = await importIn(tx, ctx, read, { ifMatch: input.ifMatch, note: input.note });
      await tx.query("DELETE FROM plan_draft WHERE id = $1", [draft.id]);
      return result;
    },
    { statementTimeoutMs: 60_000 },
  );
}

async function readOf(draft: PlanDraft, wish: { name?: string | undefined; slug?: string | undefined; currency?: string | undefined }): Promise<ReadInput> {
  const document = await readDocumentOnce(draft.source, draft.fileName);
  const edits = withProject(draft.edits, document.plan.project, wish);
  const text = { ok: true as const, format: "markdown" as const, plan: document.plan, locate: locateByLines(document.plan), document };
  return readInput({ source: draft.source, fileName: draft.fileName, slug: draft.slug ?? wish.slug }, text, edits);
}

/** Name and currency that differ from the document's are corrections like any other: the next import keeps them. */
function withProject(
  edits: readonly Edit[],
  read: { name: string; currency: string },
  wish: { name?: string | undefined; currency?: string | undefined },
): Edit[] {
  const target = placedEntries({ project: read }, () => "")[0]?.id ?? "";
  let all = [...edits];
  for (const field of ["name", "currency"] as const) {
    const value = wish[field];
    if (value === undefined) continue;
    const before = all.find((edit) => edit.op === "set" && edit.target === target && edit.field === field);
    if (before?.op === "set" ? before.value === value : read[field] === value) continue;
    all = all.filter((edit) => edit !== before);
    if (read[field] !== value) all.push({ id: newId(), op: "set", target, field, value, was: read[field], label: "project" });
  }
  return all;
}
