import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { type TableInfo, tableLabel } from "@/lib/migration/executors/copy/inspect";

/** Count and order-independent checksum of a table: the two halves of every row's MD5, summed as numbers. */
export interface TableSum {
  table: string;
  rows: string;
  sum: string;
}

/**
 * Settings under which a row always has the same text, whatever the server's or role's defaults; inside a transaction.
 * With row_security off a table whose rows a policy would hide is an error instead of a silently smaller table.
 */
export const PINNED_SETTINGS = `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; SET LOCAL search_path = '';
SET LOCAL row_security = off; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0`;

export const READ_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** Statement that sums one table; columns are named so that their order does not matter. */
export function checksumSql(client: Pick<pg.Client, "escapeIdentifier">, table: TableInfo): string {
  const name = (text: string) => client.escapeIdentifier(text);
  const half = (from: number) => `coalesce(sum(('x' || substr(h, ${from}, 16))::bit(64)::bigint::numeric), 0)`;
  const columns = table.columns.map((column) => `t.${name(column)}`).join(", ");
  return `SELECT count(*) AS rows, ${half(1)} || '/' || ${half(17)} AS sum
    FROM (SELECT md5(ROW(${columns})::text) AS h FROM ONLY ${name(table.schema)}.${name(table.name)} AS t) AS hashed`;
}

/** Sums every table inside the caller's snapshot transaction, reporting each. */
export async function sumTables(client: pg.Client, tables: readonly TableInfo[], each: (sum: TableSum) => void): Promise<TableSum[]> {
  const sums: TableSum[] = [];
  for (const table of tables) {
    const [row] = await query(client, checksumSql(client, table));
    const sum = { table: tableLabel(table), rows: row?.rows ?? "", sum: row?.sum ?? "" };
    sums.push(sum);
    each(sum);
  }
  return sums;
}

export interface Difference {
  table: string;
  what: string;
}

/** Every table that is not the same on both sides. */
export function compareSums(source: readonly TableSum[], target: readonly TableSum[]): Difference[] {
  const there = new Map(target.map((sum) => [sum.table, sum]));
  const differences: Difference[] = [];
  for (const wanted of source) {
    const found = there.get(wanted.table);
    there.delete(wanted.table);
    if (found === undefined) differences.push({ table: wanted.table, what: "is missing on the target" });
    else if (found.rows !== wanted.rows) differences.push({ table: wanted.table, what: `has ${found.rows} rows on the target, ${wanted.rows} in the source` });
    else if (found.sum !== wanted.sum) differences.push({ table: wanted.table, what: `has ${found.rows} rows on both sides but other content` });
  }
  for (const extra of there.values()) differences.push({ table: extra.table, what: "is only on the target" });
  return differences;
}
