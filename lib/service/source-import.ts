import { z } from "zod";
import type { Permission } from "@/lib/auth/permissions";
import { ConflictError, NotFoundError, RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, parseInput, personOf, requirePermission } from "@/lib/service/context";
import { countRows, type FoundRow, otherSource, type RowChange, type RowCounts, type RowStatus, type StoredRow } from "@/lib/service/source-changes";

/*
 * Imports of files into rows of one table: what was written, how it was before, and the way back. The domains read
 * the files and say which columns an import writes; names of tables and columns come from the code, never from a file.
 */

export interface ImportTable {
  kind: "inventory" | "rules";
  table: "resource" | "alert_rule";
  /** Columns an import writes besides `address`, `key` and `gone_at`, with their SQL types. */
  columns: Readonly<Record<string, string>>;
  /** Columns of new rows that are the same for all of them: project, stack, origin, source. */
  fixed: readonly string[];
  /** Columns whose new value `r.<column>` is only taken under a condition; `t` is the row as it is. */
  assign?: Readonly<Record<string, string>>;
  /** What else happens to rows that vanish, in SQL. */
  onGone?: string;
}

export interface ImportRecord {
  projectId: string;
  stackId: string | null;
  source: string;
  format: string;
  fileName: string;
  sha256: string;
  lineage: string | null;
  notes: string[];
}

/** A row to write: its address, key and columns. */
export interface WritableRow extends FoundRow {
  key: string;
  columns: Record<string, unknown>;
}

/** The newest import of a source that was not undone; null before the first. */
export async function latestImport(tx: Pick<Tx, "query">, at: Pick<ImportRecord, "projectId" | "stackId" | "source"> & { kind: string }) {
  return firstRow<{ id: string; lineage: string | null; sha256: string; createdAt: Date }>(
    tx,
    `SELECT id, lineage, sha256, created_at AS "createdAt" FROM source_import
      WHERE project_id = $1 AND kind = $2 AND stack_id IS NOT DISTINCT FROM $3 AND source = $4 AND undone_at IS NULL ORDER BY id DESC LIMIT 1`,
    [at.projectId, at.kind, at.stackId, at.source],
  );
}

/** @throws ConflictError when a preview rested on another import than the newest one. */
export function requireBasis(basis: string | undefined, before: { id: string } | null, source: string): void {
  const now = before?.id ?? "none";
  if (basis !== undefined && basis !== now) throw new ConflictError(`Somebody imported "${source}" meanwhile. Look at the preview again.`, { basis: now });
}

/** What to do about a file that looks like another source than the one of its name; null when it does not, or was named. */
export function otherSourceAdvice(
  before: { lineage: string | null } | null,
  lineage: string | null,
  changes: readonly { status: RowStatus }[],
  name: { named: string | undefined; source: string },
): string | null {
  const why = name.named === undefined ? otherSource(before, lineage, changes) : null;
  if (why === null) return null;
  return `This looks like another source than the "${name.source}" that was imported before: ${why}. Give it a source name of its own to keep both, or name "${name.source}" to replace it.`;
}

/**
 * Writes the changes of an import and what they replaced, in the caller's transaction, in a handful of statements
 * whatever their number. Returns the id of the import.
 */
export async function writeImport(
  tx: Tx,
  ctx: Ctx,
  table: ImportTable,
  record: ImportRecord,
  fixed: Record<string, string | null>,
  changes: readonly RowChange<WritableRow, StoredRow>[],
): Promise<string> {
  const id = newId();
  await insertRecord(tx, ctx, table, id, record, countRows(changes));
  const touched = changes.filter((change) => change.status === "changed" || change.status === "returned");
  const gone = changes.flatMap((change) => (change.status === "vanished" ? [change.stored.id] : []));
  await remember(tx, table, id, [...touched.flatMap((change) => (change.stored === null ? [] : [change.stored.id])), ...gone]);
  await updateRows(
    tx,
    table,
    touched.flatMap((change) => (change.found === null || change.stored === null ? [] : [{ id: change.stored.id, ...change.found }])),
  );
  await insertRows(
    tx,
    table,
    id,
    record.projectId,
    fixed,
    changes.flatMap((change) => (change.status === "new" ? [change.found] : [])),
  );
  if (gone.length > 0) {
    const more = table.onGone === undefined ? "" : `, ${table.onGone}`;
    await tx.query(`UPDATE ${table.table} SET gone_at = $2, version = version + 1${more} WHERE id = ANY($1::text[])`, [gone, ctx.now]);
  }
  return id;
}

