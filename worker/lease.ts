import { firstRow } from "@/lib/db/transaction";
import type { WorkerDeps } from "./deps";

/* Who may act for a run (R-ENG-1). Only the database's clock decides; this process measures what is left monotonically. */

const CLAIMABLE = ["running", "paused", "observing", "rolling-back", "needs-attention"];
/** Below this share of the lease no effect is begun. */
const SAFE_SHARE = 0.3;
const RENEWALS_PER_CRITICAL_LEASE = 5;

export interface Claim {
  runId: string;
  projectId: string;
  owner: string;
  epoch: number;
}

/** Takes one run that nobody acts for, under a new epoch; null when there is none. One statement, safe with any number of workers (F-ENG-3). */
export async function claimRun(deps: WorkerDeps, versions: Record<string, number>): Promise<Claim | null> {
  const row = await firstRow<{ id: string; projectId: string; epoch: number }>(
    deps.db.pool,
    `UPDATE run SET epoch = epoch + 1, takeovers = takeovers + (CASE WHEN lease_owner IS NULL THEN 0 ELSE 1 END),
            lease_owner = $1, lease_until = clock_timestamp() + $2 * interval '1 ms'
      WHERE id = (SELECT id FROM run
                   WHERE status = ANY($3) AND (lease_until IS NULL OR lease_until < clock_timestamp()) AND plan->'executors' <@ $4::jsonb
                   ORDER BY lease_until NULLS FIRST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, project_id AS "projectId", epoch`,
    [deps.workerId, deps.timing.leaseMs, CLAIMABLE, JSON.stringify(versions)],
  );
  return row === null ? null : { runId: row.id, projectId: row.projectId, owner: deps.workerId, epoch: row.epoch };
}

/** A held lease. `lost` is aborted as soon as it is not ours any more. */
export class Lease {
  readonly lost = new AbortController();
  private renewedAt = performance.now();
  private timer: NodeJS.Timeout | null = null;
  /** Milliseconds asked for at the next renewal, and granted at the last one. */
  private ttlMs: number;
  private grantedMs: number;

  constructor(
    private readonly deps: WorkerDeps,
    readonly claim: Claim,
  ) {
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
    this.ttlMs = ttlMs;
    await this.renew();
    this.lost.signal.throwIfAborted();
    this.renewEvery(everyMs);
  }

  private renewEvery(ms: number): void {
    this.stopRenewing();
    this.timer = setInterval(() => void this.renew(), ms);
  }

  /** Milliseconds that are left for certain, counted from before the last successful renewal was sent. */
  leftMs(): number {
    return this.grantedMs - (performance.now() - this.renewedAt);
  }

  /** Whether enough of the lease is left to begin an effect. */
  isSafe(): boolean {
    return !this.lost.signal.aborted && this.leftMs() > this.grantedMs * SAFE_SHARE;
  }

  async renew(): Promise<void> {
    // Also while an earlier renewal hangs on a connection that died silently (F-ENG-5).
    if (this.leftMs() <= 0) return this.lose("not renewed in time");
    const [asked, ttlMs] = [performance.now(), this.ttlMs];
    try {
      const renewed = await this.deps.db.pool.query(
        `UPDATE run SET lease_until = clock_timestamp() + $3 * interval '1 ms'
          WHERE id = $1 AND lease_owner = $2 AND epoch = $4 AND lease_until > clock_timestamp()`,
        [this.claim.runId, this.claim.owner, ttlMs, this.claim.epoch],
      );
      if (renewed.rowCount !== 1) return this.lose("taken over");
      this.renewedAt = asked;
      this.grantedMs = ttlMs;
    } catch (error) {
      this.deps.log.warn({ err: error, runId: this.claim.runId }, "lease could not be renewed");
      if (this.leftMs() <= 0) this.lose("not renewed in time");
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
    this.timer = null;
  }

  /** Gives the run back at once, so that another worker need not wait for the end of the lease (R-ENG-11). */
  async release(): Promise<void> {
    this.stopRenewing();
    await this.deps.db.pool.query("UPDATE run SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2 AND epoch = $3", [
      this.claim.runId,
      this.claim.owner,
      this.claim.epoch,
    ]);
  }
}
