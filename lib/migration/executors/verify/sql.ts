import pg from "pg";
import type { Pair, VerifyTable } from "@/lib/migration/executors/verify/tables";

/*
 * The statements that sum and list rows. Both sides get the same text. A row is hashed as the text of its columns in the
 * order of their names, under pinned settings (§2.6).
 */

const name = (text: string) => pg.escapeIdentifier(text);

/** Settings under which a row has the same text on every server, for a session of our own. */
export const SESSION_SETTINGS = `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 3;
SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET row_security = off; SET xmlbinary = 'base64';
SET statement_timeout = 0; SET lock_timeout = 0; SET default_transaction_read_only = on`;

/** Values longer than this are hashed by themselves: the text of a row must stay below 1 GB. */
const LONG_VALUE = 20_000_000;
/** A table with fewer bytes of long values has none that long, unless it compresses beyond all measure. */
const MAY_BE_LONG = 200_000;

/** Part of a column in the text of its row. */
function columnSql(column: VerifyTable["columns"][number], mayBeLong: boolean): string {
  const value = `t.${name(column.name)}`;
  // As text it would be twice as long as it is.
  if (column.type === "bytea") return `md5(${value})`;
  const text = /^(text|character varying|json|xml)\b/.test(column.type) && !column.type.endsWith("[]");
  if (!text || !mayBeLong) return value;
  const plain = column.type === "xml" || column.type === "json" ? `${value}::text` : value;
  return `CASE WHEN octet_length(${plain}) > ${LONG_VALUE} THEN md5(${plain}) ELSE ${plain} END`;
}

/** MD5 of a row, as hex text. */
export function rowHash(table: VerifyTable): string {
  const mayBeLong = table.longBytes > MAY_BE_LONG;
  return `md5(ROW(${table.columns.map((column) => columnSql(column, mayBeLong)).join(", ")})::text)`;
}

const from = (table: VerifyTable) => `FROM ONLY ${name(table.schema)}.${name(table.name)} AS t`;

/** Text of the key, which names a row in results: `(12,abc)`. */
export function keyText(table: VerifyTable): string {
  return `ROW(${(table.key ?? []).map((column) => `t.${name(column.name)}`).join(", ")})::text`;
}

/** Rows with keys above `after` and up to `upTo`; null for no bound. */
export interface Range {
  after: readonly string[] | null;
  upTo: readonly string[] | null;
}

/** Rows whose hash falls into one of the buckets. */
export interface Bucket {
  bucket: number;
  buckets: number;
}

export type Piece = Range | Bucket;

export const WHOLE: Range = { after: null, upTo: null };

/** Order of the key as both sides have it; C where a collation could say otherwise. */
function keyColumns(table: VerifyTable): string {
  return (table.key ?? []).map((column) => `t.${name(column.name)}`).join(", ");
}

const bound = (table: VerifyTable, values: readonly string[], start: number) =>
  `ROW(${(table.key ?? [])
    .map((column, index) => `$${start + index}::${column.type}`)
    .slice(0, values.length)
    .join(", ")})`;

/** Number of a row's bucket: what its key says, or all of it where there is no key. */
function bucketSql(table: VerifyTable, buckets: number): string {
  const hash = table.key === null ? rowHash(table) : `md5(${keyText(table)})`;
  return `(('x' || substr(${hash}, 25, 8))::bit(32)::bigint % ${buckets})`;
}

/** The condition of a piece and the values of its parameters, numbered from `$1`. */
export function pieceCondition(table: VerifyTable, piece: Piece): { where: string; values: string[] } {
  if ("bucket" in piece) return { where: `WHERE ${bucketSql(table, piece.buckets)} = ${piece.bucket}`, values: [] };
  const conditions: string[] = [];
  const values: string[] = [];
  for (const [sign, limit] of [
    [">", piece.after],
    ["<=", piece.upTo],
  ] as const) {
    if (limit === null) continue;
    conditions.push(`ROW(${keyColumns(table)}) ${sign} ${bound(table, limit, values.length + 1)}`);
    values.push(...limit);
  }
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, values };
}

/** Order-independent sum of the two halves of every hash; sum(bigint) is exact and has no limit. */
const half = (at: number) => `coalesce(sum(('x' || substr(h, ${at}, 16))::bit(64)::bigint), 0)`;
const SUM = `count(*) AS rows, ${half(1)} || '/' || ${half(17)} AS sum`;

/** Count and sum of a piece. */
export function sumSql(table: VerifyTable, piece: Piece): { text: string; values: string[] } {
  const { where, values } = pieceCondition(table, piece);
  return { text: `SELECT ${SUM} FROM (SELECT ${rowHash(table)} AS h ${from(table)} ${where}) AS hashed`, values };
}

/** Count and sum of every bucket in one pass. */
export function bucketSumsSql(table: VerifyTable, buckets: number): string {
  const hash = rowHash(table);
  return `SELECT bucket, ${SUM} FROM (SELECT ${bucketSql(table, buckets)} AS bucket, ${hash} AS h ${from(table)}) AS hashed GROUP BY bucket`;
}

/** The key that ends the next piece of `size` rows after a key, as text per column; no row when fewer are left. */
export function boundarySql(table: VerifyTable, after: readonly string[] | null, size: number): { text: string; values: string[] } {
  const { where, values } = pieceCondition(table, { after, upTo: null });
  const columns = (table.key ?? []).map((column, index) => `t.${name(column.name)}::text AS k${index}`).join(", ");
  return { text: `SELECT ${columns} ${from(table)} ${where} ORDER BY ${keyColumns(table)} OFFSET ${size - 1} LIMIT 1`, values };
}

/**
 * Key and hash of every row of a piece, or hash and count where there is no key, in the order of the key's MD5: plain
 * letters, which every server sorts alike.
 */
export function rowsSql(pair: Pair, piece: Piece, only: readonly string[] | null): { text: string; values: unknown[] } {
  const { table } = pair;
  const { where, values } = pieceCondition(table, piece);
  const inner =
    table.key === null
      ? `SELECT h AS key, count(*)::text AS value FROM (SELECT ${rowHash(table)} AS h ${from(table)} ${where}) AS hashed GROUP BY h`
      : `SELECT ${keyText(table)} AS key, ${rowHash(table)} AS value ${from(table)} ${where}`;
  const chosen = only === null ? "" : `WHERE key = ANY($${values.length + 1})`;
  return {
    text: `SELECT md5(key) AS at, key, value FROM (${inner}) AS listed ${chosen} ORDER BY md5(key) COLLATE "C"`,
    values: only === null ? values : [...values, only],
  };
}

/** One row as name and text of each column. */
export function rowSql(table: VerifyTable, piece: Piece, key: string): { text: string; values: string[] } {
  const { where, values } = pieceCondition(table, piece);
  const also = `${where === "" ? "WHERE" : "AND"} ${keyText(table)} = $${values.length + 1}`;
  return {
    text: `SELECT e.key AS name, e.value AS value ${from(table)}, LATERAL json_each_text(to_json(t.*)) AS e ${where} ${also}`,
    values: [...values, key],
  };
}
