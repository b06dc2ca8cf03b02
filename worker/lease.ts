import type pg from "pg";
import { firstRow } from "@/lib/db/transaction";
import { UNDER_WAY } from "@/lib/migration/types";
import type { WorkerDeps } from "./deps";

/*
 * Who may act for a run (R-ENG-1). Only the database's clock decides; this process measures what is left monotonically,
 * from before it asked. What belongs to leases goes through connections of its own (`deps.leases`), so that a busy pool
 * cannot cost a lease.
 */

/** Below this share of the lease no effect is begun. */
const SAFE_SHARE = 0.3;
const RENEWALS_PER_CRITICAL_LEASE = 5;
/** One renewal may take this share of the lease: three are lost before the lease is. */
const RENEWAL_SHARE = 1 / 3;
/** Longest name Postgres keeps for a session is 63 bytes. */
const MAX_NAME = 44;

/** `application_name` of a worker's sessions in our own database: whoever takes its runs over ends them (R-ENG-6). */
export function workerSession(workerId: string): string {
  return `switchyard-worker:${workerId.slice(-MAX_NAME)}`;
}

export interface Claim {
  runId: string;
  projectId: string;
  owner: string;
  epoch: number;
  /** Monotonic time (performance.now) at which the claim was asked for: the lease counts from there. */
  askedAt: number;
}

/**
 * Takes one run that nobody acts for, under a new epoch; null when there is none. One statement, safe with any number of
 * workers (F-ENG-3). A lost worker counts against the run only while it was at work: a run that waits for people or a
 * timer may be taken over as often as machines are restarted (R-ENG-8, R-ENG-10). Nor does one that could not renew
 * because this database was being restarted.
 */
export async function claimRun(deps: WorkerDeps, versions: Record<string, number>): Promise<Claim | null> {
  const askedAt = performance.now();
  const row = await firstRow<{ id: string; projectId: string; epoch: number }>(
    deps.leases,
    `UPDATE run SET epoch = epoch + 1, lease_owner = $1, lease_until = clock_timestamp() + $2 * interval '1 ms',
            takeovers = takeovers + CASE WHEN lease_owner IS NULL OR status NOT IN ('running', 'rolling-back')
              OR lease_until < pg_postmaster_start_time() + interval '5 s'
              OR EXISTS (SELECT 1 FROM run_step s WHERE s.run_id = run.id AND s.waiting_for IN ('human', 'approval', 'timer')) THEN 0 ELSE 1 END
      WHERE id = (SELECT id FROM run
                   WHERE status = ANY($3) AND (lease_until IS NULL OR lease_until < clock_timestamp()) AND plan->'executors' <@ $4::jsonb
                   ORDER BY lease_until NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, project_id AS "projectId", epoch`,
    [deps.workerId, deps.timing.leaseMs, UNDER_WAY, JSON.stringify(versions)],
  );
  return row === null ? null : { runId: row.id, projectId: row.projectId, owner: deps.workerId, epoch: row.epoch, askedAt };
}

/**
 * Ends the sessions of workers whose lease ran out: one that stands still in the middle of a transaction would otherwise
 * keep the run's row locked, and nobody could take it (R-ENG-6, F-ENG-2). Returns how many ended.
 */
