import type { Permission } from "@/lib/auth/permissions";
import { standing } from "./approvals";
import { gateOf, type RunSnapshot, type StepState } from "./snapshot";
import { crossedNoReturn, currentStep, isBroken, needsGate, waitsForTry } from "./steps";
import { type RunCommand, type RunStatus, UNDER_WAY } from "./types";

/*
 * What people may do in which state, and why not. The same table refuses on the server and greys out buttons.
 */

interface CommandRule {
  permission: Permission;
  /** Accepted whatever version the page saw: stopping must never fail because something else changed first. */
  safety: boolean;
  from: readonly RunStatus[];
  /** Reasons beyond the state; the state is already one of `from`. */
  unless?: (run: RunSnapshot, now: Date, step: StepState | null) => string[];
}

export const COMMANDS: Record<RunCommand, CommandRule> = {
  request: { permission: "run.request", safety: false, from: ["draft"] },
  approve: { permission: "run.approve", safety: false, from: ["awaiting-approval", ...UNDER_WAY], unless: noOpenGate },
  reject: { permission: "run.approve", safety: false, from: ["awaiting-approval", "approved", ...UNDER_WAY], unless: nothingToReject },
  start: { permission: "run.start", safety: false, from: ["approved"], unless: startRefusals },
  pause: { permission: "run.safety", safety: true, from: ["running", "paused"], unless: cannotPause },
  resume: { permission: "run.operate", safety: false, from: ["paused", "needs-attention"], unless: brokenStep },
  confirm: { permission: "run.confirm", safety: false, from: ["running", "paused", "rolling-back", "needs-attention"], unless: nothingToConfirm },
  skip: { permission: "run.operate", safety: false, from: ["running", "paused", "needs-attention"], unless: notSkippable },
  retry: { permission: "run.operate", safety: false, from: ["running", "paused", "needs-attention"], unless: nothingToRetry },
  abort: { permission: "run.safety", safety: true, from: ["draft", "awaiting-approval", "approved", "running", "paused", "observing", "needs-attention"] },
  rollback: { permission: "run.safety", safety: true, from: ["running", "paused", "observing", "needs-attention"], unless: cannotRollBack },
};

const STATE_WORDS: Record<RunStatus, string> = {
  draft: "is still a draft",
  "awaiting-approval": "waits for approval",
  approved: "is approved but not started",
  running: "is running",
  paused: "is paused",
  observing: "is in its observation window",
  succeeded: "has succeeded",
  "rolling-back": "is rolling back",
  "rolled-back": "was rolled back",
  aborted: "was aborted",
  rejected: "was rejected",
  "needs-attention": "waits for a person's decision",
};

/** Every reason why the command is refused in the present state; empty: it is accepted. `stepKey` limits it to one step. */
export function refusals(run: RunSnapshot, command: RunCommand, now: Date, stepKey?: string): string[] {
  const rule = COMMANDS[command];
  if (!rule.from.includes(run.status)) return [`The run ${STATE_WORDS[run.status]}: ${command} is not possible.`];
  const asked = askedAlready(run, command);
  if (asked !== null) return [asked];
  const step = stepInQuestion(run);
  if (stepKey !== undefined && step?.key !== stepKey) return [`The run is not at the step "${stepKey}".`];
  return rule.unless?.(run, now, step) ?? [];
}

/** Wishes by what they override: nothing weaker may take back an abort or rollback before the worker has seen it. */
const OVERRIDDEN: Partial<Record<RunSnapshot["desired"], readonly RunCommand[]>> = {
  abort: ["pause", "resume", "skip", "retry"],
  rollback: ["pause", "resume", "skip", "retry", "abort"],
};

function askedAlready(run: RunSnapshot, command: RunCommand): string | null {
  if (OVERRIDDEN[run.desired]?.includes(command) !== true) return null;
  return `${run.desired === "abort" ? "An abort" : "A rollback"} was asked for; the worker acts on it.`;
}

/** The step that confirm, skip and retry speak about. */
export function stepInQuestion(run: RunSnapshot): StepState | null {
  if (run.direction === "forward") return currentStep(run);
  return run.steps.findLast((step) => step.status === "undoing" || step.output.undo === "failed") ?? null;
}

/** The open gate a verdict would go to. */
export function openGate(run: RunSnapshot) {
  return run.gates.find((gate) => gate.status === "open") ?? null;
}

