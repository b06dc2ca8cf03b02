import { clockMs } from "@/components/migration/clock";
import type { CheckView, GateView, RunView, StateWord, WayBackView } from "@/components/migration/view";
import { runTitle, runWord } from "@/components/migration/words";
import { reactionOf } from "@/lib/migration/reaction";
import { partOf } from "@/lib/migration/run-plan";
import type { GateState, RunSnapshot } from "@/lib/migration/snapshot";
import { crossedNoReturn, currentStep, nextUndo, trafficOwner } from "@/lib/migration/steps";
import { ENDED } from "@/lib/migration/types";
import { wayBackOf } from "@/lib/migration/way-back";
import { guardView, reactionView, type StripSample } from "./guard-view";
import { actionViews, type Refusals } from "./run-actions";
import { answerOf, todoOf } from "./run-words";
import { plannedOffsets, stepView } from "./step-view";

/** Names and samples around a snapshot, read by the page. */
export interface RunSurroundings {
  now: Date;
  timeZone: string;
  project: { slug: string; name: string };
  migration: { key: string; name: string };
  from: string;
  to: string;
  runbookVersion: number;
  /** Names of people by id. */
  people: ReadonlyMap<string, string>;
  /** Newest samples of each guard by guard id, oldest first. */
  strips: ReadonlyMap<string, StripSample[]>;
  /** No worker drives it although it is under way. */
  undriven: { since: Date; why: string } | null;
  /** Why a command is refused now for the reader; empty: possible. The server's own rule. */
  refusals: Refusals;
}

const text = (date: Date | null) => date?.toISOString() ?? null;

/** The run as its pages show it. Pure. */
export function runView(run: RunSnapshot, around: RunSurroundings): RunView {
  const offsets = plannedOffsets(run.steps.map((step) => step.spec));
  const steps = run.steps.map((step, index) => stepView(run, step, index, offsets.starts[index] ?? 0));
  const at = run.direction === "back" ? (nextUndo(run) ?? null) : currentStep(run);
  const atIndex = at === null ? -1 : run.steps.indexOf(at);
  const ended = ENDED.includes(run.status);
  const waitingFor = at?.status === "waiting" ? at.waitingFor : null;
  const current = ended || atIndex < 0 ? null : (steps[atIndex] ?? null);
  const nextIndex = run.direction === "back" ? atIndex - 1 : atIndex + 1;
  const state: StateWord = around.undriven === null ? runWord(run, waitingFor) : { word: "No worker", tone: "bad" };
  const name = (id: string | null) => (id === null ? null : (around.people.get(id) ?? "a former member"));
  const open = run.gates.find((gate) => gate.status === "open" && gate.expiresAt > around.now) ?? null;
  const noReturnIndex = run.steps.findIndex((step) => step.spec.pointOfNoReturn === true);
  const noReturn = run.steps[noReturnIndex];
  const driftMs = drift(run, offsets.starts, atIndex, around.now);
  const clock = { startedAt: text(run.startedAt), endedAt: text(run.endedAt) };
  return {
    at: around.now.toISOString(),
    timeZone: around.timeZone,
    id: run.id,
    number: run.number,
    mode: run.mode,
    part: partOf(run.plan),
    status: run.status,
    state,
    version: run.version,
    direction: run.direction,
    planHash: run.planHash,
    reason: run.reason,
    solo: run.solo,
    project: around.project,
    migration: around.migration,
    from: around.from,
    to: around.to,
    runbookVersion: around.runbookVersion,
    createdBy: name(run.createdById) ?? "",
    requestedBy: name(run.requestedById),
    createdAt: run.createdAt.toISOString(),
    ...clock,
    endReason: run.endReason,
    observeUntil: text(run.observeUntil),
    plannedMs: offsets.total > 0 ? offsets.total : null,
    driftMs: offsets.total > 0 ? driftMs : null,
    undriven: around.undriven === null ? null : { since: around.undriven.since.toISOString(), why: around.undriven.why },
    answer: answerOf(run, { ...around, at, atIndex, driftMs: offsets.total > 0 ? driftMs : null }),
    todo: around.undriven === null ? todoOf(run, at, open !== null) : "Have a worker take it, as said above: the run goes on by itself then.",
    stepNumber: current?.number ?? (ended || run.status === "observing" ? steps.length : 1),
    current,
    next: ended || current === null ? null : (steps[nextIndex] ?? null),
    traffic: {
      percent: run.trafficPercent,
      since: text(run.trafficSince),
      measured: measuredTraffic(run),
      hasTraffic: run.steps.some((step) => step.spec.kind === "traffic.set"),
    },
    wayBack: wayBackView(run, around.now),
    rollbackUntil: rollbackUntil(run),
    pointOfNoReturn: noReturn === undefined ? null : { number: noReturnIndex + 1, title: noReturn.title, passed: crossedNoReturn(run) !== null },
    actions: actionViews(run, at, open, around.refusals),
    steps,
    guards: run.guards.map((guard) => guardView(run, guard, { strip: around.strips.get(guard.id) ?? [], now: around.now, watched: around.undriven === null })),
    reaction: reactionView(reactionOf(run)),
    gates: run.gates.map((gate) => gateView(run, gate, around)),
    openGateId: open?.id ?? null,
    preflight: (run.preflight ?? []).map((check): CheckView => ({ ...check, fix: check.fix ?? null })),
    preflightAt: text(run.preflightAt),
    journalSeq: run.journalSeq,
    ended,
  };
}

