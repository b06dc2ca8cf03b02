import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";
import type { SequenceFacts, ServerFacts, TableFacts } from "@/lib/migration/executors/move/preflight/facts";

type Schemas = readonly string[] | null;

const SCOPE = `${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")}`;
const RELATION = "format('%I.%I', n.nspname, c.relname)";

/** Whether an index can tell rows apart for publishing: complete, checked at once, over all rows and plain columns. */
const PLAIN_UNIQUE = "i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL";

async function names(client: pg.Client, sql: string, schemas: Schemas): Promise<string[]> {
  return (await query(client, sql, [schemas])).map((row) => row.name ?? "");
}

/** Every table and partition with rows of its own. */
export async function readTables(client: pg.Client, schemas: Schemas): Promise<TableFacts[]> {
  const rows = await query(
    client,
    `SELECT n.nspname AS schema, c.relname AS name, pg_total_relation_size(c.oid) AS bytes, c.relpersistence = 'u' AS unlogged, c.relreplident AS identity,
       CASE c.relreplident WHEN 'f' THEN true WHEN 'n' THEN false
         ELSE EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND ${PLAIN_UNIQUE} AND CASE c.relreplident WHEN 'd' THEN i.indisprimary ELSE i.indisreplident END) END AS usable,
       (SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND ${PLAIN_UNIQUE}
          AND NOT EXISTS (SELECT 1 FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k WHERE NOT a.attnotnull)
        ORDER BY i.indisprimary DESC, 1 LIMIT 1) AS candidate,
       pg_has_role(current_user, c.relowner, 'USAGE') AS owned, has_table_privilege(c.oid, 'SELECT') AS readable, row_security_active(c.oid) AS hidden,
       coalesce((SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'generated', a.attgenerated) ORDER BY a.attname)
         FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND ${SCOPE} ORDER BY 1, 2`,
    [schemas],
  );
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    bytes: Number(row.bytes),
    unlogged: row.unlogged === "t",
    identity: row.identity ?? "",
    identityUsable: row.usable === "t",
    candidateIndex: row.candidate ?? null,
    owned: row.owned === "t",
    readable: row.readable === "t",
    hidden: row.hidden === "t",
    columns: JSON.parse(row.columns ?? "[]") as TableFacts["columns"],
  }));
}

async function readSequences(client: pg.Client, schemas: Schemas): Promise<SequenceFacts[]> {
  const rows = await query(
    client,
    `SELECT ${RELATION} AS name, s.cache_size AS cache, s.cycle AS cycles, has_sequence_privilege(c.oid, 'UPDATE') AS writable,
       CASE WHEN s.increment_by > 0 THEN s.max_value::numeric - coalesce(s.last_value, s.start_value) ELSE coalesce(s.last_value, s.start_value)::numeric - s.min_value END
         / abs(s.increment_by) AS left
     FROM pg_sequences s JOIN pg_namespace n ON n.nspname = s.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename WHERE ${SCOPE} ORDER BY 1`,
    [schemas],
  );
  return rows.map((row) => ({
    name: row.name ?? "",
    cache: Number(row.cache),
    cycles: row.cycles === "t",
    left: Math.floor(Number(row.left)),
    writable: row.writable === "t",
  }));
}

/** TRUNCATE in routines, triggers on it, and in the statements the server has counted, where it counts them. */
async function readTruncates(client: pg.Client, schemas: Schemas): Promise<ServerFacts["truncates"]> {
  const found = await names(
    client,
    `SELECT 'routine ' || n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.prosrc ~* '\\mtruncate\\M' AND ${IN_SCOPE} AND ${notOfExtension("pg_proc", "p.oid")}
     UNION ALL SELECT 'trigger ' || t.tgname || ' on ' || ${RELATION} FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND (t.tgtype & 32) <> 0 AND ${SCOPE} LIMIT 20`,
    schemas,
  );
  const [extension] = await query(
    client,
    "SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
  );
  if (extension === undefined) return { found, statementsSeen: false };
  try {
    const rows = await query(
      client,
      `SELECT left(s.query, 80) AS name FROM ${extension.schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
       WHERE d.datname = current_database() AND s.query ~* '^\\s*truncate\\M' LIMIT 5`,
    );
    return { found: [...found, ...rows.map((row) => `statement ${row.name}`)], statementsSeen: true };
  } catch {
    // Installed but not loaded, or not for this role: what it counts is not known, which the judgement says.
    return { found, statementsSeen: false };
  }
}

type Content = Pick<
  ServerFacts,
  "tables" | "foreignTables" | "materializedViews" | "sequences" | "truncates" | "alwaysEventTriggers" | "applyTriggers" | "cascades" | "schedulers"
>;

/** What is in the database and how it behaves under replication. */
export async function readContent(client: pg.Client, schemas: Schemas): Promise<Content> {
  const relations = (kind: string) =>
    names(
      client,
      `SELECT ${RELATION} AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = '${kind}' AND ${SCOPE} ORDER BY 1`,
      schemas,
    );
  const triggers = await query(
    client,
    `SELECT 'trigger ' || t.tgname || ' on ' || ${RELATION} AS name, t.tgenabled IN ('A', 'R') AS always FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND ${SCOPE}
     UNION ALL SELECT 'rule ' || r.rulename || ' on ' || ${RELATION}, r.ev_enabled IN ('A', 'R') FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'D' AND c.relkind IN ('r', 'p') AND ${SCOPE} ORDER BY 1`,
    [schemas],
  );
  return {
    tables: await readTables(client, schemas),
    foreignTables: await relations("f"),
    materializedViews: await relations("m"),
    sequences: await readSequences(client, schemas),
    truncates: await readTruncates(client, schemas),
    alwaysEventTriggers: (await query(client, "SELECT evtname AS name FROM pg_event_trigger WHERE evtenabled IN ('A', 'R') ORDER BY 1")).map(
      (row) => row.name ?? "",
    ),
    applyTriggers: {
      always: triggers.filter((row) => row.always === "t").map((row) => row.name ?? ""),
      origin: triggers.filter((row) => row.always !== "t").length,
    },
    cascades: await names(
      client,
      `SELECT k.conname || ' on ' || ${RELATION} AS name FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype IN ('c', 'n', 'd') AND ${SCOPE} ORDER BY 1`,
      schemas,
    ),
    schedulers: await readSchedulers(client),
  };
}

/** Extensions and schemas of programs that write by themselves. */
async function readSchedulers(client: pg.Client): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT 'extension ' || extname AS name FROM pg_extension WHERE extname IN ('pg_cron', 'pg_partman', 'pgagent', 'pg_task', 'timescaledb')
     UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname IN ('cron', 'partman', 'pgagent', 'timetable')
     UNION ALL SELECT DISTINCT 'process ' || backend_type FROM pg_stat_activity WHERE backend_type ~ '(pg_cron|pg_partman|pgagent|TimescaleDB)' ORDER BY 1`,
  );
  return rows.map((row) => row.name ?? "");
}
