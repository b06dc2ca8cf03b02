import { messageOf } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import { tripAction } from "@/lib/migration/guard-actions";
import { intervalMs } from "@/lib/migration/guard-types";
import { countsFrom, isArmed, type Judgement, judge, type Reading } from "@/lib/migration/guards";
import { METER_FRESH_MS } from "@/lib/migration/meters";
import type { GuardState } from "@/lib/migration/snapshot";
import { ENDED } from "@/lib/migration/types";
import { keepBaselineSample, recordBaseline, recordsBefore } from "./guard-baseline";
import { keepSample, recover, tellSilence, trip } from "./guard-record";
import { openSource } from "./guard-sources/open-source";
import type { GuardSource } from "./guard-sources/source";
import type { OwnedRun } from "./owned-run";

/*
 * Samples guards in every state from arming to the end of the observation: also paused, also while people are waited for
 * (R-GRD-2). Each guard for itself, so that a server that hangs makes no other guard blind (R-GRD-9).
 */

const LOOK_MS = 200;

/** Starts watching; the returned function ends it and closes what the sources keep open. */
export function watchGuards(owned: OwnedRun): () => Promise<void> {
  const watchers = new Map<string, GuardWatcher>();
  const since = performance.now();
  const timer = setInterval(() => {
    if (owned.lease.lost.signal.aborted || ENDED.includes(owned.run.status)) return;
    for (const guard of owned.run.guards) {
      if (!isArmed(guard) && !recordsBefore(owned.run, guard)) continue;
      const watcher = watchers.get(guard.id) ?? new GuardWatcher(owned, guard.id, since);
      watchers.set(guard.id, watcher);
      watcher.tick();
    }
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all([...watchers.values()].map((watcher) => watcher.close()));
  };
}

class GuardWatcher {
  private sampling: Promise<void> | null = null;
  private baselining: Promise<void> | null = null;
  private source: GuardSource | null = null;
  private dueAt: Date | null = null;
  /** Whether its silence was told; null: an earlier worker may have told it. */
  private told: boolean | null = null;

  constructor(
    private readonly owned: OwnedRun,
    private readonly guardId: string,
    /** When this worker began to watch the run, by `performance.now()`. */
    private readonly since: number,
  ) {}

  tick(): void {
    const guard = this.guard();
    if (this.sampling !== null || guard === null) return;
    const now = this.owned.now();
    const due = this.dueAt ?? guard.nextDueAt;
    const urgent = guard.state !== "tripped" && this.source?.urgent?.() === true;
    if (due !== null && due > now && !urgent) return;
    // Counted from when it was due, so that slow samples do not stretch the second; what was missed is not made up for.
    this.dueAt = new Date(Math.max(now.getTime(), (due ?? now).getTime() + intervalMs(guard.spec)));
    this.sampling = this.sample(guard, this.dueAt)
      .catch((error: unknown) => this.owned.deps.log.warn({ err: error, runId: this.owned.id, guard: guard.spec.key }, "guard could not be sampled"))
      .finally(() => {
        this.sampling = null;
      });
  }

  async close(): Promise<void> {
    await Promise.all([this.sampling, this.baselining]);
    await this.source?.close();
  }

  private guard(): GuardState | null {
    return this.owned.run.guards.find((one) => one.id === this.guardId) ?? null;
  }

  private async sample(guard: GuardState, nextDueAt: Date): Promise<void> {
    const { owned } = this;
    if (!isArmed(guard)) return await keepBaselineSample(owned, guard, await this.read(guard));
    // Beside the samples: a server that is slow to tell the past must not delay the present.
    this.baselining ??= recordBaseline(owned, guard)
      .catch((error: unknown) => owned.deps.log.warn({ err: error, runId: owned.id, guard: guard.spec.key }, "no baseline yet"))
      .finally(() => {
        this.baselining = null;
      });
    const reading = await this.read(guard);
    if (owned.lease.lost.signal.aborted) return;
    const current = await fresh(owned, guard);
    const from = countsFrom(owned.run, guard);
    const judgement = this.judged(current, reading, from);
    const sample = { guard: current, judgement, reading, nextDueAt };
    if (judgement.tripped !== null) await trip(owned, sample, from, this.settled());
    else if (judgement.recovered) await recover(owned, sample);
    else await keepSample(owned, sample);
    this.told = await tellSilence(owned, sample, this.told);
  }

  /** The judgement, with what stands against acting on it now. */
  private judged(current: GuardState, reading: Reading, from: Date): Judgement {
    const { owned } = this;
    const judged = judge(current, reading, from, owned.now());
    // While the rollback it caused is under way a guard stays tripped, whatever it measures meanwhile.
    const rollingBack = owned.run.direction === "back" || owned.run.desired === "rollback";
    if (current.state === "tripped" && rollingBack) return { ...judged, state: "tripped", recovered: false };
    if (judged.tripped === null) return judged;
    const { action } = tripAction(owned.run, current, judged.tripped, owned.now(), this.settled());
    return action === "defer" ? { ...judged, state: judged.silent ? "inconclusive" : "bad", tripped: null } : judged;
  }

  private settled(): boolean {
    return performance.now() - this.since > METER_FRESH_MS;
  }

  private async read(guard: GuardState): Promise<Reading> {
    try {
      this.source ??= openSource(this.owned, guard);
      return await this.source.read(countsFrom(this.owned.run, guard));
    } catch (error) {
      return { type: "error", reason: this.owned.redactor.text(messageOf(error)) };
    }
  }
}

/** The guard's counters as they are in the database: the snapshot of the main loop may be older. */
async function fresh(owned: OwnedRun, guard: GuardState): Promise<GuardState> {
  const row = await firstRow<Partial<GuardState>>(
    owned.deps.db.pool,
    `SELECT state, armed_at AS "armedAt", recent, bad_streak AS "badStreak", bad_requests AS "badRequests", first_bad_at AS "firstBadAt",
            valid_samples AS "validSamples", last_verdict AS "lastVerdict", last_value AS "lastValue", last_usable_at AS "lastUsableAt"
       FROM run_guard WHERE id = $1`,
    [guard.id],
  );
  return { ...guard, ...row };
}
