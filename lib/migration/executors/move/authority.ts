import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/*
 * Which server the application may write on. Each server keeps one row about itself, in a table that is not replicated:
 * open (the application writes here), fenced (it is being given away, nothing is decided), closed (another server has it).
 * The row changes in one transaction with the LOGIN right of the application's roles, and only for whoever holds its
 * token: worker, dead-man helper and a later owner can never both decide. fenced → closed is the decision.
 * Once COMMIT_TARGET may be durable, the taking side may be opened while the giving one does not answer. Whoever calls the
 * switch off then bars the taking side first, and only a side that is not barred opens without the other one closed: its row
 * decides between the two.
 */

export type AuthorityState = "open" | "fenced" | "closed";

export interface Authority {
  state: AuthorityState;
  epoch: number;
  /** Who may change the row next; null after the switch was called off. */
  token: string | null;
  /** Roles that lost LOGIN here and get it back when the side opens. */
  roles: string[];
  by: string;
  /** The switch is being called off: this side must not be opened while the other one does not answer. */
  barred: boolean;
}

/** The move and try on whose behalf a row is changed. */
export interface AuthorityHolder {
  hash: string;
  epoch: number;
  token: string;
  /** `worker`, `dead-man` …: told in the journal. */
  by: string;
}

/** Another owner or the dead-man helper was quicker: nothing was changed. */
export class NotHolder extends Error {
  constructor(what: string) {
    super(`${what}: the switch was called off or taken over meanwhile.`);
    this.name = "NotHolder";
  }
}

const TABLE = `${MOVE_SCHEMA}.authority`;

const CREATE = `CREATE SCHEMA IF NOT EXISTS ${MOVE_SCHEMA};
CREATE TABLE IF NOT EXISTS ${TABLE} (hash text PRIMARY KEY, epoch int NOT NULL, token text, state text NOT NULL CHECK (state IN ('open', 'fenced', 'closed')),
  roles text[] NOT NULL, by text NOT NULL, barred boolean NOT NULL DEFAULT false, at timestamptz NOT NULL DEFAULT clock_timestamp())`;

/** What the server says about itself; null before the first switch. @throws Error when it cannot be asked */
export async function readAuthority(client: pg.Client, hash: string): Promise<Authority | null> {
  const [exists] = await query(client, "SELECT to_regclass($1) IS NOT NULL AS yes", [TABLE]);
  if (exists?.yes !== "t") return null;
  const [row] = await query(client, `SELECT state, epoch, token, array_to_json(roles)::text AS roles, by, barred FROM ${TABLE} WHERE hash = $1`, [hash]);
  if (row === undefined) return null;
  return {
    state: row.state as AuthorityState,
    epoch: Number(row.epoch),
    token: row.token ?? null,
    roles: JSON.parse(row.roles ?? "[]") as string[],
    by: row.by ?? "",
    barred: row.barred === "t",
  };
}

/** Roles among these that may log in. @throws Error naming one that the server does not have */
export async function loginRoles(client: pg.Client, roles: readonly string[]): Promise<string[]> {
  const found = await query(client, "SELECT rolname AS name, rolcanlogin AS login FROM pg_roles WHERE rolname = ANY($1)", [roles]);
  const missing = roles.filter((role) => !found.some((row) => row.name === role));
  if (missing.length > 0) throw new Error(`The server has no role ${missing.join(", ")}.`);
  return found.filter((row) => row.login === "t").map((row) => row.name ?? "");
}

/**
 * Takes the row for this owner, making it when there is none; a row of a later epoch stays. A side that starts closed
 * loses LOGIN for the roles in the same transaction.
 * @throws NotHolder
 */
