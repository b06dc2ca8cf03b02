import { driftText } from "@/components/migration/words";
import { formatClock, formatDuration } from "@/lib/core/duration";
import { holdReasons } from "@/lib/migration/guard-actions";
import { gateOf, type RunSnapshot, type StepState } from "@/lib/migration/snapshot";
import { attemptsOf, isBroken, waitsForTry } from "@/lib/migration/steps";

/* What a run's page says in sentences: how it goes, and what there is to do. Pure. */

/** What the sentence needs beside the run: names, the time, and where the run stands. */
export interface AnswerFacts {
  now: Date;
  from: string;
  to: string;
  undriven: { since: Date } | null;
  /** The step at hand and its index; null and negative when there is none. */
  at: StepState | null;
  atIndex: number;
  /** Milliseconds later than planned; null when nothing is planned. */
  driftMs: number | null;
}

/** The sentence that answers "is it going well?". */
export function answerOf(run: RunSnapshot, { at, atIndex, driftMs, ...around }: AnswerFacts): string {
  const what =
    run.plan.decommission !== undefined
      ? `The decommission of ${around.from}`
      : `${run.mode === "live" ? "The cutover" : "The rehearsal"} from ${around.from} to ${around.to}`;
  const clock = run.startedAt === null ? "" : ` at ${formatClock((run.endedAt ?? around.now).getTime() - run.startedAt.getTime())}`;
  const step = at === null ? "" : `step ${atIndex + 1} of ${run.steps.length}, "${at.title}"`;
  const late = driftMs !== null ? `, ${driftText(driftMs)}` : "";
  const tripped = run.guards.find((guard) => guard.state === "tripped");
  const because = run.endReason ?? (tripped === undefined ? run.desiredReason : `the guard "${tripped.spec.title}" was breached`);
  const blocked = blockText(run.preflight ?? []);
  if (around.undriven !== null)
    return `${what} stands still${at === null ? "" : ` at ${step}`}: no worker has driven it for ${formatDuration(around.now.getTime() - around.undriven.since.getTime())}. Nothing happens, and its guards are asleep.`;
  switch (run.status) {
    case "draft":
      return `${what} is a draft: nothing runs until it is requested, approved and started.`;
    case "awaiting-approval": {
      const gate = gateOf(run, "start");
      const have = gate?.verdicts.filter((verdict) => verdict.verdict === "approve").length ?? 0;
      return `${what} waits for approval: ${have} of ${gate?.required ?? 1} given. ${blocked}Nothing has changed yet.`;
    }
    case "approved":
      return `${what} is approved${blocked === "" ? " and can be started" : ""}. ${blocked}Nothing has changed yet.`;
    case "running":
      return `${what} is ${runningWord(run, at)}: ${step}${late}.${at !== null && waitsForTry(at) ? ` The last try: ${asSentence(at.message)}` : ""}`;
    case "paused":
      return `${what} is paused: ${step}. Guards stay armed${because ? `. Reason: ${because}` : ""}.`.replace(/\.\.$/, ".");
    case "observing":
      return `${what} is done and under observation${run.observeUntil === null ? "" : ` for another ${formatDuration(Math.max(0, run.observeUntil.getTime() - around.now.getTime()))}`}; guards stay armed.`;
    case "succeeded":
      return `${what} succeeded${clock}: all ${run.steps.length} steps, observation over.`;
    case "rolling-back":
      return `${what} is rolling back${because ? `, because ${lower(because)}` : ""}${at === null ? "" : `: undoing ${step}`}.`.replace(/\.\.$/, ".");
    case "rolled-back":
      return `${what} was rolled back${clock}${because ? `: ${lower(because)}` : ""}.`.replace(/\.\.$/, ".");
    case "aborted":
      return `${what} was aborted${clock}${because ? `: ${lower(because)}` : ""}. What had been done was left as it is.`.replace(/\.\. /, ". ");
    case "rejected":
      return `${what} was rejected${because ? `: ${lower(because)}` : ""}. Nothing has changed.`.replace(/\.\. /, ". ");
    case "needs-attention":
      return `${what} needs a person${because ? `: ${lower(because)}` : ""}${at === null ? "" : ` (${step})`}.`.replace(/\.\.$/, ".");
  }
}

/** What a run that goes on is at: a step that failed and is tried again is not simply running. */
function runningWord(run: RunSnapshot, at: StepState | null): string {
  if (at?.waitingFor === "human") return "waiting for a person";
  if (at?.waitingFor === "approval") return "waiting for approval";
  if (at !== null && waitsForTry(at)) return `waiting to try again (${at.tries} of ${attemptsOf(run, at)} tries could not tell)`;
  return heldText(run, at) === null ? "running" : "held";
}

const asSentence = (text: string) => (/[.!?]$/.test(text) || text === "" ? text : `${text}.`);

/** What of the preflight would refuse the start, as a sentence with a space after it; empty when nothing does. */
export function blockText(checks: readonly { level: string }[]): string {
  const blocks = checks.filter((check) => check.level === "block").length;
  return blocks === 0 ? "" : `The preflight blocks the start: ${blocks === 1 ? "one point" : `${blocks} points`} below. `;
}

const lower = (sentence: string) => (/^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence);

/** Why guards keep the run from going on, when they are what it waits for. */
function heldText(run: RunSnapshot, at: StepState | null): string | null {
  const held = holdReasons(run, at?.status === "pending" ? at : null);
  const waits = at === null || at.status === "pending" || at.waitingFor === "timer" || at.waitingFor === "samples";
  return held.length > 0 && waits ? `Guards hold the run: ${held.join(" ")}` : null;
}

/** What the reader has to do now; "Nothing for you to do." is written out. */
export function todoOf(run: RunSnapshot, at: StepState | null, gateOpen: boolean): string {
  if (gateOpen) return "An approval is waited for.";
  const broken = at !== null && isBroken(at);
  switch (run.status) {
    case "draft":
      return "Request approval when the plan is ready.";
    case "approved":
      return "Start it when the time has come.";
    case "running":
      if (at?.waitingFor === "human") return "Do the step by hand, then confirm it.";
      if (broken) return "Retry the step, skip it, or roll back.";
      if (at !== null && waitsForTry(at)) return "Nothing for you to do: the next try begins by itself. You may have it begin now.";
      return heldText(run, at) ?? "Nothing for you to do.";
    case "observing":
      return heldText(run, null) ?? "Nothing for you to do.";
    case "paused":
      if (run.pausedBy !== null) return "Nothing for you to do: it goes on by itself when its signal is good again.";
      return broken ? "Retry the step, skip it, or roll back." : "Resume, or roll back.";
    case "needs-attention":
      if (at !== null && at.status !== "failed" && at.status !== "errored")
        return "Find out why workers are lost (their log says), then resume, roll back, or abort.";
      return "Look at the step, then retry it, skip it, or abort.";
    case "rolling-back":
      return at?.waitingFor === "human" ? "Undo the step by hand, then confirm it." : "Nothing for you to do.";
    default:
      return "Nothing for you to do.";
  }
}
