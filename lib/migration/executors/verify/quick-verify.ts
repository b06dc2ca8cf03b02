import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { tableLabel } from "@/lib/migration/executors/copy/inspect";
import { readSequenceStands, staleSequences } from "@/lib/migration/executors/verify/sequences";
import type { Sides } from "@/lib/migration/executors/verify/sides";
import { rowHash } from "@/lib/migration/executors/verify/sql";
import { type Pair, pairTables, readTables, type Scope } from "@/lib/migration/executors/verify/tables";

/*
 * The comparison during the pause of a switch: nothing is written, clients wait. It does what fits into the time it is
 * given and says what that was. The plan is made before the pause, so that no catalogue is read while clients wait.
 */

export interface QuickPart {
  pair: Pair;
  /** Newest rows by key that are compared; null for the whole table. */
  newest: number | null;
  /** Bytes the part is expected to read on each side. */
  bytes: number;
}

export interface QuickPlan {
  parts: QuickPart[];
  schemas: readonly string[] | null;
  /** What was different before anything was read. */
  differences: string[];
}

export interface QuickResult {
  differences: string[];
  /** Tables compared whole, tables of which the newest rows were compared, and tables that were not reached. */
  covered: { whole: number; newest: number; notReached: number; rows: string };
  /** One sentence for people. */
  text: string;
  ms: number;
}

/** Rows of a large table that are compared: what was written last is what may be missing. */
const NEWEST_ROWS = 2_000;
/** A table up to this size is compared whole. */
const SMALL_BYTES = 8_000_000;
/** Bytes hashed per second on one core, a low estimate; the order and not the limit depends on it. */
export const QUICK_BYTES_PER_SECOND = 100_000_000;

/** Order: tables that are written the most first, then the small ones. Pure. */
export function planQuick(pairs: readonly Pair[], written: ReadonlyMap<string, number>): QuickPart[] {
  const parts = pairs.map((pair): QuickPart => {
    const { bytes, rows } = pair.table;
    const perRow = bytes / Math.max(rows ?? 0, 1);
    const whole = bytes <= SMALL_BYTES || pair.table.key === null || pair.mode === "buckets";
    return { pair, newest: whole ? null : NEWEST_ROWS, bytes: whole ? bytes : Math.min(bytes, perRow * NEWEST_ROWS) };
  });
  const writes = (part: QuickPart) => written.get(part.pair.label) ?? 0;
  return parts.sort((a, b) => Number(writes(b) > 0) - Number(writes(a) > 0) || a.bytes - b.bytes || (a.pair.label < b.pair.label ? -1 : 1));
}

async function major(client: pg.Client): Promise<number> {
  return Math.floor(Number((await query(client, "SELECT current_setting('server_version_num') AS v"))[0]?.v) / 10_000);
}

/** Reads both catalogues; before the pause. */
export async function prepareQuickVerify(sides: Sides, scope: Scope): Promise<QuickPlan> {
  const source = await readTables(sides.source, scope, await major(sides.source));
  const { pairs, differences } = pairTables(source, await readTables(sides.target, scope, await major(sides.target)));
  const rows = await query(sides.source, "SELECT schemaname AS schema, relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS writes FROM pg_stat_user_tables");
  const written = new Map(rows.map((row) => [tableLabel({ schema: row.schema ?? "", name: row.name ?? "" }), Number(row.writes)]));
  return { parts: planQuick(pairs, written), schemas: scope.schemas, differences };
}

/** Count and sum of a table, or of its newest rows. */
function partSql(part: QuickPart): string {
  const { table } = part.pair;
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const order = part.newest === null ? "" : `ORDER BY ${(table.key ?? []).map((column) => `t.${name(column.name)} DESC`).join(", ")} LIMIT ${part.newest}`;
  const half = (at: number) => `coalesce(sum(('x' || substr(h, ${at}, 16))::bit(64)::bigint), 0)`;
  return `SELECT count(*) AS rows, ${half(1)} || '/' || ${half(17)} AS sum FROM
    (SELECT ${rowHash(table)} AS h FROM (SELECT t.* FROM ONLY ${name(table.schema)}.${name(table.name)} AS t ${order}) AS t) AS hashed`;
}

/** For a transaction of a session that has other settings; none of them outlives it. */
const settings = (limitMs: number) =>
  `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 3;
   SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C'; SET LOCAL search_path = ''; SET LOCAL row_security = off; SET LOCAL xmlbinary = 'base64';
   SET LOCAL statement_timeout = ${Math.max(1, Math.ceil(limitMs))}`;

/** One statement on one side, no longer than its time; null when the time was over. */
async function inTime(client: pg.Client, text: string, limitMs: number): Promise<Record<string, string | null> | null> {
  await client.query(`BEGIN TRANSACTION READ ONLY; ${settings(limitMs)}`);
  try {
    return (await query(client, text))[0] ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "57014") return null;
    throw error;
  } finally {
    await client.query("ROLLBACK");
  }
}

/**
 * Compares sequences, then tables in the order of the plan until the time is over. Call it when nothing is written on
 * either side and sequences are set. `budgetMs` counts from the call; one statement more may be under way when it ends.
 * @throws Error when a server cannot be asked: what was not compared does not count as the same
 */
export async function quickVerify(sides: Sides, plan: QuickPlan, budgetMs: number): Promise<QuickResult> {
  const started = performance.now();
  const left = () => budgetMs - (performance.now() - started);
  const [source, target] = await Promise.all([readSequenceStands(sides.source, plan.schemas), readSequenceStands(sides.target, plan.schemas)]);
  const differences = [...plan.differences, ...staleSequences(source, target)];
  const covered = { whole: 0, newest: 0, notReached: 0, rows: 0n };
  for (const part of plan.parts) {
    const limit = left();
    // Not begun when it would hardly be finished; a smaller part may still fit.
    if (limit <= 0 || part.bytes / QUICK_BYTES_PER_SECOND > limit / 1_000) {
      covered.notReached += 1;
      continue;
    }
    const text = partSql(part);
    const [here, there] = await Promise.all([inTime(sides.source, text, limit), inTime(sides.target, text, limit)]);
    if (here === null || there === null) {
      covered.notReached += 1;
      continue;
    }
    covered[part.newest === null ? "whole" : "newest"] += 1;
    covered.rows += BigInt(here.rows ?? "0");
    if (here.rows !== there.rows) differences.push(`table ${part.pair.label}: ${there.rows} rows on the target, ${here.rows} on the source`);
    else if (here.sum !== there.sum) differences.push(`table ${part.pair.label}: other content on the target`);
  }
  const rows = covered.rows.toString();
  return { differences, covered: { ...covered, rows }, text: coverage({ ...covered, rows }), ms: Math.round(performance.now() - started) };
}

/** What was compared, in words; what was not is never left out. */
function coverage({ whole, newest, notReached, rows }: QuickResult["covered"]): string {
  const parts = [`${whole} tables whole`, ...(newest > 0 ? [`the newest ${NEWEST_ROWS.toLocaleString("en-US")} rows of ${newest}`] : [])];
  const rest = notReached > 0 ? `; ${notReached} were not reached in time` : "";
  return `Compared ${parts.join(" and ")} (${rows} rows), and every sequence${rest}.`;
}
