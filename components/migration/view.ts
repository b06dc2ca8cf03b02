import type { Tone } from "@/components/ui/status";
import type { IdempotencyClass, StepProgress } from "@/lib/migration/executors/types";
import type { GuardSpec, RunCommand, RunMode, RunPart, RunStatus, StepKind, StepStatus } from "@/lib/migration/types";
import type { Unknown } from "@/lib/migration/unknown";

/*
 * What the pages of a run are drawn from: plain JSON, made on the server from one snapshot. Times are RFC 3339
 * texts, durations milliseconds. `GET /api/v1/runs/{r}` answers with `RunView`.
 */

/** A word for a state with its tone. */
export interface StateWord {
  word: string;
  tone: Tone;
}

export interface StepView {
  id: string;
  number: number;
  key: string;
  kind: StepKind;
  title: string;
  phase: string | null;
  owner: string | null;
  status: StepStatus;
  state: StateWord;
  /** Ended badly for good: nothing more happens to it by itself. */
  broken: boolean;
  waitingFor: string | null;
  message: string;
  instructions: string | null;
  commands: string[];
  items: string[];
  expectedMs: number | null;
  holdMs: number | null;
  /** Planned start on the cutover clock. */
  plannedMs: number;
  startedAt: string | null;
  endedAt: string | null;
  effectAt: string | null;
  dueAt: string | null;
  tries: number;
  progress: StepProgress | null;
  /** Named facts of the outcome, for people. */
  facts: { name: string; value: string }[];
  pointOfNoReturn: boolean;
  downtime: boolean;
  reversible: boolean;
  idempotency: IdempotencyClass;
  /** The step's effect could not be told after a worker was lost: what was seen, and what each choice does. */
  unknown: Unknown | null;
  onFailure: string;
}

export interface GuardView {
  key: string;
  title: string;
  /** The condition in words: `error rate > 1 %`. */
  condition: string;
  /** What is measured: the metric, the query, or where the fast tier looks. */
  measured: string;
  /** `fast`: the worker measures it itself every second. */
  tier: "fast" | "promql";
  state: StateWord;
  value: number | null;
  /** The last value is over its limit, whether or not the guard has tripped. */
  breached: boolean;
  valueText: string;
  limitText: string;
  /** How far the value is from the limit, in words; null when there is no value. */
  margin: string | null;
  /** Share of the limit used, 0 to 1 and beyond, for the bar; null when unknown. */
  used: number | null;
  /** What was normal before the change, in words; null where the guard has no baseline. */
  baseline: string | null;
  effect: GuardSpec["effect"];
  at: string | null;
  /** Why it cannot be evaluated now; null when it can. */
  why: string | null;
  trippedAt: string | null;
  /** Newest last, at most 60 of the last ten minutes. */
  strip: { at: string; value: number | null; verdict: string }[];
  limit: number;
}

/** An automatic rollback as it was measured, in milliseconds from the first bad sample (R-GRD-6). */
export interface ReactionView {
  guard: string;
  firstBadAt: string;
  decidedAfterMs: number;
  backAfterMs: number | null;
}

/** What a confirmation of a safety command says before it is given. */
export interface Consequences {
  stops: string[];
  stays: string[];
  runsOn: string[];
}

export interface ActionView {
  command: RunCommand;
  label: string;
  /** Empty: possible now. Otherwise every reason why not, in words. */
  reasons: string[];
  confirm: { title: string; consequences: Consequences } | null;
  /** Where the decision is taken, when it needs a page of its own. */
  href: string | null;
  /** The step the command is about. */
  step: string | null;
}

export interface VerdictView {
  approver: string;
  verdict: "approve" | "reject";
  reason: string;
  solo: boolean;
  at: string;
  counts: boolean;
}

export interface GateView {
  id: string;
  gate: string;
  title: string;
  status: "open" | "approved" | "rejected" | "expired" | "void";
  state: StateWord;
  planHash: string;
  required: number;
  soloAllowed: boolean;
  requestedBy: string;
  openedAt: string;
  expiresAt: string;
  closedAt: string | null;
  verdicts: VerdictView[];
}

export interface CheckView {
  stepKey: string;
  name: string;
  level: "pass" | "warn" | "block";
  message: string;
  fix: string | null;
}

export interface JournalView {
  seq: number;
  at: string;
  type: string;
  actor: { kind: string; name: string };
  stepKey: string | null;
  message: string;
  data: Record<string, unknown>;
}

export interface LogLine {
  seq: number;
  at: string;
  line: string;
}

/** The reversibility meter; see lib/migration/way-back.ts. */
export interface WayBackView {
  state: "nothing-done" | "lossless" | "lossy" | "impossible" | "unknown";
  why: string;
  seconds: number | null;
  writesAtRisk: number | null;
  lag: { bytes: number; seconds: number | null } | null;
  measuredAt: string | null;
  undoes: number;
  byHand: string[];
  alarms: string[];
  breaches: string[];
}

export interface RunView {
  /** Server time at which this was true. */
  at: string;
  timeZone: string;
  id: string;
  number: number;
  mode: RunMode;
  part: RunPart;
  status: RunStatus;
  state: StateWord;
  version: number;
  direction: "forward" | "back";
  planHash: string;
  reason: string;
  solo: boolean;
  project: { slug: string; name: string };
  migration: { key: string; name: string };
  from: string;
  to: string;
  runbookVersion: number;
  createdBy: string;
  requestedBy: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  endReason: string | null;
  observeUntil: string | null;
  /** Sum of expected times and holds; null when no step says how long it takes. */
  plannedMs: number | null;
  /** Positive: later than planned. Null before the start or without planned times. */
  driftMs: number | null;
  /** No worker drives the run although it is under way: since when, why, and what to do. */
  undriven: { since: string; why: string } | null;
  /** The sentence that answers "is it going well?". */
  answer: string;
  /** What the reader has to do now; "Nothing for you to do." is written out. */
  todo: string;
  /** Number of the current step (1-based) and all steps. */
  stepNumber: number;
  current: StepView | null;
  next: StepView | null;
  traffic: { percent: number; since: string | null; measured: string | null; hasTraffic: boolean };
  /** Null before the start and after the end. */
  wayBack: WayBackView | null;
  /** Until when a rollback is promised, once known. */
  rollbackUntil: string | null;
  pointOfNoReturn: { number: number; title: string; passed: boolean } | null;
  actions: ActionView[];
  steps: StepView[];
  guards: GuardView[];
  /** The automatic rollback of the run; null when there was none. */
  reaction: ReactionView | null;
  gates: GateView[];
  openGateId: string | null;
  preflight: CheckView[];
  preflightAt: string | null;
  journalSeq: number;
  ended: boolean;
}
