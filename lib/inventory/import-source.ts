import { z } from "zod";
import { sha256 } from "@/lib/core/canonical";
import { NotFoundError, RefusedError } from "@/lib/core/errors";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { compareRows, countRows, type RowChange, type RowCounts, type RowStatus, type StoredRow } from "@/lib/service/source-changes";
import { latestImport, otherSourceAdvice, requireBasis, writeImport } from "@/lib/service/source-import";
import { importInput } from "./import-input";
import { RESOURCE_IMPORTS } from "./import-table";
import { type Declared, declaredNames, type ImportedRow, importedRows } from "./imported-rows";
import { readSource } from "./sources/read-source";
import type { Change, PlannedValue, ReadSource } from "./sources/types";

const stackImportInput = importInput.extend({ stack: z.string().min(1).max(63) });

/** One resource of an import and what it does to the inventory. */
export interface ImportItem {
  status: RowStatus;
  address: string;
  name: string;
  kind: string;
  provider: string | null;
  /** What a Terraform plan will do with it. */
  change: Change | null;
  planned: PlannedValue[];
  /** The plan's service with the same name, as a hint. */
  declared: Declared | null;
}

export interface InventoryImport {
  /** Id of the import; null when nothing was written. */
  import: string | null;
  applied: boolean;
  dryRun: boolean;
  stack: string;
  source: string;
  format: ReadSource["format"];
  fileName: string;
  /** The newest import of the source before this one, or "none": send it back to apply exactly what a preview showed. */
  basis: string;
  counts: RowCounts & { found: number } & Record<Change, number>;
  notes: string[];
  items: ImportItem[];
}

interface Place {
  projectId: string;
  stackId: string;
  stack: string;
  role: string;
}

/**
 * Imports infrastructure as code into a stack, or shows what that would do (`dryRun`). A resource is known by its
 * source and address: the same file again changes nothing, a newer one updates, what it no longer has is marked as
 * gone and comes back when it returns. The plan's own services are never touched. One transaction, with audit entry.
 * @throws InvalidInputError (nothing of the file is quoted), NotFoundError, ConflictError with a stale `basis`,
 * RefusedError for a file that looks like another source under the same name.
 */
export async function importInventory(ctx: Ctx, raw: unknown): Promise<InventoryImport> {
  requirePermission(ctx, "inventory.edit");
  const input = parseInput(stackImportInput, raw);
  const read = readSource(input.text);
  const source = input.source ?? read.source;
  return inTransaction(
    ctx.db,
    async (tx) => {
      const place = await findPlace(tx, input.project, input.stack);
      const before = await latestImport(tx, { kind: "inventory", source, ...place });
      requireBasis(input.basis, before, source);
      const stored = await storedRows(tx, place.stackId, source);
      const needed = new Map(stored.map((row) => [row.address, row.content.depends_on]));
      const compared = compareRows(stored, importedRows(read, source, place.role, ctx.now, needed));
      const changes = read.partial ? compared.filter((change) => change.status !== "vanished") : compared;
      const advice = otherSourceAdvice(before, read.lineage, changes, { named: input.source, source });
      if (advice !== null && !input.dryRun) throw new RefusedError(advice, [], { source });
      const notes = advice === null ? read.notes : [advice, ...read.notes];
      const report = await reportOf(tx, place, read, source, changes);
      const result: InventoryImport = {
        ...report,
        import: null,
        applied: false,
        dryRun: input.dryRun,
        fileName: input.fileName,
        basis: before?.id ?? "none",
        notes,
      };
      if (input.dryRun) return result;
      await markSeen(tx, ctx, changes);
      if (report.counts.unchanged === changes.length && before !== null && (read.lineage === null || before.lineage === read.lineage)) return result;
      const hash = sha256(input.text);
      const record = {
        ...place,
        source,
        format: read.format,
        fileName: input.fileName,
        sha256: hash,
        lineage: read.lineage ?? before?.lineage ?? null,
        notes: read.notes,
      };
      const fixed = { project_id: place.projectId, stack_id: place.stackId, origin: "import", source };
      const id = await writeImport(tx, ctx, RESOURCE_IMPORTS, record, fixed, changes);
      await writeAudit(tx, ctx, {
        action: "inventory.import",
        object: { type: "import", id, name: input.fileName },
        projectId: place.projectId,
        after: { stack: place.stack, source, format: read.format, ...countRows(changes), sha256: hash },
      });
      return { ...result, import: id, applied: true };
    },
    { statementTimeoutMs: 60_000 },
  );
}

/** The stack, with the project locked: imports and plans of a project queue, each sees what the one before wrote. */
async function findPlace(tx: Tx, project: string, stack: string): Promise<Place> {
  const found = await firstRow<{ id: string }>(tx, "SELECT id FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL FOR UPDATE", [project]);
  if (found === null) throw new NotFoundError(`The project "${project}"`);
  const stacks = await rows<Place>(
    tx,
    `SELECT project_id AS "projectId", id AS "stackId", key AS stack, role FROM stack WHERE project_id = $1 AND removed_at IS NULL ORDER BY position, key`,
    [found.id],
  );
  const place = stacks.find((one) => one.stack === stack);
  if (place === undefined) {
    const known = stacks.length === 0 ? "the project has none yet: import its plan first" : `there are ${stacks.map((one) => one.stack).join(", ")}`;
    throw new NotFoundError(`The stack "${stack}" (${known})`);
  }
  return place;
}

async function storedRows(tx: Tx, stackId: string, source: string): Promise<(StoredRow & { name: string; kind: string; provider: string | null })[]> {
  return rows(
    tx,
    `SELECT id, address, name, kind, provider, gone_at IS NOT NULL AS gone,
            jsonb_build_object('name', name, 'kind', kind, 'provider', provider, 'specification', specification, 'depends_on', depends_on, 'planned_change', planned_change) AS content
       FROM resource WHERE stack_id = $1 AND source = $2 AND origin = 'import' AND removed_at IS NULL`,
    [stackId, source],
  );
}

type Stored = Awaited<ReturnType<typeof storedRows>>[number];

/** Rows that did not change were seen too. */
async function markSeen(tx: Tx, ctx: Ctx, changes: readonly RowChange<ImportedRow, Stored>[]): Promise<void> {
  const ids = changes.flatMap((change) => (change.status === "unchanged" && change.found.columns.last_seen_at !== null ? [change.stored.id] : []));
  if (ids.length > 0) await tx.query("UPDATE resource SET last_seen_at = $2 WHERE id = ANY($1::text[])", [ids, ctx.now]);
}

async function reportOf(tx: Tx, place: Place, read: ReadSource, source: string, changes: readonly RowChange<ImportedRow, Stored>[]) {
  const declared = declaredNames(
    await rows<Declared>(tx, "SELECT key, name FROM resource WHERE stack_id = $1 AND removed_at IS NULL AND origin <> 'import' ORDER BY position", [
      place.stackId,
    ]),
  );
  const planned: Record<Change, number> = { create: 0, update: 0, replace: 0, delete: 0, forget: 0 };
  for (const resource of read.resources) if (resource.change !== null) planned[resource.change] += 1;
  const items = changes.map(({ status, found, stored }): ImportItem => {
    const one = found?.resource ?? stored;
    const facts = { status, address: one?.address ?? "", name: one?.name ?? "", kind: one?.kind ?? "", provider: one?.provider ?? null };
    return { ...facts, change: found?.resource.change ?? null, planned: found?.resource.planned ?? [], declared: declared(facts) };
  });
  return { stack: place.stack, source, format: read.format, counts: { found: read.resources.length, ...countRows(changes), ...planned }, items };
}
