import type { Connection, ConnectionKind } from "@/lib/connection/types";
import type { Facts, StepContext } from "@/lib/migration/executors/types";
import type { StepState } from "@/lib/migration/snapshot";
import { timeoutOf } from "@/lib/migration/steps";
import { checkpointing, loadCheckpoints } from "./checkpoints";
import type { OwnedRun } from "./owned-run";
import { StepLog } from "./step-log";

export interface CallContext {
  context: StepContext;
  log: StepLog;
  /** Frees the timer of the timeout. */
  done: () => void;
}

export interface CallInput {
  step: StepState;
  direction: "apply" | "undo";
  attempt: number;
  before: Facts | null;
  /** Broken off by wishes and by the end of the worker. */
  stop: AbortSignal;
}

/** Name of the effect: the same for every try of a step in one direction. */
export function effectKey(runId: string, stepKey: string, direction: "apply" | "undo"): string {
  return `${runId}:${stepKey}:${direction}`;
}

/** Name under which fault injection knows the place: the kind, with `/undo` on the way back. */
export function crashName(step: StepState, direction: "apply" | "undo"): string {
  return direction === "undo" ? `${step.spec.kind}/undo` : step.spec.kind;
}

/** What one call of an executor is handed: frozen targets only, a signal for every way to stop, redacting output. @throws when our own database is away */
export async function callContext(owned: OwnedRun, input: CallInput): Promise<CallContext> {
  const { deps, run, lease } = owned;
  const { step } = input;
  const log = new StepLog(deps.db, { runId: run.id, stepId: step.id, fence: lease.claim }, owned.redactor);
  const place = { stepId: step.id, stepKey: step.key, direction: input.direction, attempt: input.attempt };
  const [known, egress, controlDatabase] = [await loadCheckpoints(owned, place), await deps.egress(), await deps.controlDatabase()];
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error("the step took longer than it may")), Math.min(timeoutOf(run, step), 2_147_000_000));
  const crashKind = crashName(step, input.direction);
  const context: StepContext = {
    runId: run.id,
    stepKey: step.key,
    epoch: lease.claim.epoch,
    attempt: input.attempt,
    effectKey: effectKey(run.id, step.key, input.direction),
    signal: AbortSignal.any([input.stop, lease.lost.signal, timeout.signal]),
    assertLease: () => lease.assertSafe(),
    now: () => owned.now(),
    nowUncertaintyMs: () => owned.nowUncertaintyMs(),
    connection: (key, ...kinds) => openTarget(owned, key, ...kinds),
    egress,
    controlDatabase,
    log: (line) => log.line(line),
    progress: (progress) => log.show(progress),
    ...checkpointing(owned, place, known),
    deadMan: deps.deadMan,
    crashPoint: (name) => deps.crash(crashKind, `at-${name}`),
    before: input.before,
    previous: Object.keys(step.output).length === 0 ? null : step.output,
    since: step.startedAt ?? owned.now(),
  };
  return { context, log, done: () => clearTimeout(timer) };
}

/** Opens a connection exactly as it was frozen. @throws Error for one the plan does not name, or of none of the kinds */
export async function openTarget(owned: OwnedRun, key: string, ...kinds: ConnectionKind[]): Promise<Connection> {
  const target = owned.run.plan.targets.find((one) => one.key === key);
  if (target === undefined || !kinds.some((kind) => kind === target.kind))
    throw new Error(`The approved plan has no ${kinds.join(" or ")} connection "${key}".`);
  const connection = await owned.deps.openConnection(owned.run.projectId, target);
  owned.redactor.add(Object.values(connection.secret));
  return connection;
}
