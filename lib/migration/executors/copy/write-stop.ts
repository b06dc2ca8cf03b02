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
 * Makes new sessions read-only and ends all others but ours. A session that sets the parameter itself can still write;
 * the preview says so.
 */
export async function stopWrites(client: pg.Client, ownPrefix: string): Promise<number> {
  await client.query("SET default_transaction_read_only = off");
  await client.query(`ALTER DATABASE ${await currentDatabase(client)} SET default_transaction_read_only = on`);
  const ended = await query(
    client,
    `SELECT pg_terminate_backend(pid, 5000) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND NOT starts_with(application_name, $1)`,
    [ownPrefix],
  );
  return ended.filter((row) => row.ended === "t").length;
}

/** Gives the source back the setting it had. Sessions opened meanwhile are ended so that they write again at once. */
export async function allowWrites(client: pg.Client, setting: string | null, ownPrefix: string): Promise<void> {
  await client.query("SET default_transaction_read_only = off");
  const name = await currentDatabase(client);
  const value = setting === null ? null : setting === "on" || setting === "true" ? "on" : "off";
  await client.query(
    value === null ? `ALTER DATABASE ${name} RESET default_transaction_read_only` : `ALTER DATABASE ${name} SET default_transaction_read_only = ${value}`,
  );
  await query(
    client,
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND NOT starts_with(application_name, $1)`,
    [ownPrefix],
  );
}

/** Ends sessions that an earlier worker of this run left behind, and waits until they are gone (R-ENG-6). */
export async function endStaleSessions(client: pg.Client, prefix: string): Promise<number> {
  const rows = await query(
    client,
    `SELECT pg_terminate_backend(pid, 10000) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND starts_with(application_name, $1)`,
    [prefix],
  );
  return rows.length;
}
