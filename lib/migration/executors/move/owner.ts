import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import type { Before } from "@/lib/migration/executors/copy/marker";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/*
 * The helper schema of a move on either server. Its `owner` row proves whose objects are there (class C), keeps how far the
 * move is so that whoever takes the run over goes on, and fences workers of earlier leases. `heartbeat` and `fence` travel
 * through both publications.
 */

/**
 * How far a move is; kept on the target.
 * `switching`: the switch has begun and alone decides what is enabled. `switched`: the target has authority.
 */
export const PHASES = ["schema", "subscribe", "copy", "post-data", "follow", "switching", "switched"] as const;
export type MovePhase = (typeof PHASES)[number];

/** A try to go on after an error disabled a subscription, and what had come through by then. */
export interface Retry {
  /** Side whose changes are followed. */
  side: "source" | "target";
  errors: number;
  /** Tries in a row while rows are copied. */
  count: number;
  beat: string;
  /** When the server of the subscription had been started; missing in marks of older versions. */
  serverStart?: number;
}

/** A primary key that is built after the rows of its table are there. */
export interface LateKey {
  schema: string;
  name: string;
  constraint: string;
  /** Of the constraint on the source. */
  oid: string;
  /** Statement that makes the index of the key, as the source prints it. */
  index: string;
  /** Statements of the table's other indexes, which are made at the same time. */
  others: string[];
}

/** What the run has to remember on a server; no field is a secret. */
export interface OwnerFacts {
  /** Target: what was there before the run. */
  before?: Pick<Before, "schemas" | "extensions">;
  /** Target: the structure was there before the run, only rows are the run's own. */
  prepared?: boolean;
  /** Tables of the publication with their planner's estimate of rows. */
  tables?: { schema: string; name: string; rows: number }[];
  /** Keys of large tables, built after their rows. */
  lateKeys?: LateKey[];
  /** Structure as it was when the side was frozen, as lines. */
  shape?: string[];
  /** Oid of the forward subscription and number of the target's cluster: names of its synchronisation slots. */
  subscription?: string;
  targetSystem?: string;
  /** Everything of the step is there. */
  complete?: boolean;
  retry?: Retry | null;
  /** Try of the step that last worked on it: a person's retry begins the count of tries anew. */
  attempt?: number;
  /** Milliseconds the last switch took, for the estimate of how long going back takes; written by the switch. */
  switchMs?: number;
}

export interface Owner {
  runId: string;
  moveKey: string;
  hash: string;
  side: "source" | "target";
  epoch: number;
  phase: MovePhase;
  facts: OwnerFacts;
  /** When phase or facts were written last, milliseconds of the server's clock. */
  at: number;
}

/** A newer worker has the move, or the objects are another run's: nothing may be done. */
export class NotOwner extends Error {}

const OWNER = `${MOVE_SCHEMA}.owner`;

const TABLES = `CREATE SCHEMA IF NOT EXISTS ${MOVE_SCHEMA};
CREATE TABLE IF NOT EXISTS ${OWNER} (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), run_id text NOT NULL, move_key text NOT NULL,
  hash text NOT NULL, side text NOT NULL, epoch int NOT NULL, phase text NOT NULL, facts jsonb NOT NULL DEFAULT '{}', at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS ${MOVE_SCHEMA}.heartbeat (side text PRIMARY KEY, n bigint NOT NULL, at timestamptz NOT NULL, writes bigint NOT NULL);
CREATE TABLE IF NOT EXISTS ${MOVE_SCHEMA}.fence (token text PRIMARY KEY, run_id text NOT NULL, epoch int NOT NULL, side text NOT NULL, lsn pg_lsn,
  at timestamptz NOT NULL DEFAULT clock_timestamp());`;

/** The owner row of a server; null when no move has been there. */
export async function readOwner(client: pg.Client): Promise<Owner | null> {
  const [exists] = await query(client, "SELECT to_regclass($1) IS NOT NULL AS yes", [OWNER]);
  if (exists?.yes !== "t") return null;
  const [row] = await query(client, `SELECT run_id, move_key, hash, side, epoch, phase, facts::text, extract(epoch FROM at) * 1000 AS at FROM ${OWNER}`);
  if (row === undefined) return null;
  return {
    runId: row.run_id ?? "",
    moveKey: row.move_key ?? "",
    hash: row.hash ?? "",
    side: row.side === "target" ? "target" : "source",
    epoch: Number(row.epoch),
    phase: row.phase as MovePhase,
    facts: JSON.parse(row.facts ?? "{}") as OwnerFacts,
    at: Number(row.at),
  };
}

/**
 * Writes whose the server is, inside the caller's transaction and before anything else of the move is made there. On the
 * source also the first heartbeat rows: the initial copy brings them to the target, later beats only update them.
 */
export async function placeOwner(client: pg.Client, owner: Omit<Owner, "at">): Promise<void> {
  await client.query(TABLES);
  await client.query(`INSERT INTO ${OWNER} (run_id, move_key, hash, side, epoch, phase, facts) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
    owner.runId,
    owner.moveKey,
    owner.hash,
    owner.side,
    owner.epoch,
    owner.phase,
    JSON.stringify(owner.facts),
  ]);
  if (owner.side === "source")
    await client.query(`INSERT INTO ${MOVE_SCHEMA}.heartbeat SELECT side, 0, clock_timestamp(), 0 FROM unnest(ARRAY['source', 'target']) AS side`);
}

/** Takes the move up under a lease. @throws NotOwner when a worker with a later lease was here */
export async function raiseEpoch(client: pg.Client, hash: string, epoch: number): Promise<void> {
  const result = await client.query(`UPDATE ${OWNER} SET epoch = $2 WHERE hash = $1 AND epoch <= $2`, [hash, epoch]);
  if (result.rowCount !== 1) throw new NotOwner("Another worker has taken the move over.");
}

/** Moves to another phase and remembers further facts, only while no later lease was here. @throws NotOwner */
export async function writeOwner(client: pg.Client, hash: string, epoch: number, change: { phase?: MovePhase; facts?: OwnerFacts }): Promise<void> {
  const result = await client.query(`UPDATE ${OWNER} SET phase = coalesce($3, phase), facts = facts || $4::jsonb, at = now() WHERE hash = $1 AND epoch <= $2`, [
    hash,
    epoch,
    change.phase ?? null,
    JSON.stringify(change.facts ?? {}),
  ]);
  if (result.rowCount !== 1) throw new NotOwner("Another worker has taken the move over.");
}

/** Takes the helper schema away; the last thing a clean-up does on a server. */
export async function removeHelpers(client: pg.Client): Promise<void> {
  await client.query(`DROP SCHEMA IF EXISTS ${MOVE_SCHEMA} CASCADE`);
}
