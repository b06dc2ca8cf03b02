import type { Observation } from "@/lib/migration/executors/types";
import type { StepState } from "@/lib/migration/snapshot";
import { isHuman } from "@/lib/migration/steps";
import type { Transition } from "@/lib/migration/transition";
import { UNKNOWN, type Unknown, unknownOf } from "@/lib/migration/unknown";
import type { OwnedRun } from "./owned-run";
import { look } from "./perform";
import type { Stop } from "./record";
import { closed, recovered } from "./recovered";

/* An intent without an outcome: its worker was lost. What is there decides, never a guess (R-ENG-4, R-ENG-5). */

const LOOK_AGAIN_MS = 2_000;
/** What cannot be seen for so long is a person's question: a server that stays away must not keep a run standing in silence. */
const LOOK_LIMIT_MS = 10 * 60_000;

export type Verdict = "recovered" | "again" | "ask";

/** What the idempotency class says about a state that was found. */
export function verdictOf(idempotency: string, direction: "apply" | "undo", state: Observation["state"]): Verdict {
  if (idempotency === "P") return "again";
  if (idempotency === "X") return "ask";
  const wanted = direction === "apply" ? "present" : "absent";
  if (state === wanted) return "recovered";
  // Created by name: something else under that name is not ours to touch.
  if (state === "other" && idempotency === "C") return "ask";
  return "again";
}

/** Settles an intent left by another epoch. */
export async function recover(owned: OwnedRun, stepId: string, direction: "apply" | "undo", stop: Stop): Promise<void> {
  const step = owned.step(stepId);
  const { idempotency } = owned.traits(step);
  const unbegun = step.open !== null && owned.neverBegun.has(step.open.id);
  const blind = unbegun || idempotency === "P" || idempotency === "X" || isHuman(step);
  const found: Observation | Error = blind ? { state: "absent", facts: {} } : await look(owned, step, stop.signal, direction);
  if (stop.signal.aborted || owned.lease.lost.signal.aborted) return;
  if (found instanceof Error) {
    owned.deps.log.warn({ runId: owned.id, step: step.key, reason: found.message }, "state after a lost worker could not be seen yet");
    if (owned.lease.heldMs() < LOOK_LIMIT_MS) return await owned.sleep(LOOK_AGAIN_MS);
    await owned.write((run) => {
      const fresh = run.steps.find((one) => one.id === stepId);
      if (fresh?.open == null || fresh.open.id !== step.open?.id || fresh.waitingFor === "human") return null;
      return ask(fresh, fresh.open.id, direction, unknownOf({ idempotency, direction }, null, found.message));
    });
    return;
  }
  const verdict = unbegun ? "again" : verdictOf(isHuman(step) ? "P" : idempotency, direction, found.state);
  await owned.write((run, now) => {
    const fresh = run.steps.find((one) => one.id === stepId);
    if (fresh?.open == null || fresh.open.id !== step.open?.id) return null;
    // A question to a person keeps its intent open: it is not lost, it waits.
    if (fresh.waitingFor === "human") return null;
    if (verdict === "recovered") return recovered(fresh, { attemptId: fresh.open.id, direction, found, why: "a worker was lost; its effect is there" }, now);
    if (verdict === "again") return again(fresh, fresh.open.id, direction, found);
    return ask(fresh, fresh.open.id, direction, unknownOf({ idempotency, direction }, found), found);
  });
}

function again(step: StepState, attemptId: string, direction: "apply" | "undo", found: Observation): Transition {
  return {
    steps: [{ id: step.id, set: { status: direction === "apply" ? "running" : "undoing", effectAt: null, dueAt: null, waitingFor: null } }],
    closed: closed(attemptId, "unknown", found, "a worker was lost; the step is done again"),
    events: [
      {
        type: "step.resumed",
        message: `"${step.title}": a worker was lost; the step is taken up again.`,
        stepKey: step.key,
        data: { direction, found: found.state },
      },
    ],
    audit: { action: "run.step-resumed", after: { step: step.key } },
  };
}

/** Stops for a person, with what was seen and what each choice does (R-ENG-4). */
function ask(step: StepState, attemptId: string, direction: "apply" | "undo", unknown: Unknown, found: Observation | null = null): Transition {
  const reason = `A worker was lost in "${step.title}", and what it did cannot be told. ${unknown.observed}`;
  const output = { ...step.output, [UNKNOWN]: unknown, ...(direction === "undo" ? { undo: "failed" } : {}) };
  return {
    run: { status: "needs-attention", takeovers: 0, desiredReason: reason },
    steps: [{ id: step.id, set: { status: "errored", dueAt: null, message: reason, output } }],
    closed: [{ id: attemptId, outcome: "unknown", after: found === null ? null : { state: found.state, ...found.facts }, reason }],
    events: [{ type: "run.needs-attention", message: reason, stepKey: step.key, data: { direction, found: found?.state ?? null, unknown } }],
    audit: { action: "run.needs-attention", reason },
  };
}