export async function takeAuthority(client: pg.Client, holder: AuthorityHolder, start: { state: "open" | "closed"; roles: string[] }): Promise<Authority> {
  await transaction(client, async () => {
    await client.query(CREATE);
    const made = await client.query(`INSERT INTO ${TABLE} (hash, epoch, token, state, roles, by) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, [
      holder.hash,
      holder.epoch,
      holder.token,
      start.state,
      start.roles,
      holder.by,
    ]);
    if (made.rowCount === 1 && start.state === "closed") await setLogin(client, start.roles, false);
    await claim(client, holder);
  });
  const row = await readAuthority(client, holder.hash);
  if (row === null) throw new NotHolder("The row of the server is gone");
  return row;
}

/** Takes an existing row for a new owner, so that nobody else can change it any more. @throws NotHolder for a later epoch */
export async function claim(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  const taken = await client.query(`UPDATE ${TABLE} SET epoch = $2, token = $3 WHERE hash = $1 AND epoch <= $2`, [holder.hash, holder.epoch, holder.token]);
  if (taken.rowCount !== 1) throw new NotHolder("The server belongs to a later owner");
}

/** Closes the side for the application without deciding anything; sessions that are open stay until they are ended. @throws NotHolder */
export function fence(client: pg.Client, holder: AuthorityHolder, roles: string[]): Promise<void> {
  return transaction(client, async () => {
    await change(client, holder, ["open", "fenced"], "fenced", { roles });
    await setLogin(client, roles, false);
  });
}

/**
 * Takes a fence back: the side is the application's again. Whoever held the token loses it, so that a worker that only
 * stood still cannot go on with its switch. @throws NotHolder when it was decided or taken over
 */
export function liftFence(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  return transaction(client, async () => {
    const roles = await change(client, holder, ["open", "fenced"], "open");
    await client.query(`UPDATE ${TABLE} SET token = NULL WHERE hash = $1`, [holder.hash]);
    await setLogin(client, roles, true);
  });
}

/** The decision: this side has given the application away. @throws NotHolder when it was called off or taken over */
export function close(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  return transaction(client, async () => {
    await change(client, holder, ["fenced", "closed"], "closed");
  });
}

/** The side is the application's from now on. Only after the other one is closed. @throws NotHolder when it was taken over */
export function open(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  return transaction(client, async () => {
    await setLogin(client, await change(client, holder, ["closed", "fenced", "open"], "open"), true);
  });
}

/** The same while the other side does not answer and so was not closed. @throws NotHolder also when the switch is being called off */
export function openAlone(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  return transaction(client, async () => {
    await setLogin(client, await change(client, holder, ["closed", "open"], "open", { unlessBarred: true }), true);
  });
}

/** Keeps the taking side from being opened alone: from here on the switch may be called off. @throws NotHolder when it is open or was taken over */
export async function bar(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  await setBarred(client, holder, true);
}

/** A new try begins: what barred the former one is over. @throws NotHolder when the side is open or was taken over */
export async function unbar(client: pg.Client, holder: AuthorityHolder): Promise<void> {
  await setBarred(client, holder, false);
}

async function setBarred(client: pg.Client, holder: AuthorityHolder, barred: boolean): Promise<void> {
  const changed = await client.query(`UPDATE ${TABLE} SET barred = $3, by = $4, at = clock_timestamp() WHERE hash = $1 AND token = $2 AND state = 'closed'`, [
    holder.hash,
    holder.token,
    barred,
    holder.by,
  ]);
  if (changed.rowCount !== 1) throw new NotHolder(`The taking server could not be ${barred ? "barred" : "made ready"}`);
}

/** Gives every role its LOGIN back, whatever the row says: for the clean-up, when the move's objects are gone from the server. */
export async function releaseRoles(client: pg.Client, hash: string): Promise<void> {
  const row = await readAuthority(client, hash);
  if (row !== null && row.state !== "open") await setLogin(client, row.roles, true);
}

async function change(
  client: pg.Client,
  holder: AuthorityHolder,
  from: AuthorityState[],
  to: AuthorityState,
  more: { roles?: string[]; unlessBarred?: boolean } = {},
): Promise<string[]> {
  const changed = await query(
    client,
    `UPDATE ${TABLE} SET state = $4, by = $5, at = clock_timestamp(), roles = coalesce($6, roles)
      WHERE hash = $1 AND token = $2 AND state = ANY($3) AND NOT (barred AND $7) RETURNING array_to_json(roles)::text AS roles`,
    [holder.hash, holder.token, from, to, holder.by, more.roles ?? null, more.unlessBarred === true],
  );
  const [row] = changed;
  if (row === undefined) throw new NotHolder(`The server could not become ${to}`);
  return JSON.parse(row.roles ?? "[]") as string[];
}

async function setLogin(client: pg.Client, roles: readonly string[], login: boolean): Promise<void> {
  for (const role of roles) await client.query(`ALTER ROLE ${client.escapeIdentifier(role)} ${login ? "LOGIN" : "NOLOGIN"}`);
}

async function transaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    await work();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
