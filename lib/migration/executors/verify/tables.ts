import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension, tableLabel } from "@/lib/migration/executors/copy/inspect";

/** What of a database is compared: schemas and tables by name, all where null. */
export interface Scope {
  schemas: readonly string[] | null;
  /** Labels such as `public.orders`. */
  tables: readonly string[] | null;
}

/** Condition on pg_namespace `n` and pg_class `c`; `$1` schemas, `$2` tables. */
export const TABLE_SCOPE = `${IN_SCOPE} AND ($2::text[] IS NULL OR n.nspname || '.' || c.relname = ANY($2)) AND ${notOfExtension("pg_class", "c.oid")}`;

export interface KeyColumn {
  name: string;
  /** Type as it is cast to, such as `bigint`. */
  type: string;
  /**
   * How its values are ordered: equal texts on both servers mean the same order. Null: the order may differ between
   * servers, or is not known.
   */
  order: string | null;
}

export interface VerifyTable {
  schema: string;
  name: string;
  /** In order of their names, so that both sides are read alike whatever their own order. */
  columns: { name: string; type: string }[];
  /** Primary key, replica identity or another unique index without NULLs; null where there is none. */
  key: KeyColumn[] | null;
  /** Rows the planner expects; null when the table was never analysed. */
  rows: number | null;
  bytes: number;
  /** Bytes of long values kept outside of the rows. */
  longBytes: number;
}

/** Types whose order is the same on every server and version. */
const ORDERED =
  "'bool','int2','int4','int8','oid','numeric','float4','float8','uuid','date','time','timetz','timestamp','timestamptz','interval','bytea','inet','cidr','macaddr','macaddr8','bit','varbit','char'";

const COLLATION = `CASE WHEN k.collisdeterministic IS FALSE THEN NULL WHEN k.collname IN ('C', 'POSIX', 'ucs_basic') THEN 'C'
  WHEN k.oid = 100 THEN CASE WHEN d.datlocprovider = 'b' OR (d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')) THEN 'C' ELSE concat_ws('/', d.datlocprovider, d.datcollate, LOCALE, d.datcollversion) END
  ELSE concat_ws('/', k.collprovider, k.collcollate, k.collname, k.collversion) END`;

/** One key column of index `i` as JSON; domains count as the type below them. */
const KEY_COLUMN = `json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'order',
  CASE WHEN b.typtype = 'e' OR b.typname IN (${ORDERED}) THEN b.typname
       WHEN b.typname IN ('text', 'varchar', 'bpchar', 'name') THEN b.typname || ' ' || (${COLLATION}) END)`;

/** The locale column of pg_database has had three names. */
const localeColumn = (major: number) => (major >= 17 ? "d.datlocale" : "d.daticulocale");

/** Tables with rows of their own, by name; partitions one by one. Needs PostgreSQL 15 or newer. */
export async function readTables(client: pg.Client, scope: Scope, major: number): Promise<VerifyTable[]> {
  const rows = await query(
    client,
    `SELECT n.nspname AS schema, c.relname AS name, nullif(c.reltuples, -1)::bigint AS rows, pg_table_size(c.oid) AS bytes,
       coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) AS long_bytes,
       coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attname COLLATE "C")
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns,
       (SELECT (SELECT json_agg(${KEY_COLUMN.replace("LOCALE", localeColumn(major))} ORDER BY p.at)
           FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS p(attnum, at) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.attnum
             JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
             LEFT JOIN pg_collation k ON k.oid = a.attcollation)
         FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
           AND NOT EXISTS (SELECT 1 FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS u JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u WHERE NOT a.attnotnull)
         ORDER BY i.indisprimary DESC, i.indisreplident DESC, i.indnkeyatts, i.indexrelid LIMIT 1) AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_database d ON d.datname = current_database()
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${TABLE_SCOPE} ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`,
    [scope.schemas, scope.tables],
  );
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    columns: JSON.parse(row.columns ?? "[]") as VerifyTable["columns"],
    key: row.key == null ? null : (JSON.parse(row.key) as KeyColumn[]),
    rows: row.rows == null ? null : Number(row.rows),
    bytes: Number(row.bytes),
    longBytes: Number(row.long_bytes),
  }));
}

/** A table that both sides have with the same columns, and how it is cut into pieces. */
export interface Pair {
  label: string;
  table: VerifyTable;
  /**
   * `range`: pieces are ranges of the key, which sorts alike on both sides. `buckets`: rows are put into buckets by a
   * hash of the key, or of the row where there is no key: one pass over each side.
   */
  mode: "range" | "buckets";
}

/** Whether both sides have the key as an index and sort it alike. */
function sameOrder(source: VerifyTable, target: VerifyTable): boolean {
  if (source.key === null || target.key === null || source.key.length !== target.key.length) return false;
  return source.key.every((column, index) => {
    const other = target.key?.[index];
    return column.order !== null && column.order === other?.order && column.name === other.name && column.type === other.type;
  });
}

/** Pairs the tables of both sides; what cannot be compared row by row is told as a difference. Pure. */
export function pairTables(source: readonly VerifyTable[], target: readonly VerifyTable[]): { pairs: Pair[]; differences: string[] } {
  const there = new Map(target.map((table) => [tableLabel(table), table]));
  const pairs: Pair[] = [];
  const differences: string[] = [];
  for (const table of source) {
    const label = tableLabel(table);
    const other = there.get(label);
    there.delete(label);
    if (other === undefined) differences.push(`table ${label} is missing on the target`);
    else if (JSON.stringify(table.columns) !== JSON.stringify(other.columns)) differences.push(`table ${label} has other columns on the target`);
    else {
      const longBytes = Math.max(table.longBytes, other.longBytes);
      const bytes = Math.max(table.bytes, other.bytes);
      const rows = table.rows === null || other.rows === null ? null : Math.max(table.rows, other.rows);
      pairs.push({ label, table: { ...table, longBytes, bytes, rows }, mode: sameOrder(table, other) ? "range" : "buckets" });
    }
  }
  for (const label of there.keys()) differences.push(`table ${label} is only on the target`);
  return { pairs, differences };
}
