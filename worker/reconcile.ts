import { messageOf } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { firstRow } from "@/lib/db/transaction";
import type { StepResult } from "@/lib/migration/executors/types";
import type { StepState } from "@/lib/migration/snapshot";
import { trafficOwner } from "@/lib/migration/steps";
import type { OwnedRun } from "./owned-run";
import { look } from "./perform";
import type { Stop } from "./record";
import { type CallContext, callContext, effectKey } from "./step-context";

/* While a run owns the weights, somebody else's change of them (a reload loses them all) is told and undone (R-GRD-11). */

/** The step whose weights are to be kept now; null while a step of traffic is under way or none was made. */
export function ownedWeights(owned: OwnedRun): StepState | null {
  const step = trafficOwner(owned.run);
  return step === null || step.status === "running" || step.open !== null || !isVolatile(owned, step) ? null : step;
}

/** HAProxy's weights live in its memory; those of other services stay, and are compared when they are changed next. */
function isVolatile(owned: OwnedRun, step: StepState): boolean {
  const { spec } = step;
  return spec.kind === "traffic.set" && owned.run.plan.targets.find((target) => target.key === spec.with.connection)?.kind === "haproxy";
}

/** Compares and, where they differ, sets the weights again under an intent of its own. */
export async function reconcile(owned: OwnedRun, stepId: string, stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const found = await look(owned, step, stop.signal);
  if (found instanceof Error || found.state === "present" || stop.signal.aborted || !owned.lease.isSafe()) return;
  const next = await firstRow<{ number: number }>(
    owned.deps.db.pool,
    "SELECT coalesce(max(number), 0) + 1 AS number FROM attempt WHERE step_id = $1 AND direction = 'apply'",
    [stepId],
  );
  const attempt = { id: newId(), number: next?.number ?? 1 };
  const prepared = await callContext(owned, { step, direction: "apply", attempt: attempt.number, before: found.facts, stop: stop.signal });
  const opened = await owned.write((run) => {
    const owner = trafficOwner(run);
    if (owner?.id !== stepId || owner.status === "running" || owner.open !== null || run.desired === "rollback") return null;
    return {
      opened: [
        {
          ...attempt,
          stepId,
          direction: "apply",
          epoch: run.epoch,
          effectKey: effectKey(run.id, step.key, "apply"),
          intent: { reason: "reconcile", with: step.spec.with },
          before: found.facts,
        },
      ],
      events: [
        {
          type: "traffic.drift",
          message: `Somebody else changed the traffic of "${step.title}": it is set again.`,
          stepKey: step.key,
          data: { found: found.facts },
        },
      ],
      audit: { action: "run.traffic-drift", after: { step: step.key, found: found.facts } },
    };
  });
  if (opened) await setAgain(owned, step, attempt.id, prepared);
  else prepared.done();
}

async function setAgain(owned: OwnedRun, step: StepState, attemptId: string, { context, log, done }: CallContext): Promise<void> {
  let result: StepResult;
  try {
    const executor = owned.deps.executors(step.spec.kind);
    result = executor === null ? { type: "errored", reason: "unknown executor" } : await executor.apply(step.spec, context);
  } catch (error) {
    result = { type: "errored", reason: messageOf(error) };
  } finally {
    done();
    await log.flush().catch(() => undefined);
  }
  const ok = result.type === "done";
  const reason = "reason" in result ? result.reason : undefined;
  await owned.write(() => ({
    closed: [{ id: attemptId, outcome: ok ? "done" : "errored", reason }],
    events: [
      ok
        ? { type: "traffic.restored", message: `The traffic of "${step.title}" is as it should be again.`, stepKey: step.key }
        : { type: "traffic.not-restored", message: `The traffic of "${step.title}" could not be set again: ${reason ?? result.type}`, stepKey: step.key },
    ],
    audit: { action: ok ? "run.traffic-restored" : "run.traffic-not-restored", after: { step: step.key } },
  }));
}
