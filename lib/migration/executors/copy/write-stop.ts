import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";

/** The database's own setting of default_transaction_read_only, or null when it has none. */
export async function readOnlySetting(client: pg.Client): Promise<string | null> {
  const [row] = await query(
    client,
    `SELECT (SELECT split_part(c, '=', 2) FROM unnest(s.setconfig) AS c WHERE c LIKE 'default_transaction_read_only=%') AS value
     FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database() AND s.setrole = 0`,
  );
  return row?.value ?? null;
}

async function currentDatabase(client: pg.Client): Promise<string> {
  const [row] = await query(client, "SELECT quote_ident(current_database()) AS name");
  if (!row?.name) throw new Error("The server does not tell the name of the database.");
  return row.name;
}

/**
 * Ends every client session of the database but ours. Sessions this role may not end are returned, by role and number.
 * A role without pg_read_all_stats does not see the backend_type of others: what has a user and is no replication counts.
 */
async function endOthers(client: pg.Client, ownPrefix: string): Promise<{ ended: number; left: string[] }> {
  const others = await query(
    client,
    `SELECT pid::text AS pid, usename AS role FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
       AND NOT starts_with(coalesce(application_name, ''), $1) AND pid NOT IN (SELECT pid FROM pg_stat_replication WHERE pid IS NOT NULL)`,
    [ownPrefix],
  );
  let ended = 0;
  const left: string[] = [];
  for (const { pid, role } of others) {
    try {
      const [row] = await query(client, "SELECT pg_terminate_backend($1::int, 5000) AS ended", [pid]);
      if (row?.ended === "t") ended += 1;
    } catch (error) {
      // Sessions of superusers, or of any other role without pg_signal_backend.
      if (!(error instanceof Error && "code" in error && error.code === "42501")) throw error;
      left.push(`${role} (process ${pid})`);
    }
  }
  return { ended, left };
}

async function setReadOnly(client: pg.Client, setting: string | null): Promise<void> {
  const name = await currentDatabase(client);
  const value = setting === null ? null : setting === "on" || setting === "true" ? "on" : "off";
  await client.query(
    value === null ? `ALTER DATABASE ${name} RESET default_transaction_read_only` : `ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`,
  );
}

/**
 * Makes new sessions read-only and ends all others but ours. A session that sets the parameter itself can still write;
 * the preview says so.
 * @throws Error naming the sessions that could not be ended, because they could go on writing
 */
export async function stopWrites(client: pg.Client, ownPrefix: string): Promise<number> {
  await client.query("SET default_transaction_read_only = off");
  await setReadOnly(client, "on");
  const { ended, left } = await endOthers(client, ownPrefix);
  if (left.length === 0) return ended;
  throw new Error(
    `These sessions of the source could go on writing, and the role may not end them: ${left.slice(0, 5).join(", ")}${left.length > 5 ? " …" : ""}.`,
  );
}

/**
 * Gives the source back the setting it had. Sessions opened meanwhile are ended so that they write again at once; those
 * the role may not end write again when they reconnect.
 */
export async function allowWrites(client: pg.Client, setting: string | null, ownPrefix: string): Promise<void> {
  await client.query("SET default_transaction_read_only = off");
  await setReadOnly(client, setting);
  await endOthers(client, ownPrefix);
}
