import { runStep } from "@/lib/migration/types";
import { sendLocalJournal } from "./checkpoints";
import type { WorkerDeps } from "./deps";
import { driveRun } from "./drive";
import type { Home } from "./home";
import { claimRun, endLapsedWorkers, Lease, nextLapseMs } from "./lease";
import { OwnedRun } from "./owned-run";

const MAX_RUNS = 20;

/** Finds runs that nobody acts for and drives them. Polls; hints only make it quicker (F-ENG-9, F-ENG-10). */
export class RunLoop {
  private readonly owned = new Map<string, { run: OwnedRun; driven: Promise<void> }>();
  private readonly stopping = new AbortController();
  private polling: Promise<void> | null = null;
  private wake: (() => void) | null = null;

  constructor(
    private readonly deps: WorkerDeps,
    private readonly home: Home,
  ) {}

  start(): void {
    this.polling = this.poll();
  }

  /** A hint that a run changed; unknown runs only cause a look for work. */
  hint(runId: string): void {
    const owned = this.owned.get(runId);
    if (owned !== undefined) owned.run.nudge();
    else this.wake?.();
  }

  /** Ids of the runs this worker acts for. */
  runs(): string[] {
    return [...this.owned.keys()];
  }

  /** Lets calls end or parks them, releases every lease (R-ENG-11). */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    await this.polling;
    await Promise.all([...this.owned.values()].map((one) => one.driven));
  }

  private async poll(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await sendLocalJournal(this.deps);
        if ((await endLapsedWorkers(this.deps)) > 0) this.deps.log.warn({}, "sessions of a lost worker were ended");
        while (this.owned.size < MAX_RUNS && !this.stopping.signal.aborted && (await this.home.here()) && (await this.takeOne()));
      } catch (error) {
        this.deps.log.warn({ err: error }, "looking for work failed");
      }
      if (this.stopping.signal.aborted) return;
      const pause = await this.pauseMs();
      if (this.stopping.signal.aborted) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Until the next look; shorter when a lease of another worker would run out before (takeover within a second of it). */
  private async pauseMs(): Promise<number> {
    const { pollMs } = this.deps.timing;
    const lapse = await nextLapseMs(this.deps).catch(() => null);
    return lapse === null || lapse < 0 ? pollMs : Math.min(pollMs, lapse + 5);
  }

  private async takeOne(): Promise<boolean> {
    const claim = await claimRun(this.deps, versionsOf(this.deps));
    if (claim === null) return false;
    const lease = new Lease(this.deps, claim);
    lease.keep();
    const run = new OwnedRun(this.deps, lease);
    this.deps.log.info({ runId: claim.runId, epoch: claim.epoch }, "run taken");
    const driven = driveRun(run, this.stopping.signal)
      .catch(async (error: unknown) => {
        this.deps.log.error({ err: error, runId: claim.runId }, "driving the run ended in an error");
        // Such as a run that could not be read after it was claimed: the next one need not wait for the end of the lease.
        await lease.release().catch(() => undefined);
      })
      .finally(() => {
        if (this.owned.get(claim.runId)?.run === run) this.owned.delete(claim.runId);
      });
    this.owned.set(claim.runId, { run, driven });
    return true;
  }
}

/** Versions of the executors this worker has: it takes no run that was frozen with others (R-ENG-12). */
export function versionsOf(deps: Pick<WorkerDeps, "executors">): Record<string, number> {
  return Object.fromEntries(
    runStep.options.flatMap((option) => {
      const kind = option.shape.kind.value;
      const executor = deps.executors(kind);
      return executor === null ? [] : [[kind, executor.version]];
    }),
  );
}