function noOpenGate(run: RunSnapshot): string[] {
  return openGate(run) === null ? ["Nothing waits for approval."] : [];
}

function nothingToReject(run: RunSnapshot): string[] {
  if (run.status === "approved") return [];
  return openGate(run) === null ? ["Nothing waits for approval."] : [];
}

function startRefusals(run: RunSnapshot, now: Date): string[] {
  const gate = gateOf(run, "start");
  const reasons = gate === null ? ["The run was never approved."] : standing(gate, run.planHash, now).reasons;
  const blocks = (run.preflight ?? []).filter((check) => check.level === "block");
  const notBefore = run.plan.decommission?.notBefore;
  if (notBefore !== undefined && now < new Date(notBefore))
    reasons.push(`The old side may be taken away from ${notBefore} on: until then going back to it is promised.`);
  return [...reasons, ...blocks.map((check) => `${check.stepKey}: ${check.message}`)];
}

/** A run that a signal paused can be paused by a person: then it no longer goes on by itself. */
function cannotPause(run: RunSnapshot): string[] {
  if (run.status === "paused") return run.pausedBy === null ? ["The run is paused already."] : [];
  return run.desired === "pause" ? ["This was already asked for; the worker acts on it."] : [];
}

function brokenStep(run: RunSnapshot, _now: Date, step: StepState | null): string[] {
  if (run.direction === "back") return step !== null && isBroken(step) ? [`"${step.title}" could not be undone: retry or skip it.`] : [];
  const gate = step === null ? null : gateOf(run, step.key);
  if (step?.waitingFor === "approval" && gate?.status === "rejected") return ["The approval was rejected: roll back or abort."];
  return step !== null && isBroken(step) ? [`The step "${step.title}" has ${step.status}: retry it, skip it or roll back.`] : [];
}

function nothingToConfirm(run: RunSnapshot, _now: Date, step: StepState | null): string[] {
  if (step === null) return ["There is no step to confirm."];
  if (step.waitingFor === "human" && (step.status === "waiting" || step.status === "undoing")) return [];
  // After an effect that could not be observed a person may say that it is there.
  if (run.status === "needs-attention" && run.direction === "forward" && isBroken(step) && !needsGate(step)) return [];
  return [`The step "${step.title}" does not wait for a person.`];
}

function notSkippable(run: RunSnapshot, _now: Date, step: StepState | null): string[] {
  if (step === null) return ["There is no step to skip."];
  if (run.direction === "back") return isBroken(step) ? [] : ["Only an undo that failed can be skipped."];
  if (needsGate(step)) return [`The step "${step.title}" needs an approval and cannot be skipped.`];
  if (isBroken(step) || (step.status === "waiting" && step.waitingFor === "human")) return [];
  if (step.status === "pending" && run.status === "paused") return [];
  return [`The step "${step.title}" is ${step.status}: pause the run first, or wait until it has ended.`];
}

function nothingToRetry(run: RunSnapshot, _now: Date, step: StepState | null): string[] {
  if (step === null) return ["There is no step to retry."];
  return isBroken(step) || (run.status === "running" && waitsForTry(step)) ? [] : [`The step "${step.title}" has not failed.`];
}

function cannotRollBack(run: RunSnapshot, now: Date): string[] {
  if (run.direction === "back") return ["The run is already rolling back: retry or skip the undo that failed."];
  if (run.desired === "rollback") return ["This was already asked for; the worker acts on it."];
  const gate = gateOf(run, "rollback");
  return crossedNoReturn(run) !== null && gate?.status === "open" && gate.expiresAt > now
    ? ["The rollback would lose data and already waits for approval."]
    : [];
}

/** What a command leaves behind, for the confirmation in the page. Empty where nothing surprises. */
export function consequence(run: RunSnapshot, command: RunCommand): string {
  const done = run.steps.filter((step) => step.status === "succeeded").length;
  if (command === "abort" && run.startedAt !== null) {
    return `${done} finished steps stay as they are, ${run.trafficPercent} % of the traffic stays on the new side, guards stop watching.`;
  }
  const crossed = crossedNoReturn(run);
  if (command === "rollback" && crossed !== null) return `Undo after "${crossed.title}" loses data: a second person has to approve it first.`;
  if (command === "pause") return "The step under way is finished; nothing new begins. Guards stay armed.";
  return "";
}
