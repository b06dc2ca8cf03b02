import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/** Schema on the target that holds the marker of a copy; never copied, never counted. */
export const MARKER_SCHEMA = "switchyard_copy";

/** Condition on pg_namespace `n`: a schema that belongs to users. */
export const USER_SCHEMA = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${MARKER_SCHEMA}', '${MOVE_SCHEMA}')`;

/** Condition on pg_namespace `n` for the schemas in scope; `$1` is the list of schemas or null for all. */
export const IN_SCOPE = `${USER_SCHEMA} AND ($1::text[] IS NULL OR n.nspname = ANY($1))`;

/** Condition that an object of catalogue `catalog` with oid `oid` does not belong to an extension. */
export function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${oid} AND d.deptype = 'e')`;
}

export interface TableInfo {
  schema: string;
  name: string;
  columns: string[];
  /** Estimate of the planner, for progress only. */
  rows: number;
}

/** A name for people and for keys of results: `public.orders`. */
export function tableLabel(table: { schema: string; name: string }): string {
  return `${table.schema}.${table.name}`;
}

/** Tables with rows of their own: ordinary tables and partitions, no foreign, temporary or extension tables. */
export async function listTables(client: pg.Client, schemas: string[] | null): Promise<TableInfo[]> {
  const rows = await query(
    client,
    `SELECT n.nspname AS schema, c.relname AS name, greatest(c.reltuples, 0)::bigint AS rows,
       coalesce((SELECT json_agg(a.attname ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")}
     ORDER BY pg_relation_size(c.oid) DESC, 1, 2`,
    [schemas],
  );
  return rows.map((row) => ({ schema: row.schema ?? "", name: row.name ?? "", rows: Number(row.rows), columns: JSON.parse(row.columns ?? "[]") as string[] }));
}

/** Partitioned tables of the database: they have no rows of their own. */
export async function partitionedTables(client: pg.Client): Promise<{ schema: string; name: string }[]> {
  const rows = await query(
    client,
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'p' AND ${IN_SCOPE} ORDER BY 1, 2`,
    [null],
  );
  return rows.map((row) => ({ schema: row.schema ?? "", name: row.name ?? "" }));
}

export interface SequenceInfo {
  schema: string;
  name: string;
  /** Last value handed out; null when it was never used. */
  last: string | null;
  ascending: boolean;
}

/** All sequences in scope, those of identity columns included. Their values do not belong to any snapshot. */
export async function listSequences(client: pg.Client, schemas: string[] | null): Promise<SequenceInfo[]> {
  const rows = await query(
    client,
    `SELECT s.schemaname AS schema, s.sequencename AS name, s.last_value AS last, s.increment_by > 0 AS ascending
     FROM pg_sequences s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE ${IN_SCOPE} ORDER BY 1, 2`,
    [schemas],
  );
  return rows.map((row) => ({ schema: row.schema ?? "", name: row.name ?? "", last: row.last ?? null, ascending: row.ascending === "t" }));
}

export interface ServerInfo {
  version: number;
  major: number;
  encoding: string;
  collation: string;
  databaseBytes: number;
  isSuperuser: boolean;
  ownsDatabase: boolean;
  mayCreate: boolean;
  mayEndSessions: boolean;
  readOnly: boolean;
  inRecovery: boolean;
  largeObjects: number;
  preparedTransactions: number;
}

/** What decides whether a server can take part in a copy. */
export async function serverInfo(client: pg.Client): Promise<ServerInfo> {
  const [row] = await query(
    client,
    `SELECT current_setting('server_version_num')::int AS version, pg_encoding_to_char(d.encoding) AS encoding, d.datcollate AS collation,
       pg_database_size(d.oid) AS bytes, r.rolsuper AS super, pg_has_role(current_user, d.datdba, 'USAGE') AS owner,
       has_database_privilege(d.oid, 'CREATE') AS creates, pg_has_role(current_user, 'pg_signal_backend', 'USAGE') AS signals,
       current_setting('default_transaction_read_only')::bool AS readonly, pg_is_in_recovery() AS recovery,
       (SELECT count(*) FROM pg_largeobject_metadata) AS lo, (SELECT count(*) FROM pg_prepared_xacts WHERE database = d.datname) AS prepared
     FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user`,
  );
  if (row === undefined) throw new Error("The server does not describe itself.");
  const yes = (name: string) => row[name] === "t";
  return {
    version: Number(row.version),
    major: Math.floor(Number(row.version) / 10_000),
    encoding: row.encoding ?? "",
    collation: row.collation ?? "",
    databaseBytes: Number(row.bytes),
    isSuperuser: yes("super"),
    ownsDatabase: yes("owner"),
    mayCreate: yes("creates"),
    mayEndSessions: yes("signals") || yes("super"),
    readOnly: yes("readonly"),
    inRecovery: yes("recovery"),
    largeObjects: Number(row.lo),
    preparedTransactions: Number(row.prepared),
  };
}

/** Objects of users that are already in the database: tables, views, sequences, routines, types and large objects. */
export async function userObjects(client: pg.Client): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT * FROM (
       SELECT 'relation ' || n.nspname || '.' || c.relname AS what FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r','p','v','m','S','f') AND c.relpersistence <> 't' AND ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")}
       UNION ALL SELECT 'routine ' || n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE ${IN_SCOPE} AND ${notOfExtension("pg_proc", "p.oid")}
       UNION ALL SELECT 'type ' || n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
         WHERE t.typtype IN ('e','d','r') AND ${IN_SCOPE} AND ${notOfExtension("pg_type", "t.oid")}
       UNION ALL SELECT 'large object ' || oid FROM pg_largeobject_metadata
     ) AS found ORDER BY 1 LIMIT 20`,
    [null],
  );
  return rows.map((row) => row.what ?? "");
}

/** Names of what a copy must not take away again: it was there before. */
export async function existingNames(client: pg.Client): Promise<{ schemas: string[]; extensions: string[] }> {
  const schemas = await query(client, "SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1");
  const extensions = await query(client, "SELECT extname AS name FROM pg_extension ORDER BY 1");
  return { schemas: schemas.map((row) => row.name ?? ""), extensions: extensions.map((row) => row.name ?? "") };
}
