import { firstRow } from "@/lib/db/transaction";
import { breaksOff, type Move, nextMove } from "@/lib/migration/machine";
import type { StepState } from "@/lib/migration/snapshot";
import { ENDED, type RunStatus } from "@/lib/migration/types";
import { watchGuards } from "./guards";
import { makeMove } from "./moves";
import type { OwnedRun } from "./owned-run";
import { askAgain, begin, timeOut, verify } from "./perform";
import { admit } from "./preflight";
import { ownedWeights, reconcile } from "./reconcile";
import type { Stop } from "./record";
import { recover } from "./recover";
import { watchShare } from "./share";
import { watchSteps } from "./watch";

const AFTER_ERROR_MS = 1_000;
const PARK_MS = 3_000;
/** States in which a worker has no business with a run. */
const NOT_OURS: readonly RunStatus[] = [...ENDED, "draft", "awaiting-approval", "approved"];

/** A call under way: at most one per run. */
interface Call {
  step: StepState | null;
  finished: Promise<void>;
  breakOff: (cause: "wish" | "shutdown") => void;
}

/** Drives one owned run until it ends, the lease is lost or the worker stops. Releases the lease. */
export async function driveRun(owned: OwnedRun, stopping: AbortSignal): Promise<void> {
  const log = { runId: owned.id, epoch: owned.lease.claim.epoch };
  await owned.reload();
  const stopGuards = watchGuards(owned);
  const stopWatching = watchSteps(owned);
  const stopShare = watchShare(owned);
  const nudge = () => owned.nudge();
  stopping.addEventListener("abort", nudge);
  const driver = new Driver(owned);
  try {
    while (!owned.lease.lost.signal.aborted && !stopping.aborted && !NOT_OURS.includes(owned.run.status)) {
      try {
        await driver.turn();
      } catch (error) {
        owned.deps.log.error({ err: error, ...log }, "the run loop stumbled");
        await owned.sleep(AFTER_ERROR_MS);
      }
    }
    await driver.park();
  } finally {
    stopping.removeEventListener("abort", nudge);
    const guardsClosed = stopGuards();
    stopWatching();
    stopShare();
    if (owned.lease.lost.signal.aborted) owned.lease.stopRenewing();
    else await owned.lease.release().catch((error: unknown) => owned.deps.log.warn({ err: error, ...log }, "lease could not be released"));
    await guardsClosed;
  }
}

class Driver {
  private call: Call | null = null;
  private reconciledAt = performance.now();

  constructor(private readonly owned: OwnedRun) {}

  /** One look at the run and at most one move. */
  async turn(): Promise<void> {
    const { owned } = this;
    await this.refresh();
    if (NOT_OURS.includes(owned.run.status) || owned.lease.lost.signal.aborted) return;
    if (this.call !== null) {
      if (this.call.step !== null && breaksOff(owned.run, this.call.step)) this.call.breakOff("wish");
      return await owned.sleep(owned.deps.timing.tickMs);
    }
    const move = nextMove(owned.run, owned.now());
    if (move.type === "wait") return await this.wait(move);
    const started = this.calls(move);
    if (started === null) return await makeMove(owned, move);
    this.start(started.step, started.work);
  }

  /** Ends or breaks off the call under way; the worker stops or the run is over. */
  async park(): Promise<void> {
    if (this.call === null) return;
    const { finished } = this.call;
    const within = (ms: number) => Promise.race([finished.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), ms))]);
    if (!this.owned.lease.lost.signal.aborted && (await within(this.owned.deps.timing.graceMs))) return;
    this.call?.breakOff("shutdown");
    await within(PARK_MS);
  }

  /** Reads the run again only when somebody changed it. */
  private async refresh(): Promise<void> {
    const row = await firstRow<{ version: number; epoch: number; owner: string | null }>(
      this.owned.deps.db.pool,
      "SELECT version, epoch, lease_owner AS owner FROM run WHERE id = $1",
      [this.owned.id],
    );
    const { claim } = this.owned.lease;
    if (row === null || row.owner !== claim.owner || row.epoch !== claim.epoch) return this.owned.lease.lose("taken over");
    if (row.version !== this.owned.run.version) await this.owned.reload();
  }

  private async wait(move: Extract<Move, { type: "wait" }>): Promise<void> {
    const { owned } = this;
    const weights = ownedWeights(owned);
    if (weights !== null && performance.now() - this.reconciledAt >= owned.deps.timing.reconcileMs) {
      return this.start(null, async (stop) => {
        await reconcile(owned, weights.id, stop);
        this.reconciledAt = performance.now();
      });
    }
    const until = move.until === null ? owned.deps.timing.tickMs : Math.max(0, move.until.getTime() - owned.now().getTime()) + 1;
    await owned.sleep(Math.min(until, owned.deps.timing.tickMs));
  }

  /** The work of moves that call an executor; null for moves of our own rows. */
  private calls(move: Move): { step: StepState | null; work: (stop: Stop) => Promise<void> } | null {
    const { owned } = this;
    switch (move.type) {
      case "admit":
        return { step: null, work: (stop) => admit(owned, stop) };
      case "apply":
        return { step: move.step, work: (stop) => begin(owned, move.step.id, "apply", stop) };
      case "undo":
        return { step: move.step, work: (stop) => begin(owned, move.step.id, "undo", stop) };
      case "ask-again":
        return { step: move.step, work: (stop) => askAgain(owned, move.step.id, move.direction, stop) };
      case "verify":
        return { step: move.step, work: (stop) => verify(owned, move.step.id, stop) };
      case "recover":
        return { step: move.step, work: (stop) => recover(owned, move.step.id, move.direction, stop) };
      case "time-out":
        return { step: move.step, work: (stop) => timeOut(owned, move.step.id, move.direction, stop) };
      default:
        return null;
    }
  }

  private start(step: StepState | null, work: (stop: Stop) => Promise<void>): void {
    const { owned } = this;
    const controller = new AbortController();
    let cause: "wish" | "shutdown" | null = null;
    const stop: Stop = { signal: controller.signal, cause: () => cause };
    const finished = work(stop)
      .catch(async (error: unknown) => {
        owned.deps.log.error({ err: error, runId: owned.id, step: step?.key }, "a call ended in an error of the worker");
        await new Promise((resolve) => setTimeout(resolve, AFTER_ERROR_MS));
      })
      .finally(() => {
        this.call = null;
        owned.nudge();
      });
    this.call = {
      step,
      finished,
      breakOff: (why) => {
        cause ??= why;
        controller.abort(new Error(why === "wish" ? "broken off by a person or guard" : "the worker stops"));
      },
    };
  }
}
