import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/* Whether everything that was acknowledged on one side has arrived on the other, and that nothing was written since. */

const LOOK_MS = 5;
const UNREAD_MS = 1_000;
/** Milliseconds a session may take to end. */
const END_MS = 3_000;

/** Proof of an empty pipe: everything before `lsn` has arrived, and no transaction has begun to write since (`xmax`). */
export interface DrainProof {
  lsn: string;
  xmax: string;
  token: string;
}

/** Writes a row that travels with all others. */
export async function writeMarker(giving: pg.Client, marker: { token: string; runId: string; epoch: number; side: string }): Promise<void> {
  await giving.query(`INSERT INTO ${MOVE_SCHEMA}.fence (token, run_id, epoch, side, lsn) VALUES ($1, $2, $3, $4, pg_current_wal_lsn())`, [
    marker.token,
    marker.runId,
    marker.epoch,
    marker.side,
  ]);
}

/** Where the log of a side ends. */
export async function endOfLog(client: pg.Client): Promise<string> {
  return (await position(client)).lsn;
}

/** Where the side's log ends, and the first transaction number not given out. */
async function position(giving: pg.Client): Promise<{ lsn: string; xmax: string }> {
  const [row] = await query(giving, "SELECT pg_current_wal_lsn() AS lsn, pg_snapshot_xmax(pg_current_snapshot()) AS xmax");
  return { lsn: row?.lsn ?? "", xmax: row?.xmax ?? "" };
}

async function hasArrived(sides: { giving: pg.Client; taking: pg.Client }, subscription: string, lsn: string, token: string): Promise<boolean> {
  const [[replay], [marker]] = await Promise.all([
    query(sides.giving, "SELECT replay_lsn >= $2::pg_lsn AS yes FROM pg_stat_replication WHERE application_name = $1", [subscription, lsn]),
    query(sides.taking, `SELECT 1 AS yes FROM ${MOVE_SCHEMA}.fence WHERE token = $1`, [token]),
  ]);
  return replay?.yes === "t" && marker !== undefined;
}

/**
 * Waits until the marker and everything before the end of the log have arrived, and nothing was written meanwhile; what
 * was, such as statistics of an autovacuum, is waited for in turn.
 * @throws Error when `until` (monotonic milliseconds) comes first
 */
export async function drain(sides: { giving: pg.Client; taking: pg.Client }, subscription: string, token: string, until: number): Promise<DrainProof> {
  let at = await position(sides.giving);
  for (;;) {
    if (await hasArrived(sides, subscription, at.lsn, token)) {
      const now = await position(sides.giving);
      if (now.xmax === at.xmax) return { ...at, token };
      at = now;
    }
    if (performance.now() > until) throw new Error("The other side did not follow to the end in time.");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * That nothing was written since the proof. A changed transaction number alone may be a heartbeat or a statistic; then the
 * slot tells whether a row of the application was changed. The subscription that reads it has to be disabled.
 * @throws Error when one was, or when it cannot be told
 */
export async function assertQuiet(giving: pg.Client, proof: DrainProof, stream: { slot: string; publication: string }): Promise<void> {
  const [prepared] = await query(giving, "SELECT count(*) AS n FROM pg_prepared_xacts WHERE database = current_database()");
  if (prepared?.n !== "0") throw new Error(`${prepared?.n} prepared transactions are open: they would be committed on the side that was given away.`);
  if ((await position(giving)).xmax === proof.xmax) return;
  await untilUnread(giving, stream.slot);
  const changed = await query(
    giving,
    `SELECT count(*) AS n FROM pg_logical_slot_peek_binary_changes($1, NULL, NULL, 'proto_version', '1', 'publication_names', $2)
      WHERE get_byte(data, 0) = ascii('T') OR (get_byte(data, 0) IN (ascii('I'), ascii('U'), ascii('D')) AND
            ('x' || encode(substring(data FROM 2 FOR 4), 'hex'))::bit(32)::int::bigint::oid NOT IN (SELECT oid FROM pg_class WHERE relnamespace = $3::regnamespace))`,
    [stream.slot, stream.publication, MOVE_SCHEMA],
  );
  if (changed[0]?.n !== "0") throw new Error(`${changed[0]?.n} rows were changed on the fenced side after it had been drained.`);
}

/** A slot can be looked into when nobody reads it: a disabled subscription takes a moment to leave. */
async function untilUnread(giving: pg.Client, slot: string): Promise<void> {
  const end = performance.now() + UNREAD_MS;
  for (;;) {
    const [row] = await query(giving, "SELECT active FROM pg_replication_slots WHERE slot_name = $1", [slot]);
    if (row === undefined) throw new Error(`The replication slot ${slot} is gone.`);
    if (row.active !== "t") return;
    if (performance.now() > end) throw new Error(`The replication slot ${slot} is still read although its subscription was disabled.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Sessions of the application that are still there; the fence ends them. All are told at once and then looked after: a
 * server that waits for each in turn looks only ten times a second. Returns how many were told.
 * @throws Error when one is still there after `END_MS`
 */
export async function endForeignSessions(client: pg.Client, ownPrefix: string): Promise<number> {
  const foreign = `datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND NOT starts_with(application_name, $1)`;
  const told = await query(client, `SELECT pid, pg_terminate_backend(pid) AS told FROM pg_stat_activity WHERE ${foreign}`, [ownPrefix]);
  const pids = told.map((row) => row.pid);
  const end = performance.now() + END_MS;
  for (;;) {
    const [row] = await query(client, `SELECT count(*) AS n FROM pg_stat_activity WHERE ${foreign} AND pid = ANY($2::int[])`, [ownPrefix, pids]);
    if (row?.n === "0") return told.length;
    if (performance.now() > end) throw new Error(`${row?.n} sessions of the fenced side do not end.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Ends the sessions of these roles and nobody else's. */
export async function endSessionsOf(client: pg.Client, roles: readonly string[]): Promise<void> {
  await query(client, "SELECT pg_terminate_backend(pid, 3000) FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY($1)", [roles]);
}

/** Sessions of the roles. */
export async function sessionsOf(client: pg.Client, roles: readonly string[]): Promise<number> {
  const [row] = await query(client, "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY($1)", [roles]);
  return Number(row?.n);
}