export async function endLapsedWorkers(deps: WorkerDeps): Promise<number> {
  const ended = await deps.leases.query(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.usename = current_user
        AND a.application_name IN (SELECT 'switchyard-worker:' || right(r.lease_owner, $3) FROM run r
                                    WHERE r.lease_owner <> $1 AND r.lease_until < clock_timestamp() AND r.status = ANY($2))`,
    [deps.workerId, UNDER_WAY, MAX_NAME],
  );
  return ended.rowCount ?? 0;
}

/** Milliseconds until the next lease of another worker runs out; null when there is none. */
export async function nextLapseMs(deps: WorkerDeps): Promise<number | null> {
  const row = await firstRow<{ ms: number | null }>(
    deps.leases,
    `SELECT (extract(epoch FROM min(lease_until) - clock_timestamp()) * 1000)::float8 AS ms FROM run WHERE lease_owner <> $1 AND status = ANY($2)`,
    [deps.workerId, UNDER_WAY],
  );
  return row?.ms ?? null;
}

/** A held lease. `lost` is aborted as soon as it is not ours any more, also when the database says nothing at all (F-ENG-5). */
export class Lease {
  readonly lost = new AbortController();
  private renewedAt: number;
  private timer: NodeJS.Timeout | null = null;
  /** Fires when the lease has run out by this machine's monotonic clock. */
  private deadline: NodeJS.Timeout | null = null;
  private renewing: Promise<void> | null = null;
  /** Milliseconds asked for at the next renewal, and granted at the last one. */
  private ttlMs: number;
  private grantedMs: number;

  constructor(
    private readonly deps: WorkerDeps,
    readonly claim: Claim,
  ) {
    this.renewedAt = claim.askedAt;
    this.ttlMs = deps.timing.leaseMs;
    this.grantedMs = deps.timing.leaseMs;
  }

  /** Renews until `release` or until it is lost. */
  keep(): void {
    this.renewEvery(this.deps.timing.renewMs);
  }

  /**
   * Short lease for as long as `work` runs, so that another worker takes over soon after this one is lost (R-ENG-1).
   * @throws Error when the lease is lost already
   */
  async critical<T>(work: () => Promise<T>): Promise<T> {
    await this.change(this.deps.timing.criticalLeaseMs, this.deps.timing.criticalLeaseMs / RENEWALS_PER_CRITICAL_LEASE);
    try {
      return await work();
    } finally {
      await this.change(this.deps.timing.leaseMs, this.deps.timing.renewMs).catch(() => undefined);
    }
  }

  private async change(ttlMs: number, everyMs: number): Promise<void> {
    this.lost.signal.throwIfAborted();
    await this.renewing;
    this.ttlMs = ttlMs;
    await this.renew();
    this.lost.signal.throwIfAborted();
    if (this.grantedMs !== ttlMs) throw new Error("our own database did not confirm the lease");
    this.renewEvery(everyMs);
  }

  private renewEvery(ms: number): void {
    this.stopRenewing();
    this.timer = setInterval(() => void this.renew(), ms);
    this.watchDeadline();
  }

  private watchDeadline(): void {
    if (this.deadline !== null) clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.lose("not renewed in time"), Math.max(0, this.leftMs()));
  }

  /** Milliseconds that are left for certain, counted from before the last successful renewal was sent. */
  leftMs(): number {
    return this.grantedMs - (performance.now() - this.renewedAt);
  }

  /** Milliseconds since the run was taken. */
  heldMs(): number {
    return performance.now() - this.claim.askedAt;
  }

  /** Whether enough of the lease is left to begin an effect. */
  isSafe(): boolean {
    return !this.lost.signal.aborted && this.leftMs() > this.grantedMs * SAFE_SHARE;
  }

  /** @throws Error when too little of the lease is left to begin an effect: called by executors right before each of theirs */
  assertSafe(): void {
    if (!this.isSafe()) throw new Error("Too little of the lease is left to begin anything.");
  }

  /** One renewal at a time; a call during one waits for it. Never rejects: what a failure means is in `lost`. */
  renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewOnce(): Promise<void> {
    if (this.leftMs() <= 0) return this.lose("not renewed in time");
    const [asked, ttlMs] = [performance.now(), this.ttlMs];
    try {
      const renewed = await this.deps.leases.query({
        text: `UPDATE run SET lease_until = clock_timestamp() + $3 * interval '1 ms'
          WHERE id = $1 AND lease_owner = $2 AND epoch = $4 AND lease_until > clock_timestamp()`,
        values: [this.claim.runId, this.claim.owner, ttlMs, this.claim.epoch],
        // A connection that died silently never answers: it is given up and the next renewal takes another one.
        query_timeout: ttlMs * RENEWAL_SHARE,
      } as pg.QueryConfig);
      if (renewed.rowCount !== 1) return this.lose("taken over");
      this.renewedAt = asked;
      this.grantedMs = ttlMs;
      if (this.timer !== null) this.watchDeadline();
    } catch (error) {
      this.deps.log.warn({ err: error, runId: this.claim.runId }, "lease could not be renewed");
    }
  }

  lose(why: string): void {
    if (this.lost.signal.aborted) return;
    this.stopRenewing();
    this.deps.log.warn({ runId: this.claim.runId, epoch: this.claim.epoch, why }, "lease lost");
    this.lost.abort(new Error(`lease ${why}`));
  }

  stopRenewing(): void {
    if (this.timer !== null) clearInterval(this.timer);
    if (this.deadline !== null) clearTimeout(this.deadline);
    this.timer = null;
    this.deadline = null;
  }

  /** Gives the run back at once, so that another worker need not wait for the end of the lease (R-ENG-11). Since when nobody drives it stays known. */
  async release(): Promise<void> {
    this.stopRenewing();
    await this.deps.leases.query("UPDATE run SET lease_owner = NULL, lease_until = clock_timestamp() WHERE id = $1 AND lease_owner = $2 AND epoch = $3", [
      this.claim.runId,
      this.claim.owner,
      this.claim.epoch,
    ]);
  }
}
