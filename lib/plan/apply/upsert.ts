import { rows, type Tx } from "@/lib/db/transaction";

export interface UpsertTable {
  table: string;
  /** Column name → SQL type, as the rows below carry them. */
  columns: Record<string, string>;
  /** Columns of the unique key. */
  conflict: string[];
  /** Columns that are only written when the row is new. */
  insertOnly?: string[];
  /** Further assignments of an update, in SQL; `t` is the row as it was, `EXCLUDED` the new one. */
  onChange?: string;
}

/**
 * Inserts or updates any number of rows in one statement and returns their ids in the order of the input. Rows whose
 * columns did not change are not written. Names come from the code, never from a plan.
 */
export async function upsert(
  tx: Tx,
  { table, columns, conflict, insertOnly = [], onChange }: UpsertTable,
  input: readonly Record<string, unknown>[],
): Promise<string[]> {
  if (input.length === 0) return [];
  const names = Object.keys(columns);
  const list = names.join(", ");
  const written = names.filter((name) => name !== "id" && !conflict.includes(name) && !insertOnly.includes(name));
  const assignments = [...written.map((name) => `${name} = EXCLUDED.${name}`), "removed_at = NULL", ...(onChange === undefined ? [] : [onChange])];
  const changed = [...written.map((name) => `t.${name} IS DISTINCT FROM EXCLUDED.${name}`), "t.removed_at IS NOT NULL"].join(" OR ");
  const record = Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(", ");
  const json = JSON.stringify(input);
  await tx.query(
    `INSERT INTO ${table} AS t (${list}) SELECT ${list} FROM jsonb_to_recordset($1::jsonb) AS r(${record})
     ON CONFLICT (${conflict.join(", ")}) DO UPDATE SET ${assignments.join(", ")} WHERE ${changed}`,
    [json],
  );
  // Rows that were left alone are not in RETURNING: look all of them up.
  const keys = conflict.map((name) => `${name} ${columns[name]}`).join(", ");
  const found = await rows<{ id: string }>(
    tx,
    `SELECT t.id FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (${keys})) WITH ORDINALITY AS r(${conflict.join(", ")}, place)
     JOIN ${table} t USING (${conflict.join(", ")}) ORDER BY r.place`,
    [json],
  );
  if (found.length !== input.length) throw new Error(`${table}: ${input.length} rows written, ${found.length} found.`);
  return found.map((row) => row.id);
}

/** Marks rows of the project that the plan no longer has; returns their ids. They are never deleted: history refers to them. */
export async function markRemoved(tx: Tx, table: string, projectId: string, kept: readonly string[], now: Date, where = "true"): Promise<string[]> {
  const found = await rows<{ id: string }>(
    tx,
    `UPDATE ${table} SET removed_at = $3 WHERE project_id = $1 AND removed_at IS NULL AND NOT (id = ANY($2::text[])) AND ${where} RETURNING id`,
    [projectId, kept, now],
  );
  return found.map((row) => row.id);
}
