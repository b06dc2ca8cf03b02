import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";

/* Switching subscriptions of a move on and off, quickly: clients may be waiting. */

/** The subscription in this database; null when it has none of that name. */
export async function readSubscription(client: pg.Client, name: string): Promise<{ enabled: boolean; working: boolean } | null> {
  const [row] = await query(
    client,
    `SELECT s.subenabled AS enabled, EXISTS (SELECT 1 FROM pg_stat_subscription w WHERE w.subid = s.oid AND w.pid IS NOT NULL AND w.relid IS NULL) AS working
       FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE s.subname = $1 AND d.datname = current_database()`,
    [name],
  );
  return row === undefined ? null : { enabled: row.enabled === "t", working: row.working === "t" };
}

/** Switches it on or off without waiting for its workers; what is as wanted already is left alone. @throws Error when it is missing */
export async function setEnabled(client: pg.Client, name: string, enabled: boolean): Promise<void> {
  const found = await readSubscription(client, name);
  if (found === null) throw new Error(`The subscription ${name} is missing.`);
  if (found.enabled !== enabled) await client.query(`ALTER SUBSCRIPTION ${client.escapeIdentifier(name)} ${enabled ? "ENABLE" : "DISABLE"}`);
}

/** Applies changes durably before they are confirmed: the pipe then empties in milliseconds instead of half a second (§2.3). */
export async function confirmQuickly(client: pg.Client, name: string): Promise<void> {
  const [row] = await query(client, "SELECT subsynccommit AS mode FROM pg_subscription WHERE subname = $1", [name]);
  if (row?.mode !== "on") await client.query(`ALTER SUBSCRIPTION ${client.escapeIdentifier(name)} SET (synchronous_commit = 'on')`);
}

/** Where the slot for the way back starts: nothing before is sent again. @throws Error when the slot is missing, read or invalid */
export async function advanceSlot(client: pg.Client, slot: string, lsn: string): Promise<void> {
  const [row] = await query(client, "SELECT active, wal_status FROM pg_replication_slots WHERE slot_name = $1", [slot]);
  if (row === undefined) throw new Error(`The replication slot ${slot} for the way back is missing.`);
  if (row.active === "t" || row.wal_status === "lost") throw new Error(`The replication slot ${slot} for the way back cannot be used: ${row.wal_status}.`);
  await query(client, "SELECT pg_replication_slot_advance($1, $2)", [slot, lsn]);
}
