import type pg from "pg";
import { type DatabaseIdentity, identifyDatabase, openPostgres, query } from "@/lib/connection/clients/postgres";
import type { Connection, Egress } from "@/lib/connection/types";
import { SESSION_SETTINGS } from "@/lib/migration/executors/verify/sql";

/** A session on each side, with the same settings. */
export interface Sides {
  source: pg.Client;
  target: pg.Client;
}

export type SideName = keyof Sides;

/** The answer is no: trying again would not help. */
export class VerifyFailed extends Error {}

export interface SidesRequest {
  connections: Record<SideName, Connection>;
  egress: Egress;
  applicationName: string;
}

/** Sessions of one verification; all lead to the two servers the first ones led to (F-PG-21). */
export class SideSessions {
  private readonly request: SidesRequest;
  private readonly open = new Set<pg.Client>();
  private identities: Record<SideName, DatabaseIdentity> | null;
  private ended = false;

  /** `identities`: what an earlier worker of the same step saw, so that a server exchanged meanwhile is noticed. */
  constructor(request: SidesRequest, identities: Record<SideName, DatabaseIdentity> | null = null) {
    this.request = request;
    this.identities = identities;
  }

  get seen(): Record<SideName, DatabaseIdentity> | null {
    return this.identities;
  }

  /** @throws VerifyFailed when an address leads to another server than before, or both to the same database */
  async pair(): Promise<Sides> {
    const source = await this.session("source");
    const target = await this.session("target");
    const found = { source: await identifyDatabase(source), target: await identifyDatabase(target) };
    if (found.source.systemIdentifier === found.target.systemIdentifier && found.source.database === found.target.database)
      throw new VerifyFailed("Source and target are the same database.");
    for (const side of ["source", "target"] as const) {
      const before = this.identities?.[side];
      if (before !== undefined && before.systemIdentifier !== found[side].systemIdentifier)
        throw new VerifyFailed(`${this.request.connections[side].key} leads to another server than when this comparison began.`);
    }
    this.identities ??= found;
    return { source, target };
  }

  private async session(side: SideName): Promise<pg.Client> {
    const { connections, egress, applicationName } = this.request;
    const client = await openPostgres(connections[side], egress, { applicationName, statementTimeoutMs: 0 });
    this.open.add(client);
    if (this.ended) await this.end();
    await client.query(SESSION_SETTINGS);
    return client;
  }

  /** Ends all sessions, running statements with them. */
  async end(): Promise<void> {
    this.ended = true;
    const clients = [...this.open];
    this.open.clear();
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

/** Runs the same statement on both sides at the same time. */
export async function onBoth(sides: Sides, statement: { text: string; values: readonly unknown[] }) {
  const [source, target] = await Promise.all([
    query(sides.source, statement.text, [...statement.values]),
    query(sides.target, statement.text, [...statement.values]),
  ]);
  return { source, target };
}

const LOOK_MS = 50;

/** How the target is known to have caught up with the source. */
export interface Following {
  /** Slot on the source that the target's subscription reads. */
  slot: string;
  /** Milliseconds to wait at most for one position. */
  limitMs: number;
}

/**
 * Waits until the target has everything the source had written when this was called; a number of milliseconds where nothing
 * tells how far it is.
 * @throws Error when it does not follow in time, or nobody reads the slot any more
 */
export async function catchUp(sides: Sides, following: Following | number, signal: AbortSignal): Promise<void> {
  if (typeof following === "number") return await pause(following, signal);
  const [at] = await query(sides.source, "SELECT pg_current_wal_lsn() AS lsn");
  const end = performance.now() + following.limitMs;
  for (;;) {
    const [slot] = await query(
      sides.source,
      `SELECT s.confirmed_flush_lsn >= $2::pg_lsn OR coalesce((SELECT bool_or(r.replay_lsn >= $2::pg_lsn) FROM pg_stat_replication r WHERE r.pid = s.active_pid), false) AS there
       FROM pg_replication_slots s WHERE s.slot_name = $1`,
      [following.slot, at?.lsn],
    );
    if (slot === undefined) throw new VerifyFailed(`The slot ${following.slot} is gone: the target no longer follows the source.`);
    if (slot.there === "t") return;
    if (performance.now() > end) throw new Error(`The target has not caught up with the source within ${Math.round(following.limitMs / 1_000)} s.`);
    await pause(LOOK_MS, signal);
  }
}

/** @throws the reason of the signal */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal.throwIfAborted();
}
