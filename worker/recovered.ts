import type { Observation } from "@/lib/migration/executors/types";
import { afterDone } from "@/lib/migration/outcome";
import type { StepState } from "@/lib/migration/snapshot";
import type { ClosedAttempt, Transition } from "@/lib/migration/transition";

/** How an attempt ends whose effect was looked at instead of reported. */
export function closed(id: string, outcome: ClosedAttempt["outcome"], found: Observation, reason: string): ClosedAttempt[] {
  return [{ id, outcome, after: { state: found.state, ...found.facts }, reason }];
}

export interface Recovery {
  /** The attempt that ends with it; null when it has ended already without a clear answer. */
  attemptId: string | null;
  direction: "apply" | "undo";
  found: Observation;
  why: string;
}

/** The effect was found to be there (or, undoing, gone): the step goes on as if its executor had said so. */
export function recovered(step: StepState, recovery: Recovery, now: Date): Transition {
  const { direction, found, why } = recovery;
  const apply = direction === "apply";
  const share = step.spec.kind === "traffic.set" ? { trafficPercent: apply ? step.spec.with.percent : 0 } : {};
  const set = apply
    ? ({ status: "running", effectAt: now, dueAt: null, message: "", output: { ...step.output, ...found.facts } } as const)
    : ({ ...afterDone({ ...step, spec: { ...step.spec, hold: undefined } }, now), status: "undone" } as const);
  return {
    run: { takeovers: 0, ...share },
    steps: [{ id: step.id, set }],
    closed: recovery.attemptId === null ? [] : closed(recovery.attemptId, "recovered", found, why),
    events: [{ type: "step.recovered", message: `"${step.title}": ${why}.`, stepKey: step.key, data: { direction, found: found.state } }],
    audit: { action: "run.step-recovered", after: { step: step.key } },
  };
}
