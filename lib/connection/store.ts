import { NotFoundError } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { firstRow, rows, type Tx } from "@/lib/db/transaction";
import type { ConnectionKind, ConnectionView } from "./types";

export interface ConnectionRow {
  id: string;
  projectId: string;
  key: string;
  name: string;
  kind: ConnectionKind;
  config: Record<string, unknown>;
  sealed: Record<string, unknown>;
  secretVersion: number;
  version: number;
  testRequestedAt: Date | null;
  testedAt: Date | null;
  testOk: boolean | null;
  testMessage: string | null;
}

const COLUMNS = `c.id, c.project_id AS "projectId", c.key, c.name, c.kind, c.config, c.sealed, c.secret_version AS "secretVersion", c.version,
  c.test_requested_at AS "testRequestedAt", c.tested_at AS "testedAt", c.test_ok AS "testOk", c.test_message AS "testMessage"`;

function testOf(row: ConnectionRow): ConnectionView["test"] {
  if (row.testRequestedAt !== null && (row.testedAt === null || row.testedAt < row.testRequestedAt))
    return { status: "waiting", at: row.testRequestedAt, message: null };
  if (row.testedAt === null) return { status: "never", at: null, message: null };
  return { status: row.testOk ? "ok" : "failed", at: row.testedAt, message: row.testMessage };
}

/** What may leave the server: names of secret fields, never values, sealed or not. */
export function viewOf(row: ConnectionRow): ConnectionView {
  const { id, key, name, kind, config, secretVersion, version } = row;
  return { id, key, name, kind, config, secretFields: Object.keys(row.sealed).sort(), secretVersion, version, test: testOf(row) };
}

/** Connections of a project by slug or id, in order of their keys. */
export async function listConnections(db: Pick<Db, "pool">, project: string): Promise<ConnectionView[]> {
  const found = await rows<ConnectionRow>(
    db.pool,
    `SELECT ${COLUMNS} FROM connection c JOIN project p ON p.id = c.project_id WHERE (p.id = $1 OR p.slug = $1) AND c.removed_at IS NULL ORDER BY c.key`,
    [project],
  );
  return found.map(viewOf);
}

/** One connection, locked for the transaction. @throws NotFoundError */
export async function lockConnection(tx: Tx, id: string): Promise<ConnectionRow> {
  const row = await firstRow<ConnectionRow>(tx, `SELECT ${COLUMNS} FROM connection c WHERE c.id = $1 AND c.removed_at IS NULL FOR UPDATE`, [id]);
  if (row === null) throw new NotFoundError("The connection");
  return row;
}

/** One connection of a project by its key, or null. */
export async function findConnection(db: Pick<Db, "pool">, projectId: string, key: string): Promise<ConnectionRow | null> {
  return await firstRow<ConnectionRow>(db.pool, `SELECT ${COLUMNS} FROM connection c WHERE c.project_id = $1 AND c.key = $2 AND c.removed_at IS NULL`, [
    projectId,
    key,
  ]);
}

/** Connections whose test was asked for and not done yet, oldest first. */
export async function dueTests(db: Pick<Db, "pool">, limit: number): Promise<ConnectionRow[]> {
  return await rows<ConnectionRow>(
    db.pool,
    `SELECT ${COLUMNS} FROM connection c WHERE c.removed_at IS NULL AND c.test_requested_at IS NOT NULL AND (c.tested_at IS NULL OR c.tested_at < c.test_requested_at)
     ORDER BY c.test_requested_at LIMIT $1`,
    [limit],
  );
}

/** Id of a project by slug or id. @throws NotFoundError */
export async function projectId(tx: Tx, project: string): Promise<string> {
  const row = await firstRow<{ id: string }>(tx, "SELECT id FROM project WHERE (id = $1 OR slug = $1) AND archived_at IS NULL", [project]);
  if (row === null) throw new NotFoundError(`The project "${project.slice(0, 100)}"`);
  return row.id;
}