async function insertRecord(tx: Tx, ctx: Ctx, table: ImportTable, id: string, record: ImportRecord, counts: RowCounts): Promise<void> {
  await tx.query(
    `INSERT INTO source_import (id, project_id, kind, stack_id, source, format, file_name, sha256, lineage, added, changed, unchanged, gone, returned, notes, created_by_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      id,
      record.projectId,
      table.kind,
      record.stackId,
      record.source,
      record.format,
      record.fileName,
      record.sha256,
      record.lineage,
      counts.new,
      counts.changed,
      counts.unchanged,
      counts.vanished,
      counts.returned,
      JSON.stringify(record.notes),
      personOf(ctx.actor),
      ctx.now,
    ],
  );
}

/** Keeps rows as they are now, for undo. */
async function remember(tx: Tx, table: ImportTable, importId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `INSERT INTO source_import_row (project_id, import_id, row_id, before) SELECT t.project_id, $1, t.id, to_jsonb(t) FROM ${table.table} t WHERE t.id = ANY($2::text[])`,
    [importId, ids],
  );
}

const recordset = (columns: Readonly<Record<string, string>>) =>
  `jsonb_to_recordset($1::jsonb) AS r(${Object.entries({ id: "text", key: "text", address: "text", ...columns })
    .map(([name, type]) => `${name} ${type}`)
    .join(", ")})`;

async function updateRows(tx: Tx, table: ImportTable, found: readonly (WritableRow & { id: string })[]): Promise<void> {
  if (found.length === 0) return;
  const assignments = ["key", "address", ...Object.keys(table.columns)].map((name) => `${name} = ${table.assign?.[name] ?? `r.${name}`}`);
  await tx.query(
    `UPDATE ${table.table} t SET ${assignments.join(", ")}, gone_at = NULL, version = t.version + 1 FROM ${recordset(table.columns)} WHERE t.id = r.id`,
    [JSON.stringify(found.map((row) => ({ id: row.id, key: row.key, address: row.address, ...row.columns })))],
  );
}

async function insertRows(
  tx: Tx,
  table: ImportTable,
  importId: string,
  projectId: string,
  fixed: Record<string, string | null>,
  found: readonly WritableRow[],
): Promise<void> {
  if (found.length === 0) return;
  const input = found.map((row) => ({ id: newId(), key: row.key, address: row.address, ...row.columns }));
  const names = ["id", "key", "address", ...Object.keys(table.columns)];
  await tx.query(
    `INSERT INTO ${table.table} (${[...names, ...table.fixed].join(", ")})
     SELECT ${[...names.map((name) => `r.${name}`), ...table.fixed.map((_, i) => `$${i + 2}`)].join(", ")} FROM ${recordset(table.columns)}`,
    [JSON.stringify(input), ...table.fixed.map((name) => fixed[name] ?? null)],
  );
  await tx.query("INSERT INTO source_import_row (project_id, import_id, row_id) SELECT $1, $2, id FROM unnest($3::text[]) AS id", [
    projectId,
    importId,
    input.map((row) => row.id),
  ]);
}

export interface UndoneImport {
  import: string;
  /** Rows the import had made: they are deleted. */
  removed: number;
  /** Rows it had changed, brought back or marked as gone: they are as before. */
  restored: number;
}

const undoInput = z.object({ project: z.string().min(1).max(100), import: z.string().min(1).max(100) });

interface StoredImport {
  id: string;
  projectId: string;
  stackId: string | null;
  source: string;
  fileName: string;
  undoneAt: Date | null;
  createdAt: Date;
}

/**
 * Takes the newest import of its source back whole. Input: `{project: slug or id, import: id}`.
 * @throws NotFoundError, ConflictError when it is undone already, RefusedError when a later import builds on it.
 */
export async function undoSourceImport(
  ctx: Ctx,
  raw: unknown,
  how: { table: ImportTable; permission: Permission; afterwards?: (tx: Tx, record: StoredImport, latest: { createdAt: Date } | null) => Promise<void> },
): Promise<UndoneImport> {
  requirePermission(ctx, how.permission);
  const input = parseInput(undoInput, raw);
  const { table } = how;
  return inTransaction(ctx.db, async (tx) => {
    const record = await firstRow<StoredImport>(
      tx,
      `SELECT i.id, i.project_id AS "projectId", i.stack_id AS "stackId", i.source, i.file_name AS "fileName", i.undone_at AS "undoneAt", i.created_at AS "createdAt"
         FROM source_import i JOIN project p ON p.id = i.project_id
        WHERE i.id = $1 AND i.kind = $2 AND (p.slug = $3 OR p.id = $3) FOR UPDATE OF p, i`,
      [input.import, table.kind, input.project],
    );
    if (record === null) throw new NotFoundError("The import");
    if (record.undoneAt !== null) throw new ConflictError("This import has been undone already.", { undoneAt: record.undoneAt });
    const latest = await latestImport(tx, { ...record, kind: table.kind });
    if (latest !== null && latest.id !== record.id) {
      throw new RefusedError(`A later import of "${record.source}" builds on this one: undo the later one first.`);
    }
    const removed = await tx.query(
      `DELETE FROM ${table.table} t USING source_import_row s WHERE s.project_id = $1 AND s.import_id = $2 AND s.before IS NULL AND t.id = s.row_id`,
      [record.projectId, record.id],
    );
    const restored = await restoreRows(tx, table, record);
    // Nothing can be undone twice: what was kept for it is not needed any more.
    await tx.query("DELETE FROM source_import_row WHERE project_id = $1 AND import_id = $2", [record.projectId, record.id]);
    await tx.query("UPDATE source_import SET undone_at = $2 WHERE id = $1", [record.id, ctx.now]);
    await how.afterwards?.(tx, record, await latestImport(tx, { ...record, kind: table.kind }));
    const result = { import: record.id, removed: removed.rowCount ?? 0, restored };
    await writeAudit(tx, ctx, {
      action: `${table.kind}.import-undo`,
      object: { type: "import", id: record.id, name: record.fileName },
      projectId: record.projectId,
      before: { source: record.source },
      after: { removed: result.removed, restored },
    });
    return result;
  });
}

async function restoreRows(tx: Tx, table: ImportTable, record: StoredImport): Promise<number> {
  const from = `FROM source_import_row s, jsonb_populate_record(NULL::${table.table}, s.before) r
    WHERE s.project_id = $1 AND s.import_id = $2 AND s.before IS NOT NULL AND t.id = s.row_id`;
  const key = [record.projectId, record.id];
  const assignments = ["key", "address", "gone_at", ...Object.keys(table.columns)].map((name) => `${name} = ${table.assign?.[name] ?? `r.${name}`}`);
  const restored = await tx.query(`UPDATE ${table.table} t SET ${assignments.join(", ")}, version = t.version + 1 ${from}`, key);
  return restored.rowCount ?? 0;
}

export interface SourceImportView {
  import: string;
  /** Key of the stack; null for rules. */
  stack: string | null;
  source: string;
  format: string;
  fileName: string;
  counts: RowCounts;
  notes: string[];
  by: string | null;
  at: string;
  undoneAt: string | null;
  /** The newest of its source: only this one can be undone. */
  latest: boolean;
}

/** Imports of a project, newest first; `after` is the id of the last one seen. */
export async function listSourceImports(
  ctx: Ctx,
  projectId: string,
  kind: ImportTable["kind"],
  page: { after?: string | undefined; limit: number },
): Promise<{ items: SourceImportView[]; next: string | null }> {
  requirePermission(ctx, "workspace.read");
  type Row = Omit<SourceImportView, "at" | "undoneAt"> & { at: Date; undoneAt: Date | null };
  const found = await rows<Row>(
    ctx.db.pool,
    `SELECT i.id AS import, s.key AS stack, i.source, i.format, i.file_name AS "fileName", i.notes, u.name AS by, i.created_at AS at, i.undone_at AS "undoneAt",
            json_build_object('new', i.added, 'changed', i.changed, 'unchanged', i.unchanged, 'vanished', i.gone, 'returned', i.returned) AS counts,
            i.undone_at IS NULL AND NOT EXISTS (SELECT 1 FROM source_import l WHERE l.project_id = i.project_id AND l.kind = i.kind
              AND l.stack_id IS NOT DISTINCT FROM i.stack_id AND l.source = i.source AND l.undone_at IS NULL AND l.id > i.id) AS latest
       FROM source_import i LEFT JOIN stack s ON s.id = i.stack_id LEFT JOIN app_user u ON u.id = i.created_by_id
      WHERE i.project_id = $1 AND i.kind = $2 AND ($3::text IS NULL OR i.id < $3) ORDER BY i.id DESC LIMIT $4`,
    [projectId, kind, page.after ?? null, page.limit + 1],
  );
  const items = found.slice(0, page.limit).map((row) => ({ ...row, at: row.at.toISOString(), undoneAt: row.undoneAt?.toISOString() ?? null }));
  return { items, next: found.length > page.limit ? (items.at(-1)?.import ?? null) : null };
}
