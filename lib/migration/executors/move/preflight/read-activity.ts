import { readFileSync, realpathSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { MOVE_SCHEMA, type MoveNames, OBJECT_PREFIX } from "@/lib/migration/executors/move/names";
import type { ServerFacts } from "@/lib/migration/executors/move/preflight/facts";

type Activity = Pick<
  ServerFacts,
  "preparedTransactions" | "longTransactions" | "sessions" | "sessionFeatures" | "foreignSlots" | "leftovers" | "subscriptions" | "freeBytes"
>;

/** Sessions of ours are named `switchyard:…`; what has no user is a process of the server. */
const OTHERS = "datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL AND application_name NOT LIKE 'switchyard:%'";

/** Free bytes of the disk with the WAL, where the server runs on this machine and its folder is proven to be its own. */
export async function readFreeBytes(client: pg.Client, address: string, systemIdentifier: string): Promise<number | null> {
  if (!/^(127\.|::1$|::ffff:127\.)/.test(address)) return null;
  const [row] = await query(client, "SELECT setting AS folder FROM pg_settings WHERE name = 'data_directory'");
  if (!row?.folder) return null;
  try {
    // The first eight bytes of the control file are the system identifier: a forwarded port would lead to another machine.
    const own = readFileSync(join(row.folder, "global/pg_control")).readBigUInt64LE(0).toString();
    if (own !== systemIdentifier) return null;
    const { bavail, bsize } = statfsSync(realpathSync(join(row.folder, "pg_wal")));
    return bavail * bsize;
  } catch {
    return null;
  }
}

async function readSessionFeatures(client: pg.Client): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT 'LISTEN by ' || usename AS name FROM pg_stat_activity WHERE ${OTHERS} AND query ~* '^\\s*listen\\M'
     UNION SELECT 'advisory lock of ' || a.usename FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
       WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database() AND a.application_name NOT LIKE 'switchyard:%'
     UNION SELECT 'temporary table ' || relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'
     UNION SELECT 'NOTIFY in routine ' || n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prosrc ~* '\\m(pg_notify|notify)\\M' ORDER BY 1 LIMIT 20`,
  );
  return rows.map((row) => row.name ?? "");
}

/** Objects of moves that are not this one. */
async function readLeftovers(client: pg.Client, own: MoveNames): Promise<string[]> {
  const rows = await query(
    client,
    `SELECT * FROM (
       SELECT 'slot ' || slot_name AS name FROM pg_replication_slots WHERE starts_with(slot_name, $1) AND database = current_database()
       UNION ALL SELECT 'publication ' || pubname FROM pg_publication WHERE starts_with(pubname, $1)
       UNION ALL SELECT 'subscription ' || subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE starts_with(subname, $1) AND d.datname = current_database()
       UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = $2
     ) AS found ORDER BY 1`,
    [OBJECT_PREFIX, MOVE_SCHEMA],
  );
  const found = rows.map((row) => row.name ?? "");
  const ours = [own.forward, own.reverse].flatMap(({ slot, publication, subscription }) => [
    `slot ${slot}`,
    `publication ${publication}`,
    `subscription ${subscription}`,
  ]);
  const mine = found.some((name) => ours.includes(name));
  return found.filter((name) => !ours.includes(name) && !(mine && name === `schema ${MOVE_SCHEMA}`));
}

/** Who is connected and what is open at this moment. */
export async function readActivity(client: pg.Client, own: MoveNames, freeBytes: number | null): Promise<Activity> {
  const prepared = await query(client, "SELECT gid AS name FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1 LIMIT 20");
  const long = await query(
    client,
    `SELECT pid, usename AS user, extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds FROM pg_stat_activity
     WHERE ${OTHERS} AND xact_start < clock_timestamp() - interval '1 minute' ORDER BY xact_start LIMIT 20`,
  );
  const sessions = await query(
    client,
    `SELECT pid, coalesce(host(client_addr) || ':' || client_port, '') AS client, usename AS user, coalesce(application_name, '') AS application
     FROM pg_stat_activity WHERE ${OTHERS} AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY pid LIMIT 1000`,
  );
  const slots = await query(
    client,
    "SELECT slot_name AS name, active FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database() AND NOT starts_with(slot_name, $1) ORDER BY 1",
    [OBJECT_PREFIX],
  );
  const subscriptions = await query(
    client,
    "SELECT subname AS name FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database() AND NOT starts_with(subname, $1) ORDER BY 1",
    [OBJECT_PREFIX],
  );
  return {
    preparedTransactions: prepared.map((row) => row.name ?? ""),
    longTransactions: long.map((row) => ({ pid: Number(row.pid), user: row.user ?? "", seconds: Number(row.seconds) })),
    sessions: sessions.map((row) => ({ pid: Number(row.pid), client: row.client ?? "", user: row.user ?? "", application: row.application ?? "" })),
    sessionFeatures: await readSessionFeatures(client),
    foreignSlots: slots.map((row) => ({ name: row.name ?? "", active: row.active === "t" })),
    leftovers: await readLeftovers(client, own),
    subscriptions: subscriptions.map((row) => row.name ?? ""),
    freeBytes,
  };
}
