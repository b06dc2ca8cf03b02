import { messageOf } from "@/lib/core/errors";
import type { Executor } from "@/lib/migration/executors/types";
import { lastPoint, loadMeters, type MeterLease, writeMeter, writeMeterError } from "@/lib/migration/meter-store";
import { type Meter, type MeterEvent, meterEvents } from "@/lib/migration/meters";
import type { StepState } from "@/lib/migration/snapshot";
import type { Transition } from "@/lib/migration/transition";
import { ENDED } from "@/lib/migration/types";
import type { Watch } from "@/lib/migration/watch-types";
import type { OwnedRun } from "./owned-run";
import { callContext } from "./step-context";

/*
 * Calls the `watch` of every step that has one, from the step's start until the run ends, in every state of the run, and
 * stores what it says. Beside the run loop: a long call of an executor must not make the watch blind.
 */

const LOOK_MS = 200;
const DEFAULT_MS = 2_000;
/** Longest time of one look; what takes longer counts as not seen. */
const LIMIT_MS = 10_000;

/** Starts watching; the returned function ends it. */
export function watchSteps(owned: OwnedRun): () => void {
  const watchers = new Map<string, StepWatcher>();
  const stop = new AbortController();
  const timer = setInterval(() => {
    if (owned.lease.lost.signal.aborted || ENDED.includes(owned.run.status)) return;
    for (const step of owned.run.steps) {
      const executor = owned.deps.executors(step.spec.kind);
      if (executor?.watch === undefined || !isWatched(step)) continue;
      const watcher = watchers.get(step.id) ?? new StepWatcher(owned, step.id, executor, stop.signal);
      watchers.set(step.id, watcher);
      watcher.tick();
    }
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    stop.abort(new Error("the run is no longer watched"));
  };
}

/** From its start until it is being undone: then its undo says what there is to say. */
function isWatched(step: StepState): boolean {
  return step.startedAt !== null && step.status !== "pending" && step.status !== "undoing" && step.status !== "undone";
}

class StepWatcher {
  private busy = false;
  private dueAt = 0;
  private before: Watch | null = null;
  private point: { at: Date; back: string; breached: boolean } | null = null;
  private loaded = false;

  constructor(
    private readonly owned: OwnedRun,
    private readonly stepId: string,
    private readonly executor: Executor,
    private readonly stop: AbortSignal,
  ) {}

  tick(): void {
    if (this.busy || performance.now() < this.dueAt) return;
    this.busy = true;
    this.dueAt = performance.now() + (this.executor.watchMs ?? DEFAULT_MS);
    this.look()
      .catch((error: unknown) => {
        if (!this.stop.aborted) this.owned.deps.log.warn({ err: error, runId: this.owned.id, step: this.stepId }, "a step could not be watched");
      })
      .finally(() => {
        this.busy = false;
      });
  }

  private async look(): Promise<void> {
    const { owned, stepId } = this;
    await this.load();
    const at = owned.now();
    const seen = await this.measure();
    const lease: MeterLease = { owner: owned.lease.claim.owner, epoch: owned.lease.claim.epoch };
    if (this.stop.aborted || owned.lease.lost.signal.aborted) return;
    if (seen instanceof Error) return await writeMeterError(owned.deps.db.pool, owned.id, stepId, lease, owned.redactor.text(seen.message));
    const now = owned.redactor.value(seen);
    if (!(await writeMeter(owned.deps.db.pool, owned.id, stepId, lease, { at, watch: now }, this.point))) return;
    if (this.point === null || at.getTime() - this.point.at.getTime() >= LIMIT_MS || this.point.back !== now.back)
      this.point = await lastPoint(owned.deps.db.pool, stepId);
    remember(owned, { stepId, stepKey: owned.step(stepId).key, at, watch: now, error: null });
    await this.tell(now);
    this.before = now;
  }

  /** What an earlier worker saw last, so that a restart tells nothing twice. */
  private async load(): Promise<void> {
    if (this.loaded) return;
    const { pool } = this.owned.deps.db;
    this.before = (await loadMeters(pool, this.owned.id)).find((meter) => meter.stepId === this.stepId)?.watch ?? null;
    this.point = await lastPoint(pool, this.stepId);
    this.loaded = true;
  }

  private async measure(): Promise<Watch | Error> {
    const limit = AbortSignal.any([this.stop, AbortSignal.timeout(LIMIT_MS)]);
    try {
      const step = this.owned.step(this.stepId);
      const { context, log, done } = await callContext(this.owned, { step, direction: "apply", attempt: 0, before: null, stop: limit });
      const late = new Promise<never>((_resolve, reject) =>
        limit.addEventListener("abort", () => reject(new Error("The look took too long.")), { once: true }),
      );
      try {
        const seen = this.executor.watch?.(step.spec, context);
        return await Promise.race([seen ?? late, late]);
      } finally {
        done();
        await log.flush().catch(() => undefined);
      }
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error));
    }
  }

  private async tell(now: Watch): Promise<void> {
    for (const event of meterEvents(this.owned.step(this.stepId).title, this.before, now)) await write(this.owned, this.stepId, event, now);
  }
}

/** The snapshot is only read again when the run changes; decisions between two reads need the newest measurement. */
function remember(owned: OwnedRun, meter: Meter): void {
  const { meters } = owned.run;
  const index = meters.findIndex((one) => one.stepId === meter.stepId);
  if (index >= 0) meters[index] = meter;
  else meters.push(meter);
}

/** A breach stops a run that goes forward, and everybody learns why: never a silent gap. */
async function write(owned: OwnedRun, stepId: string, event: MeterEvent, now: Watch): Promise<void> {
  const { key } = owned.step(stepId);
  await owned.write((run): Transition | null => {
    const fresh = run.steps.find((one) => one.id === stepId);
    // Its undo began while this look was under way: what was seen is our own doing.
    if (ENDED.includes(run.status) || fresh === undefined || !isWatched(fresh)) return null;
    // A run that a signal paused would go on by itself: from now on a person has to let it.
    const halts = run.status === "running" || (run.status === "paused" && run.pausedBy !== null);
    const holds = event.holds && halts && run.direction === "forward";
    const data = { back: now.back, lag: now.lag, writesAtRisk: now.writesAtRisk, breach: now.breach };
    return {
      run: holds ? { status: "paused", desiredReason: event.message } : {},
      events: [
        { type: event.type, message: event.message, stepKey: key, data },
        ...(holds ? [{ type: "run.paused", message: `Paused: ${event.message}`, stepKey: key, data: { cause: "meter" } }] : []),
      ],
      audit: { action: `run.${event.type}`, reason: event.message, after: { step: key } },
    };
  });
}
