import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";

/** A table as the publication sees it. */
export interface MoveTable {
  schema: string;
  name: string;
  /** Estimate of the planner, for progress only. */
  rows: number;
  /** Changes of its rows can be told apart: without it, a publication makes UPDATE and DELETE on the source fail at once. */
  identifiable: boolean;
  unlogged: boolean;
}

/** Tables with rows of their own, partitions one by one, the largest first. */
export async function moveTables(client: pg.Client, schemas: string[] | null): Promise<MoveTable[]> {
  const rows = await query(
    client,
    `SELECT n.nspname AS schema, c.relname AS name, greatest(c.reltuples, 0)::bigint AS rows, c.relpersistence = 'u' AS unlogged,
       CASE c.relreplident WHEN 'f' THEN true WHEN 'd' THEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid)
         WHEN 'i' THEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident AND i.indisvalid) ELSE false END AS identifiable
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")}
     ORDER BY pg_relation_size(c.oid) DESC, 1, 2`,
    [schemas],
  );
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    rows: Number(row.rows),
    identifiable: row.identifiable === "t",
    unlogged: row.unlogged === "t",
  }));
}

/** Why rows of these tables cannot follow; null when all can. Asked again right before the publication (fact 5, R-PG-1). */
export function notMovable(tables: readonly MoveTable[]): string | null {
  const names = (list: readonly MoveTable[]) =>
    `${list
      .slice(0, 5)
      .map((table) => `${table.schema}.${table.name}`)
      .join(", ")}${list.length > 5 ? ` and ${list.length - 5} more` : ""}`;
  if (tables.length === 0) return "There is no table to move.";
  const unlogged = tables.filter((table) => table.unlogged);
  if (unlogged.length > 0) return `Changes of unlogged tables cannot be followed: ${names(unlogged)}. ALTER TABLE … SET LOGGED, or leave their schema out.`;
  const unidentified = tables.filter((table) => !table.identifiable);
  if (unidentified.length > 0)
    return `These tables have neither a primary key nor another replica identity: ${names(unidentified)}. A publication would make UPDATE and DELETE on them fail. Add a primary key, or ALTER TABLE … REPLICA IDENTITY FULL.`;
  return null;
}

/** Constraints and indexes that identify rows: they are made before the rows are copied. */
export async function keyObjects(client: pg.Client, schemas: string[] | null): Promise<{ catalog: string; oid: string }[]> {
  const rows = await query(
    client,
    `SELECT 'pg_constraint'::regclass::oid AS catalog, k.oid AS oid FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_index i ON i.indexrelid = k.conindid WHERE (k.contype = 'p' OR (k.contype = 'u' AND i.indisreplident)) AND ${IN_SCOPE}
     UNION ALL SELECT 'pg_class'::regclass::oid, i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE i.indisreplident AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u')) AND ${IN_SCOPE}`,
    [schemas],
  );
  return rows.map((row) => ({ catalog: row.catalog ?? "", oid: row.oid ?? "" }));
}

/**
 * Foreign keys between plain tables by primary key, and the key each needs. On empty tables they cost nothing; after the
 * rows, every row would be looked up. The rows come from where the key holds, and what applies them fires no trigger of it
 * (session_replication_role of replication workers).
 */
export async function foreignKeys(client: pg.Client, schemas: string[] | null): Promise<{ catalog: string; oid: string; needs: string }[]> {
  const rows = await query(
    client,
    `SELECT 'pg_constraint'::regclass::oid AS catalog, k.oid AS oid, p.oid AS needs
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class r ON r.oid = k.confrelid
     JOIN pg_constraint p ON p.conindid = k.conindid AND p.contype = 'p'
     WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relkind = 'r' AND NOT c.relispartition AND r.relkind = 'r' AND NOT r.relispartition AND ${IN_SCOPE}`,
    [schemas],
  );
  return rows.map((row) => ({ catalog: row.catalog ?? "", oid: row.oid ?? "", needs: row.needs ?? "" }));
}

/** Catalogues whose objects are made after the rows: constraints, indexes, triggers, rules, policies, statistics. */
const AFTER =
  "'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass";

/**
 * The objects among `entries` of the source that the target has already, by what they are called. A worker that takes the
 * work up after the rows makes only what is missing.
 */
export async function alreadyMade(
  source: pg.Client,
  target: pg.Client,
  entries: readonly { catalog: string; oid: string }[],
): Promise<{ catalog: string; oid: string }[]> {
  const named = await query(
    source,
    `SELECT e.catalog, e.oid, i.type || ' ' || i.identity AS what FROM unnest($1::oid[], $2::oid[]) AS e(catalog, oid), pg_identify_object(e.catalog, e.oid, 0) AS i
     WHERE e.catalog IN (${AFTER})`,
    [entries.map((entry) => entry.catalog), entries.map((entry) => entry.oid)],
  );
  const there = await query(
    target,
    `SELECT i.type || ' ' || i.identity AS what FROM (
       SELECT 'pg_constraint'::regclass AS catalog, oid FROM pg_constraint UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind IN ('i', 'I')
       UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE oid >= 16384
       UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext) AS o,
       pg_identify_object(o.catalog, o.oid, 0) AS i`,
  );
  const made = new Set(there.map((row) => row.what));
  return named.filter((row) => made.has(row.what)).map((row) => ({ catalog: row.catalog ?? "", oid: row.oid ?? "" }));
}

/** Replica identities that are not the primary key, as statements for the target. */
export async function replicaIdentities(client: pg.Client, schemas: string[] | null): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT format('ALTER TABLE %I.%I REPLICA IDENTITY USING INDEX %I', n.nspname, c.relname, x.relname) AS statement
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indrelid = c.oid AND i.indisreplident JOIN pg_class x ON x.oid = i.indexrelid
     WHERE c.relreplident = 'i' AND c.relkind = 'r' AND ${IN_SCOPE}`,
    [schemas],
  );
  return rows.map((row) => row.statement ?? "");
}

/** Whether a column's type has a binary form that names no oid of the server, so that both servers read it alike. */
export async function binarySafe(client: pg.Client, schemas: string[] | null): Promise<boolean> {
  const [row] = await query(
    client,
    `WITH RECURSIVE used(oid) AS (
       SELECT a.atttypid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND ${IN_SCOPE}
       UNION SELECT t.typbasetype FROM pg_type t JOIN used u ON u.oid = t.oid WHERE t.typtype = 'd')
     SELECT NOT EXISTS (SELECT 1 FROM pg_type t JOIN used u ON u.oid = t.oid
       WHERE t.typsend = 0 OR t.typtype = 'c' OR (t.typelem >= 16384 AND t.typlen = -1) OR t.typtype IN ('r', 'm') AND t.oid >= 16384) AS safe`,
    [schemas],
  );
  return row?.safe === "t";
}
