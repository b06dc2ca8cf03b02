import type pg from "pg";
import { identifyDatabase, query } from "@/lib/connection/clients/postgres";
import type { ApplicationRole, RoleFacts, ServerFacts } from "@/lib/migration/executors/move/preflight/facts";
import type { StepContext } from "@/lib/migration/executors/types";

type Row = Record<string, string | null>;

const number = (row: Row, name: string) => Number(row[name] ?? Number.NaN);
const yes = (row: Row, name: string) => row[name] === "t";
const optional = (row: Row, name: string) => (row[name] === null || row[name] === undefined ? null : Number(row[name]));

async function one(client: pg.Client, sql: string, values: unknown[] = []): Promise<Row> {
  const [row] = await query(client, sql, values);
  if (row === undefined) throw new Error("The server does not describe itself.");
  return row;
}

/** Version of a server as it prints and as it counts it (`server_version_num`). */
export async function readVersion(client: pg.Client): Promise<{ version: number; major: number; versionText: string }> {
  const row = await one(client, "SELECT current_setting('server_version_num') AS version, split_part(current_setting('server_version'), ' ', 1) AS text");
  return { version: number(row, "version"), major: Math.floor(number(row, "version") / 10_000), versionText: row.text ?? "" };
}

/** Questions for the time: the one that was answered soonest says most. */
const CLOCK_QUESTIONS = 3;

/** How far the server's clock is ahead of ours: its time against the middle of the question, and how far both may be off. */
export async function readClock(client: pg.Client, { now, nowUncertaintyMs }: Pick<StepContext, "now" | "nowUncertaintyMs">): Promise<ServerFacts["clock"]> {
  let best: ServerFacts["clock"] | null = null;
  for (let asked = 0; asked < CLOCK_QUESTIONS; asked++) {
    const [before, from] = [now().getTime(), performance.now()];
    const row = await one(client, "SELECT extract(epoch FROM clock_timestamp()) AS seconds");
    const took = performance.now() - from;
    if (best === null || took / 2_000 < best.uncertaintySeconds)
      best = {
        aheadSeconds: number(row, "seconds") - (before + took / 2) / 1_000,
        uncertaintySeconds: took / 2_000,
        ownUncertaintySeconds: nowUncertaintyMs() / 1_000,
      };
  }
  if (best === null) throw new Error("The server does not tell the time.");
  return best;
}

export async function readSettings(client: pg.Client): Promise<Pick<ServerFacts, "settings" | "used">> {
  const setting = (name: string) => `(SELECT setting FROM pg_settings WHERE name = '${name}')`;
  const row = await one(
    client,
    `SELECT ${setting("wal_level")} AS level, ${setting("max_replication_slots")} AS slots, ${setting("max_wal_senders")} AS senders,
       ${setting("max_logical_replication_workers")} AS logical, ${setting("max_worker_processes")} AS workers,
       ${setting("max_sync_workers_per_subscription")} AS sync, coalesce(${setting("max_active_replication_origins")}, ${setting("max_replication_slots")}) AS origins,
       nullif(${setting("max_slot_wal_keep_size")}, '-1')::bigint * 1048576 AS keep,
       (SELECT count(*) FROM pg_replication_slots) AS used_slots, (SELECT count(*) FROM pg_stat_replication) AS used_senders,
       (SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL) AS used_logical, (SELECT count(*) FROM pg_replication_origin) AS used_origins,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type NOT IN ('client backend','walsender','walreceiver','checkpointer','background writer','walwriter',
          'autovacuum launcher','autovacuum worker','archiver','startup','logger','io worker','slotsync worker','walsummarizer','standalone backend')) AS used_workers`,
  );
  return {
    settings: {
      walLevel: row.level ?? "",
      replicationSlots: number(row, "slots"),
      walSenders: number(row, "senders"),
      logicalWorkers: number(row, "logical"),
      workerProcesses: number(row, "workers"),
      syncWorkers: number(row, "sync"),
      origins: number(row, "origins"),
      slotWalKeepBytes: optional(row, "keep"),
    },
    used: {
      slots: number(row, "used_slots"),
      walSenders: number(row, "used_senders"),
      logicalWorkers: number(row, "used_logical"),
      workers: number(row, "used_workers"),
      origins: number(row, "used_origins"),
    },
  };
}

/** Membership that the managed services use instead of the attribute. */
const memberOf = (role: string) => `EXISTS (SELECT 1 FROM pg_roles m WHERE m.rolname = '${role}' AND pg_has_role(current_user, m.oid, 'USAGE'))`;

