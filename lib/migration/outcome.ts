import { formatDuration } from "@/lib/core/duration";
import type { StepResult } from "./executors/types";
import type { RunSnapshot, StepState } from "./snapshot";
import { attemptsOf, backoffMs, holdOf, samplesLimitOf } from "./steps";
import type { ClosedAttempt, StepSet } from "./transition";

/* What an executor's answer makes of a step. Pure; failed, errored and waiting are three different things. */

/** The step after everything it had to do is done: over, or held with guards armed. `now` is when the effect was there. */
export function afterDone(step: StepState, now: Date): StepSet {
  const hold = holdOf(step);
  if (hold === 0) return { status: "succeeded", waitingFor: null, dueAt: null, endedAt: now, message: "", progress: null };
  const from = step.effectAt ?? now;
  return { status: "waiting", waitingFor: "timer", dueAt: new Date(from.getTime() + hold), message: `Holds for ${step.spec.hold}.`, progress: null };
}

export interface Outcome {
  set: StepSet;
  /** How the open attempt ends; null: it stays open, the executor is asked again. */
  closes: { outcome: ClosedAttempt["outcome"]; reason?: string } | null;
  event: { type: string; message: string } | null;
  /** The step ended badly and its `onFailure` applies now. */
  broken: boolean;
}

export type Phase = "apply" | "verify" | "undo";

/** What an answer of `apply`, `verify` or `undo` does to the step. */
export function outcomeOf(run: RunSnapshot, step: StepState, phase: Phase, result: StepResult, now: Date): Outcome {
  switch (result.type) {
    case "done":
      return done(step, phase, merged(step, result.output), now);
    case "running":
      return {
        set: {
          dueAt: new Date(now.getTime() + result.askAgainMs),
          output: merged(step, result.output),
          ...(result.progress ? { progress: result.progress } : {}),
        },
        closes: null,
        event: null,
        broken: false,
      };
    case "waiting": {
      const reason = waitedTooLong(step, phase, result, now);
      return reason === null ? waiting(step, phase, result, now) : bad(run, step, phase, { type: "failed", reason, output: result.output }, now, 0);
    }
    case "failed":
      return bad(run, step, phase, result, now, 0);
    case "errored":
      return bad(run, step, phase, result, now, attemptsOf(run, step) - step.tries - 1);
  }
}

function merged(step: StepState, output: StepState["output"] | undefined): StepState["output"] {
  return { ...step.output, ...(output ?? {}) };
}

function done(step: StepState, phase: Phase, output: StepState["output"], now: Date): Outcome {
  if (phase === "apply") {
    const set: StepSet = { status: "running", waitingFor: null, dueAt: null, effectAt: now, output, message: "" };
    return { set, closes: { outcome: "done" }, event: { type: "step.applied", message: `"${step.title}": done, now verified.` }, broken: false };
  }
  if (phase === "verify") {
    const set = { ...afterDone(step, now), output };
    const message = set.status === "waiting" ? `"${step.title}": verified. ${set.message}` : `"${step.title}" succeeded.`;
    return { set, closes: null, event: { type: set.status === "waiting" ? "step.verified" : "step.succeeded", message }, broken: false };
  }
  const { undo: _undo, ...rest } = output;
  const set: StepSet = { status: "undone", waitingFor: null, dueAt: null, endedAt: now, output: rest, message: "", progress: null };
  return { set, closes: { outcome: "done" }, event: { type: "step.undone", message: `"${step.title}" was undone.` }, broken: false };
}

function waiting(step: StepState, phase: Phase, result: Extract<StepResult, { type: "waiting" }>, now: Date): Outcome {
  const dueAt = result.on === "samples" ? new Date(now.getTime() + (result.askAgainMs ?? 1_000)) : null;
  const set: StepSet = {
    status: phase === "undo" ? "undoing" : "waiting",
    waitingFor: result.on,
    dueAt,
    message: result.message,
    output: merged(step, result.output),
  };
  // The page shows the changing message; the journal only says once that the step waits.
  const event = step.waitingFor === result.on ? null : { type: "step.waiting", message: `"${step.title}": ${result.message}` };
  return { set, closes: null, event, broken: false };
}

/** Without an end a run would stand for ever at a server that gets no requests; people are waited for without limit. */
function waitedTooLong(step: StepState, phase: Phase, result: Extract<StepResult, { type: "waiting" }>, now: Date): string | null {
  if (result.on !== "samples" || phase === "undo" || step.effectAt === null) return null;
  const limit = samplesLimitOf(step);
  return now.getTime() - step.effectAt.getTime() < limit ? null : `Only ${result.message} in ${formatDuration(limit)}, the longest time to wait for them.`;
}

function bad(
  run: RunSnapshot,
  step: StepState,
  phase: Phase,
  result: { type: "failed" | "errored"; reason: string; output?: StepState["output"] },
  now: Date,
  left: number,
): Outcome {
  const tries = step.tries + 1;
  const retries = left > 0;
  const dueAt = retries ? new Date(now.getTime() + backoffMs(tries, step.id)) : null;
  const output = phase === "undo" && !retries ? { ...merged(step, result.output), undo: "failed" } : merged(step, result.output);
  const status = phase === "undo" && retries ? "undoing" : result.type;
  const set: StepSet = { status, waitingFor: null, dueAt, tries, output, message: result.reason, ...(retries ? {} : { endedAt: now }) };
  const again = retries ? ` Tried again in ${Math.round(backoffMs(tries, step.id) / 1_000)} s (${tries} of ${attemptsOf(run, step)}).` : "";
  return {
    set,
    closes: phase === "verify" ? null : { outcome: result.type, reason: result.reason },
    event: { type: `step.${phase === "undo" ? "undo-" : ""}${result.type}`, message: `"${step.title}": ${result.reason}${again}` },
    broken: !retries,
  };
}
