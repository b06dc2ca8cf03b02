import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { type Direction, MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/* Publications, slots and subscriptions by name and owner tag (class C): what is not ours is never touched. */

/** An object of our name that is somebody else's. */
export class ForeignObject extends Error {}

export interface TableName {
  schema: string;
  name: string;
}

/** What the comment of an object says: whose it is. */
export function ownerTag(runId: string, moveKey: string): string {
  return `Switchyard move ${moveKey} of run ${runId}`;
}

const quoted = (client: Pick<pg.Client, "escapeIdentifier">, table: TableName) =>
  `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`;

/** The publication's statement: an explicit list, so that a new table is noticed instead of silently missing on the target. */
export function publicationSql(client: Pick<pg.Client, "escapeIdentifier">, name: string, tables: readonly TableName[]): string {
  const helpers = ["heartbeat", "fence"].map((table) => ({ schema: MOVE_SCHEMA, name: table }));
  return `CREATE PUBLICATION ${client.escapeIdentifier(name)} FOR TABLE ${[...helpers, ...tables].map((table) => quoted(client, table)).join(", ")}`;
}

async function comment(client: pg.Client, kind: "PUBLICATION" | "SUBSCRIPTION", name: string): Promise<string | null | undefined> {
  const catalog = kind === "PUBLICATION" ? "pg_publication" : "pg_subscription";
  const column = kind === "PUBLICATION" ? "pubname" : "subname";
  const database = kind === "SUBSCRIPTION" ? "AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())" : "";
  const reads = kind === "PUBLICATION" ? "obj_description(oid, 'pg_publication')" : "obj_description(oid, 'pg_subscription')";
  const [row] = await query(client, `SELECT ${reads} AS tag FROM ${catalog} WHERE ${column} = $1 ${database}`, [name]);
  return row?.tag;
}

/** Whether our object is there. @throws ForeignObject when one of that name has another tag */
export async function isThere(client: pg.Client, kind: "PUBLICATION" | "SUBSCRIPTION", name: string, tag: string): Promise<boolean> {
  const found = await comment(client, kind, name);
  if (found === undefined) return false;
  if (found !== tag) throw new ForeignObject(`There is a ${kind.toLowerCase()} ${name} that this run did not make.`);
  return true;
}

/** Creates the publication and its tag; the caller's transaction makes both one. */
export async function createPublication(client: pg.Client, name: string, tag: string, tables: readonly TableName[]): Promise<void> {
  await client.query(publicationSql(client, name, tables));
  await client.query(`COMMENT ON PUBLICATION ${client.escapeIdentifier(name)} IS ${client.escapeLiteral(tag)}`);
}

/** A replication slot of this database; null when there is none of that name. */
export async function readSlot(client: pg.Client, name: string): Promise<{ plugin: string; here: boolean; activePid: string | null } | null> {
  const [row] = await query(client, "SELECT plugin, database = current_database() AS here, active_pid AS pid FROM pg_replication_slots WHERE slot_name = $1", [
    name,
  ]);
  return row === undefined ? null : { plugin: row.plugin ?? "", here: row.here === "t", activePid: row.pid ?? null };
}

/**
 * Makes the slot unless it is there. It waits for every transaction that writes at the moment: never inside a pause.
 * @throws ForeignObject when the name is taken by something else
 */
export async function ensureSlot(client: pg.Client, name: string): Promise<"made" | "there"> {
  const slot = await readSlot(client, name);
  if (slot !== null && (slot.plugin !== "pgoutput" || !slot.here)) throw new ForeignObject(`There is a replication slot ${name} that this run did not make.`);
  if (slot !== null) return "there";
  await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
  return "made";
}

/** Drops a slot, ending the session that reads it. True when there was one. */
export async function dropSlot(client: pg.Client, name: string): Promise<boolean> {
  const slot = await readSlot(client, name);
  if (slot === null) return false;
  if (slot.activePid !== null) await client.query("SELECT pg_terminate_backend($1::int, 10000)", [slot.activePid]);
  await client.query("SELECT pg_drop_replication_slot($1)", [name]);
  return true;
}

export interface SubscriptionOptions {
  /** Copies the rows first; the servers do it, whatever becomes of the worker. */
  copyData: boolean;
  enabled: boolean;
  /** Rows travel in the binary form of their types: both servers 16 or newer, and no type whose binary form names an oid. */
  binary: boolean;
  /** Both servers 16 or newer: what came from a subscription is not sent back. */
  originNone: boolean;
}

/** The options in parentheses, without the password. `disable_on_error`: a conflict stops the subscription, nothing is skipped (R-PG-10). */
export function subscriptionOptions(slot: string, options: SubscriptionOptions): string {
  const list = [
    "create_slot = false",
    `slot_name = '${slot}'`,
    `copy_data = ${options.copyData}`,
    `enabled = ${options.enabled}`,
    "disable_on_error = true",
    "synchronous_commit = 'off'",
    "streaming = on",
    ...(options.binary ? ["binary = true"] : []),
    ...(options.originNone ? ["origin = none"] : []),
  ];
  return list.join(", ");
}

/** Creates the subscription with its tag in one transaction. The slot is there already, so nothing on the other server is made by it. */
export async function createSubscription(client: pg.Client, direction: Direction, tag: string, conninfo: string, options: SubscriptionOptions): Promise<void> {
  const name = client.escapeIdentifier(direction.subscription);
  await client.query("BEGIN");
  try {
    await client.query(
      `CREATE SUBSCRIPTION ${name} CONNECTION ${client.escapeLiteral(conninfo)} PUBLICATION ${client.escapeIdentifier(direction.publication)}
       WITH (${subscriptionOptions(direction.slot, options)})`,
    );
    await client.query(`COMMENT ON SUBSCRIPTION ${name} IS ${client.escapeLiteral(tag)}`);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Switches a subscription on or off. Off: also waits until its workers have ended. */
export async function enableSubscription(client: pg.Client, name: string, enabled: boolean): Promise<void> {
  await client.query(`ALTER SUBSCRIPTION ${client.escapeIdentifier(name)} ${enabled ? "ENABLE" : "DISABLE"}`);
  if (enabled) return;
  for (let tries = 0; tries < 500; tries++) {
    const [row] = await query(client, "SELECT count(*) AS n FROM pg_stat_subscription WHERE subname = $1 AND pid IS NOT NULL", [name]);
    if (row?.n === "0") return;
    await client.query("SELECT pg_sleep(0.02)");
  }
  throw new Error(`The subscription ${name} was disabled, but its workers do not end.`);
}

/**
 * Drops a subscription without going to the other server, whose slots the caller drops itself: that works also where the
 * two servers do not reach each other any more. Returns its oid; null when there was none.
 */
export async function dropSubscription(client: pg.Client, name: string): Promise<string | null> {
  const [row] = await query(
    client,
    "SELECT oid FROM pg_subscription WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    [name],
  );
  if (row === undefined) return null;
  const quotedName = client.escapeIdentifier(name);
  await enableSubscription(client, name, false);
  await client.query("BEGIN");
  await client.query(`ALTER SUBSCRIPTION ${quotedName} SET (slot_name = NONE)`);
  await client.query(`DROP SUBSCRIPTION ${quotedName}`);
  await client.query("COMMIT");
  return row.oid ?? null;
}

/** Slots that the synchronisation workers of a subscription left on the publisher. */
export async function dropSyncSlots(client: pg.Client, subscription: string, subscriberSystem: string): Promise<number> {
  const rows = await query(client, "SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database() AND slot_name LIKE $1 ESCAPE '!'", [
    `pg!_${subscription}!_sync!_%!_${subscriberSystem}`,
  ]);
  for (const row of rows) await dropSlot(client, row.name ?? "");
  return rows.length;
}