/** What a gate asks, in words. */
export function gateTitle(run: Pick<RunSnapshot, "steps" | "number" | "mode" | "plan">, gate: string): string {
  if (gate === "start") return `the start of ${runTitle({ ...run, part: partOf(run.plan) }).toLowerCase()}`;
  if (gate === "rollback") return `the roll back of run ${run.number} past the point of no return`;
  const index = run.steps.findIndex((step) => step.key === gate);
  const step = run.steps[index];
  return step === undefined ? `the step "${gate}"` : `step ${index + 1}: ${step.title}`;
}

const GATE_WORDS: Record<GateState["status"], GateView["state"]> = {
  open: { word: "Waiting", tone: "warn" },
  approved: { word: "Approved", tone: "ok" },
  rejected: { word: "Rejected", tone: "bad" },
  expired: { word: "Expired", tone: "neutral" },
  void: { word: "Void", tone: "neutral" },
};

function gateView(run: RunSnapshot, gate: GateState, around: RunSurroundings): GateView {
  const expired = gate.status === "open" && gate.expiresAt <= around.now;
  const status = expired ? "expired" : gate.status;
  return {
    id: gate.id,
    gate: gate.gate,
    title: gateTitle(run, gate.gate),
    status,
    state: status === "void" && gate.planHash !== run.planHash ? { word: "Void: the plan changed", tone: "neutral" } : GATE_WORDS[status],
    planHash: gate.planHash,
    required: gate.required,
    soloAllowed: gate.soloAllowed,
    requestedBy: around.people.get(gate.requestedById) ?? "a former member",
    openedAt: gate.openedAt.toISOString(),
    expiresAt: gate.expiresAt.toISOString(),
    closedAt: text(gate.closedAt),
    verdicts: gate.verdicts.map((verdict) => ({
      approver: verdict.approverName,
      verdict: verdict.verdict,
      reason: verdict.reason,
      solo: verdict.solo,
      at: verdict.at.toISOString(),
      counts: verdict.stillEntitled && verdict.planHash === run.planHash,
    })),
  };
}

/** How the traffic is really split, beside the share that is set: weights as they were read back, and what was measured. */
function measuredTraffic(run: RunSnapshot): string | null {
  const output = trafficOwner(run)?.output;
  const weights = output?.weights;
  if (typeof weights !== "object" || weights === null || !("old" in weights) || !("new" in weights)) return null;
  const read = `weights ${String(weights.old)} old, ${String(weights.new)} new`;
  return typeof output?.measured === "string" ? `${read}; ${output.measured}` : read;
}

function wayBackView(run: RunSnapshot, now: Date): WayBackView | null {
  const back = wayBackOf(run, now);
  return back === null ? null : { ...back, measuredAt: text(back.measuredAt) };
}

function rollbackUntil(run: RunSnapshot): string | null {
  if (run.plan.rollbackDeadlineMs === null) return null;
  const last = run.steps.at(-1)?.endedAt ?? null;
  return last === null ? null : new Date(last.getTime() + run.plan.rollbackDeadlineMs).toISOString();
}

/**
 * How much later than planned, in milliseconds: where the run stands against where the plan has it. A step that has
 * begun counts as late only once it takes longer than expected.
 */
export function drift(run: Pick<RunSnapshot, "startedAt" | "endedAt" | "steps">, starts: readonly number[], atIndex: number, now: Date): number | null {
  if (run.startedAt === null) return null;
  const elapsed = clockMs({ startedAt: run.startedAt.toISOString(), endedAt: text(run.endedAt) }, now.getTime()) ?? 0;
  const total = starts.at(-1) ?? 0;
  if (atIndex < 0) {
    const last = run.steps.reduce<Date | null>(
      (newest, step) => (step.endedAt !== null && (newest === null || step.endedAt > newest) ? step.endedAt : newest),
      null,
    );
    return last === null ? null : last.getTime() - run.startedAt.getTime() - total;
  }
  const plannedStart = starts[atIndex] ?? 0;
  const plannedEnd = starts[atIndex + 1] ?? plannedStart;
  const began = run.steps[atIndex]?.startedAt;
  const late = began == null ? elapsed - plannedStart : began.getTime() - run.startedAt.getTime() - plannedStart;
  return elapsed > plannedEnd ? Math.max(late, elapsed - plannedEnd) : late;
}
