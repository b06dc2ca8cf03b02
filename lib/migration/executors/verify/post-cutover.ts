import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";
import type { PreflightCheck } from "@/lib/migration/executors/types";

/* What has to be true of the new primary after a switch (§2.5, post-cutover checks). */

/** A column that takes its values from a sequence. */
export interface SequenceUse {
  sequence: string;
  column: string;
  /** Next value it will hand out; null for one that is at its end. */
  next: bigint | null;
  ascending: boolean;
  cycles: boolean;
  /** Furthest value in the column: highest, or lowest for a descending sequence; null for an empty table. */
  furthest: bigint | null;
  /** The furthest value could not be looked up in time. */
  unknown: boolean;
}

const LOOK_MS = 5_000;

/** Sequences with the columns they number: identities, serials, and defaults that call nextval. */
async function readUses(client: pg.Client, schemas: readonly string[] | null): Promise<SequenceUse[]> {
  const rows = await query(
    client,
    `SELECT format('%I.%I', s.schemaname, s.sequencename) AS sequence, s.increment_by > 0 AS ascending, s.cycle, coalesce(s.last_value, s.start_value - s.increment_by) + s.increment_by AS next,
       s.last_value IS NOT NULL AND s.last_value::numeric + s.increment_by NOT BETWEEN s.min_value AND s.max_value AS ended,
       format('%I.%I', tn.nspname, t.relname) AS relation, quote_ident(a.attname) AS attribute
     FROM pg_sequences s JOIN pg_namespace n ON n.nspname = s.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
       JOIN (SELECT d.objid AS seq, d.refobjid AS rel, d.refobjsubid AS att FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
             UNION SELECT d.refobjid, x.adrelid, x.adnum FROM pg_depend d JOIN pg_attrdef x ON x.oid = d.objid WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass) AS u ON u.seq = c.oid
       JOIN pg_class t ON t.oid = u.rel AND t.relkind IN ('r', 'p') JOIN pg_namespace tn ON tn.oid = t.relnamespace
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.att AND NOT a.attisdropped AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
     WHERE c.relkind = 'S' AND ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")} ORDER BY 1, 6`,
    [schemas],
  );
  const uses: SequenceUse[] = [];
  for (const row of rows) {
    const ascending = row.ascending === "t";
    const furthest = await furthestValue(client, row.relation ?? "", row.attribute ?? "", ascending);
    uses.push({
      sequence: row.sequence ?? "",
      column: `${row.relation}.${row.attribute}`,
      next: row.ended === "t" ? null : BigInt(row.next ?? "0"),
      ascending,
      cycles: row.cycle === "t",
      furthest: furthest === "unknown" || furthest === null ? null : BigInt(furthest),
      unknown: furthest === "unknown",
    });
  }
  return uses;
}

/** Highest or lowest value of a column; names are quoted by the server. Without an index it may take too long to be looked up. */
async function furthestValue(client: pg.Client, relation: string, column: string, ascending: boolean): Promise<string | null | "unknown"> {
  await client.query(`BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${LOOK_MS}; SET LOCAL row_security = off`);
  try {
    return (await query(client, `SELECT ${ascending ? "max" : "min"}(${column}) AS v FROM ${relation}`))[0]?.v ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "57014") return "unknown";
    throw error;
  } finally {
    await client.query("ROLLBACK");
  }
}

/** Sequences that would hand out a value the column has already. Pure. */
export function behindColumns(uses: readonly SequenceUse[]): string[] {
  return uses
    .filter(({ next, furthest, ascending, cycles }) => furthest !== null && !cycles && next !== null && (ascending ? next <= furthest : next >= furthest))
    .map(({ sequence, column, next, furthest }) => `${sequence} would hand out ${next}, ${column} has ${furthest}`);
}

