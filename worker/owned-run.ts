import { inTransaction, type Tx } from "@/lib/db/transaction";
import { type LoadedRun, loadRun } from "@/lib/migration/load-run";
import { traitsOf } from "@/lib/migration/run-plan";
import type { StepState } from "@/lib/migration/snapshot";
import { applyTransition, StaleRun, type Transition } from "@/lib/migration/transition";
import { DatabaseClock } from "./database-clock";
import type { WorkerDeps } from "./deps";
import type { Lease } from "./lease";
import { Redactor } from "./step-log";

const MAX_CONFLICTS = 20;
/** A worker that stands still in the middle of a change gives the run's row back before its lease is over (F-ENG-2). */
const WRITE_LIMITS = { statementTimeoutMs: 5_000, transactionTimeoutMs: 8_000 };

/** A run this worker holds the lease of: its snapshot, its clock, and the only door to writing it. */
export class OwnedRun {
  readonly redactor = new Redactor();
  /** Keys of the servers on which the sessions of earlier owners were ended under this lease. */
  readonly fenced = new Set<string>();
  /** Attempts whose intent may be stored although this worker never heard so: what they are about was not begun. */
  readonly neverBegun = new Set<string>();
  private snapshot: LoadedRun | null = null;
  private readonly clock = new DatabaseClock();
  private wake: (() => void) | null = null;
  private woken = false;

  constructor(
    readonly deps: WorkerDeps,
    readonly lease: Lease,
    /** Only looks (preflight of a run that was not started): holds no lease and writes nothing. */
    private readonly options: { readOnly?: boolean } = {},
  ) {}

  get id(): string {
    return this.lease.claim.runId;
  }

  /** The last snapshot read. */
  get run(): LoadedRun {
    if (this.snapshot === null) throw new Error("The run was not loaded yet.");
    return this.snapshot;
  }

  /** Time by the database's clock: hosts may disagree, timers may not (F-ENG-15). */
  now(): Date {
    return this.clock.at(performance.now());
  }

  /** How far `now` may be off, in milliseconds, either way. */
  nowUncertaintyMs(): number {
    return this.clock.uncertaintyMs();
  }

  async reload(): Promise<LoadedRun> {
    const loaded = await loadRun(this.deps.db.pool, this.id);
    return this.keep(loaded);
  }

  private keep(loaded: LoadedRun): LoadedRun {
    this.clock.take(loaded.clock);
    // Two reads may overtake each other: the older answer is not news.
    if (this.snapshot !== null && loaded.version < this.snapshot.version) return this.snapshot;
    this.snapshot = loaded;
    if (this.options.readOnly === true) return loaded;
    if (loaded.leaseOwner !== this.lease.claim.owner || loaded.epoch !== this.lease.claim.epoch) this.lease.lose("taken over");
    return loaded;
  }

  step(id: string): StepState {
    const found = this.run.steps.find((step) => step.id === id);
    if (found === undefined) throw new Error("The step is not part of the run.");
    return found;
  }

  /**
   * Writes a transition decided on a fresh snapshot. When somebody else wrote in between, it is decided again;
   * `decide` returns null when nothing is left to do. False: not written, or the lease is lost.
   */
  async write(decide: (run: LoadedRun, now: Date) => Transition | null, also?: (tx: Tx, run: LoadedRun) => Promise<void>): Promise<boolean> {
    if (this.options.readOnly === true) throw new Error("A run that is only looked at cannot be written.");
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if (this.lease.lost.signal.aborted) return false;
      const run = await this.reload();
      const now = this.now();
      const change = decide(run, now);
      if (change === null) return false;
      try {
        await inTransaction(
          this.deps.db,
          async (tx) => {
            const lease = { owner: this.lease.claim.owner, epoch: this.lease.claim.epoch };
            await applyTransition(tx, this.writer(now), run, this.redactor.value(change), { version: run.version, lease });
            await also?.(tx, run);
          },
          WRITE_LIMITS,
        );
        await this.reload();
        return true;
      } catch (error) {
        if (!(error instanceof StaleRun)) throw error;
      }
    }
    throw new Error("The run changed too often to be written.");
  }

  /** The worker as the actor of journal and audit. */
  writer(now: Date) {
    return { actor: { kind: "worker" as const, name: this.deps.workerId }, now };
  }

  traits(step: StepState) {
    return traitsOf(this.run.plan, step.spec.kind);
  }

  /** Ends the present sleep of the main loop. */
  nudge(): void {
    this.woken = true;
    this.wake?.();
  }

  /** Sleeps until nudged, at most `ms`. */
  async sleep(ms: number): Promise<void> {
    if (!this.woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.woken = false;
    this.wake = null;
  }
}
