import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { readAuthority } from "@/lib/migration/executors/move/authority";
import { phaseNow } from "@/lib/migration/executors/move/judge";
import { MOVE_SCHEMA, type MoveNames, OBJECT_PREFIX } from "@/lib/migration/executors/move/names";
import { type Owner, readOwner } from "@/lib/migration/executors/move/owner";

/* What one server says about a move, read in one statement but for one look before it. Sizes in bytes. */

export interface SlotState {
  /** reserved, extended, unreserved or lost; null where the server says nothing. */
  wal: string | null;
  active: boolean;
  /** WAL kept because of the slot, and not yet confirmed by the follower. */
  retained: number;
  behind: number;
}

export interface SubscriptionState {
  oid: string;
  enabled: boolean;
  /** When its server was started, milliseconds of its own clock: a crash sets `errors` back to nothing. */
  serverStart: number;
  /** A worker of it has not ended yet: it counts its error only then, after the subscription was disabled. */
  ending: boolean;
  /** Errors of applying and of copying since it was made. */
  errors: number;
  /** Tables whose rows are there and follow the stream, and those still on their way. */
  ready: number;
  pending: number;
}

export interface Beat {
  n: string;
  at: number;
  /** Rows written in the database when it was written. */
  writes: number;
}

export interface SideState {
  /** Milliseconds of the server's own clock. */
  now: number;
  /** Rows inserted, updated and deleted in the database so far. */
  writes: number;
  /** Setting max_slot_wal_keep_size; null: no limit. */
  keepBytes: number | null;
  /** Tables of the publication, the helper tables among them; null while there is none. */
  published: number | null;
  slot: SlotState | null;
  /** Bytes the connected follower has not applied yet; null while none is connected. */
  replay: number | null;
  subscription: SubscriptionState | null;
  beats: Partial<Record<"source" | "target", Beat>>;
  largeObjects: boolean;
  /** Objects of other moves that nobody cleaned up (R-PG-11). */
  leftovers: string[];
}

/** Whether a worker of the subscription, or one that nobody lists any more, has a session yet. */
const ENDING = `SELECT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = current_database() AND a.backend_type LIKE 'logical replication%worker'
  AND a.pid NOT IN (SELECT w.pid FROM pg_stat_subscription w WHERE w.pid IS NOT NULL AND w.subname <> $1)) AS ending`;

const STATE = `SELECT json_build_object(
  'now', extract(epoch FROM clock_timestamp()) * 1000,
  'writes', (SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = current_database()),
  'keepBytes', (SELECT nullif(setting::bigint, -1) * 1048576 FROM pg_settings WHERE name = 'max_slot_wal_keep_size'),
  'published', (SELECT (SELECT count(*) FROM pg_publication_rel r WHERE r.prpubid = p.oid) FROM pg_publication p WHERE pubname = $1),
  'slot', (SELECT json_build_object('wal', wal_status, 'active', active, 'retained', coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0),
     'behind', coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0))
     FROM pg_replication_slots WHERE slot_name = $1 AND plugin = 'pgoutput' AND database = current_database()),
  'replay', (SELECT min(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) FROM pg_stat_replication WHERE application_name = $1),
  'subscription', (SELECT json_build_object('oid', s.oid::text, 'enabled', s.subenabled,
     'serverStart', extract(epoch FROM pg_postmaster_start_time()) * 1000, 'errors', coalesce(t.apply_error_count + t.sync_error_count, 0),
     'ready', (SELECT count(*) FROM pg_subscription_rel r WHERE r.srsubid = s.oid AND r.srsubstate = 'r'),
     'pending', (SELECT count(*) FROM pg_subscription_rel r WHERE r.srsubid = s.oid AND r.srsubstate <> 'r'))
     FROM pg_subscription s LEFT JOIN pg_stat_subscription_stats t ON t.subid = s.oid
     WHERE s.subname = $2 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())),
  'beats', (SELECT coalesce(json_object_agg(side, json_build_object('n', n::text, 'at', extract(epoch FROM at) * 1000, 'writes', writes)), '{}') FROM ${MOVE_SCHEMA}.heartbeat),
  'largeObjects', EXISTS (SELECT 1 FROM pg_largeobject_metadata),
  'leftovers', (SELECT coalesce(json_agg(what), '[]') FROM (
     SELECT 'replication slot ' || slot_name AS what FROM pg_replication_slots WHERE slot_name LIKE $3 AND NOT slot_name = ANY($4)
     UNION ALL SELECT 'subscription ' || subname FROM pg_subscription WHERE subname LIKE $3 AND NOT subname = ANY($4)
       AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     UNION ALL SELECT 'publication ' || pubname FROM pg_publication WHERE pubname LIKE $3 AND NOT pubname = ANY($4)) AS other)
) AS state`;

/** Reads a side. On the source the forward direction is published and the reverse one followed, on the target the other way round. */
export async function readSideState(client: pg.Client, side: "source" | "target", names: MoveNames): Promise<SideState> {
  const [published, followed] = side === "source" ? [names.forward, names.reverse] : [names.reverse, names.forward];
  const own = [names.forward.slot, names.reverse.slot];
  // Asked before the counters are read: when no worker is ending, they are complete.
  const [workers] = await query(client, ENDING, [followed.subscription]);
  const [row] = await query(client, STATE, [published.slot, followed.subscription, `${OBJECT_PREFIX.replaceAll("_", "\\_")}%`, own]);
  const state = JSON.parse(row?.state ?? "null") as SideState;
  return state.subscription === null ? state : { ...state, subscription: { ...state.subscription, ending: workers?.ending !== "f" } };
}

export interface MoveOwner extends Owner {
  /** Phase the mark itself says: `switching` until whoever settles a switch has put everything in order. */
  marked: Owner["phase"];
}

/** The mark of the target with the phase as both servers' authority has it. */
export async function readMoveOwner(sides: { source: pg.Client; target: pg.Client; names: MoveNames }): Promise<MoveOwner | null> {
  const own = await readOwner(sides.target);
  if (own === null) return null;
  if (own.hash !== sides.names.hash) return { ...own, marked: own.phase };
  const [source, target] = [await readAuthority(sides.source, own.hash), await readAuthority(sides.target, own.hash)];
  return { ...own, marked: own.phase, phase: phaseNow(own.phase, source?.state ?? null, target?.state ?? null) };
}

/** Writes the next heartbeat of the side that has authority. */
export async function beat(client: pg.Client, side: "source" | "target"): Promise<void> {
  await client.query(
    `UPDATE ${MOVE_SCHEMA}.heartbeat SET n = n + 1, at = clock_timestamp(),
       writes = (SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database WHERE datname = current_database()) WHERE side = $1`,
    [side],
  );
}