function result(name: string, bad: readonly string[], level: "warn" | "block", good: string, fix: string): PreflightCheck {
  if (bad.length === 0) return { name, level: "pass", message: good };
  const shown = bad.slice(0, 5).join("; ");
  return { name, level, message: bad.length > 5 ? `${shown}; and ${bad.length - 5} more` : shown, fix };
}

async function list(client: pg.Client, sql: string, values: unknown[] = []): Promise<string[]> {
  return (await query(client, sql, values)).map((row) => row.name ?? "");
}

/**
 * Named checks of the side that has taken over. `former`: a session on the side that gave authority away, where one is
 * left; its slots hold back WAL from now on (R-PG-9, R-PG-11).
 */
export async function postCutoverChecks(client: pg.Client, schemas: readonly string[] | null, former: pg.Client | null = null): Promise<PreflightCheck[]> {
  const uses = await readUses(client, schemas);
  const relation = "format('%I.%I', n.nspname, c.relname)";
  const invalid = await list(
    client,
    `SELECT format('%I.%I', n.nspname, x.relname) AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT (i.indisvalid AND i.indisready) AND c.relpersistence <> 't' AND ${IN_SCOPE} ORDER BY 1`,
    [schemas],
  );
  const unanalysed = await list(
    client,
    `SELECT ${relation} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
     WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND pg_relation_size(c.oid) > 0 AND s.last_analyze IS NULL AND s.last_autoanalyze IS NULL
       AND NOT EXISTS (SELECT 1 FROM pg_statistic t WHERE t.starelid = c.oid) AND ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")} ORDER BY 1`,
    [schemas],
  );
  const empty = await list(
    client,
    `SELECT ${relation} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND NOT c.relispopulated AND ${IN_SCOPE} ORDER BY 1`,
    [schemas],
  );
  const unknown = uses.filter((use) => use.unknown).map((use) => use.column);
  return [
    result(
      "sequences ahead",
      behindColumns(uses),
      "block",
      `${uses.length} sequences are ahead of their columns.`,
      "SELECT setval('…', max) for each before anybody writes.",
    ),
    ...(unknown.length === 0
      ? []
      : [
          result(
            "sequences looked up",
            unknown,
            "warn" as const,
            "",
            `The highest value could not be found within ${LOOK_MS / 1_000} s: look at these columns by hand.`,
          ),
        ]),
    result("indexes", invalid, "block", "Every index is valid.", "REINDEX INDEX CONCURRENTLY …"),
    result("statistics", unanalysed, "warn", "Every table has statistics.", "ANALYZE; plans are poor until then."),
    result("materialized views", empty, "block", "Every materialized view is filled.", "REFRESH MATERIALIZED VIEW …"),
    await slotCheck("slots of the new side", client),
    ...(former === null ? [] : [await slotCheck("slots of the old side", former)]),
  ];
}

/** Slots that nobody reads, that were lost, or that may fill the disk without limit. */
async function slotCheck(name: string, client: pg.Client): Promise<PreflightCheck> {
  const rows = await query(
    client,
    `SELECT slot_name AS name, active, wal_status AS status, (SELECT setting FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS keep FROM pg_replication_slots
     WHERE NOT temporary AND (database IS NULL OR database = current_database()) ORDER BY 1`,
  );
  const lost = rows.filter((row) => row.status === "lost").map((row) => `${row.name} is lost`);
  const idle = rows.filter((row) => row.active !== "t" && row.status !== "lost").map((row) => `${row.name} is not read`);
  if (lost.length > 0) return result(name, lost, "block", "", "What reads it has to begin anew; without the slot there is no way back without loss.");
  if (idle.length > 0) return result(name, idle, "warn", "", "Start its reader or drop the slot: it holds back WAL until the disk is full.");
  const unlimited = rows.length > 0 && rows[0]?.keep === "-1" ? [`max_slot_wal_keep_size sets no limit for ${rows.length} slots`] : [];
  return result(name, unlimited, "warn", `${rows.length} slots, all read.`, "Set max_slot_wal_keep_size, and watch the disk while a slot exists.");
}