export async function readRole(client: pg.Client): Promise<RoleFacts> {
  const row = await one(
    client,
    `SELECT r.rolname AS name, r.rolsuper AS super, r.rolreplication OR ${memberOf("rds_replication")} AS replication, r.rolbypassrls AS bypass,
       ${memberOf("pg_create_subscription")} OR ${memberOf("rds_superuser")} AS subscribes, pg_has_role(current_user, d.datdba, 'USAGE') AS owner,
       has_database_privilege(d.oid, 'CREATE') AS creates, pg_has_role(current_user, 'pg_signal_backend', 'USAGE') AS signals,
       pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees
     FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`,
  );
  const superuser = yes(row, "super");
  return {
    name: row.name ?? "",
    superuser,
    replication: superuser || yes(row, "replication"),
    bypassRls: superuser || yes(row, "bypass"),
    createsSubscriptions: superuser || yes(row, "subscribes"),
    ownsDatabase: superuser || yes(row, "owner"),
    createsInDatabase: superuser || yes(row, "creates"),
    endsSessions: superuser || yes(row, "signals"),
    seesSessions: superuser || yes(row, "sees"),
  };
}

const UNITS: Record<string, number> = { "": 1, us: 0.001, ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a setting such as `5s` or `5000`; null where it is 0 (no limit) or unreadable. */
export function timeoutMs(text: string): number | null {
  const match = /^\s*'?(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d|)'?\s*$/.exec(text);
  const value = match === null ? 0 : Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
  return value > 0 ? value : null;
}

/** The roles applications log in as; those the server lacks are left out. */
export async function readApplicationRoles(client: pg.Client, names: readonly string[], major: number): Promise<ApplicationRole[]> {
  const admin = major >= 16 ? "pg_has_role(current_user, a.oid, 'MEMBER WITH ADMIN OPTION')" : "true";
  const rows = await query(
    client,
    `SELECT a.rolname AS name, a.rolcanlogin AS login, a.rolsuper AS super, me.rolsuper OR (me.rolcreaterole AND NOT a.rolsuper AND ${admin}) AS fenceable,
       (SELECT json_agg(c) FROM pg_db_role_setting s, unnest(s.setconfig) AS c WHERE s.setrole = a.oid AND s.setdatabase IN (0, d.oid) AND c ~ '^(statement|lock)_timeout=') AS settings
     FROM pg_roles a, pg_roles me, pg_database d WHERE a.rolname = ANY($1) AND me.rolname = current_user AND d.datname = current_database() ORDER BY 1`,
    [[...names]],
  );
  return rows.map((row) => {
    const limits = (JSON.parse(row.settings ?? "[]") as string[]).map((text) => timeoutMs(text.slice(text.indexOf("=") + 1))).filter((ms) => ms !== null);
    return {
      name: row.name ?? "",
      login: yes(row, "login"),
      superuser: yes(row, "super"),
      fenceable: yes(row, "fenceable"),
      timeoutMs: limits.length === 0 ? null : Math.min(...limits),
    };
  });
}

type Database = Pick<
  ServerFacts,
  "identity" | "inRecovery" | "readOnly" | "encoding" | "locale" | "extensions" | "availableExtensions" | "largeObjects" | "databaseBytes" | "walBytesPerSecond"
>;

export async function readDatabase(client: pg.Client, major: number): Promise<Database> {
  const locale = major >= 17 ? "d.datlocale" : "d.daticulocale";
  const row = await one(
    client,
    `SELECT pg_is_in_recovery() AS recovery, current_setting('default_transaction_read_only')::bool AS readonly, pg_encoding_to_char(d.encoding) AS encoding,
       d.datlocprovider AS provider, d.datcollate AS collate, d.datctype AS ctype, ${locale} AS icu, d.datcollversion AS version,
       pg_database_collation_actual_version(d.oid) AS actual, (SELECT count(*) FROM pg_largeobject_metadata) AS lo, pg_database_size(d.oid) AS bytes,
       (SELECT wal_bytes / nullif(extract(epoch FROM clock_timestamp() - stats_reset), 0) FROM pg_stat_wal) AS wal
     FROM pg_database d WHERE d.datname = current_database()`,
  );
  const extensions = await query(client, "SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1");
  const available = await query(client, "SELECT name, default_version AS version FROM pg_available_extensions ORDER BY 1");
  return {
    identity: await identifyDatabase(client),
    inRecovery: yes(row, "recovery"),
    readOnly: yes(row, "readonly"),
    encoding: row.encoding ?? "",
    locale: {
      provider: row.provider ?? "",
      collate: row.collate ?? "",
      ctype: row.ctype ?? "",
      icu: row.icu ?? null,
      version: row.version ?? null,
      actualVersion: row.actual ?? null,
    },
    extensions: extensions.map((entry) => ({ name: entry.name ?? "", version: entry.version ?? "" })),
    availableExtensions: available.map((entry) => ({ name: entry.name ?? "", version: entry.version ?? "" })),
    largeObjects: number(row, "lo"),
    databaseBytes: number(row, "bytes"),
    walBytesPerSecond: optional(row, "wal"),
  };
}
