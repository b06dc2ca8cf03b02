import type { Facts, StepProgress } from "./executors/types";
import type { Baseline } from "./guard-baseline";
import type { Meter } from "./meters";
import type { RunPlan } from "./run-plan";
import type { GuardSpec, RunMode, RunStatus, RunStepSpec, SampleVerdict, StepStatus } from "./types";

/* A run as the machine sees it: plain values, read in one go by the store. */

export type Desired = "go" | "pause" | "abort" | "rollback";
export type Direction = "forward" | "back";
export type WaitingFor = "human" | "timer" | "samples" | "approval";

/** A try whose intent is committed and whose outcome is not. */
export interface OpenAttempt {
  id: string;
  number: number;
  direction: "apply" | "undo";
  epoch: number;
  intentAt: Date;
}

export interface StepState {
  id: string;
  position: number;
  key: string;
  title: string;
  spec: RunStepSpec;
  status: StepStatus;
  waitingFor: WaitingFor | null;
  message: string;
  dueAt: Date | null;
  startedAt: Date | null;
  /** When the effect was seen to be there; null before, and again after a retry. */
  effectAt: Date | null;
  endedAt: Date | null;
  /** Tries that ended errored or failed since the step (or its retry) began. */
  tries: number;
  output: Facts;
  progress: StepProgress | null;
  open: OpenAttempt | null;
}

export type GuardStatus = "idle" | "armed" | "inconclusive" | "bad" | "tripped" | "disarmed";

export interface GuardState {
  id: string;
  position: number;
  spec: GuardSpec;
  state: GuardStatus;
  armedAt: Date | null;
  /** The newest verdicts, one letter each, at most as many as the guard looks at (`judge`). */
  recent: string;
  badStreak: number;
  badRequests: number;
  /** First bad sample of those that count; stays while the guard is tripped. */
  firstBadAt: Date | null;
  /** What was normal before the change of traffic; null until it was recorded (R-GRD-7). */
  baseline: Baseline | null;
  validSamples: number;
  lastVerdict: SampleVerdict | null;
  lastValue: number | null;
  /** Time of the newest sample that counted. */
  lastUsableAt: Date | null;
  nextDueAt: Date | null;
  trippedAt: Date | null;
}

export type GateStatus = "open" | "approved" | "rejected" | "expired" | "void";

/** A verdict with what is known of its person now (R-APR-5). */
export interface VerdictState {
  id: string;
  approverId: string;
  approverName: string;
  verdict: "approve" | "reject";
  planHash: string;
  reason: string;
  solo: boolean;
  at: Date;
  /** The person may still approve: not disabled, role still grants it. */
  stillEntitled: boolean;
}

export interface GateState {
  id: string;
  /** `start`, `rollback`, or the key of the step that waits. */
  gate: string;
  planHash: string;
  status: GateStatus;
  required: number;
  soloAllowed: boolean;
  requestedById: string;
  openedAt: Date;
  expiresAt: Date;
  closedAt: Date | null;
  verdicts: VerdictState[];
}

/** One line of the stored preflight. */
export interface StoredCheck {
  stepKey: string;
  name: string;
  level: "pass" | "warn" | "block";
  message: string;
  fix?: string | undefined;
}

export interface RunSnapshot {
  id: string;
  projectId: string;
  migrationId: string;
  number: number;
  mode: RunMode;
  status: RunStatus;
  version: number;
  direction: Direction;
  plan: RunPlan;
  planHash: string;
  reason: string;
  solo: boolean;
  createdById: string;
  requestedById: string | null;
  createdAt: Date;
  requestedAt: Date | null;
  approvedAt: Date | null;
  startedAt: Date | null;
  observeUntil: Date | null;
  endedAt: Date | null;
  endReason: string | null;
  desired: Desired;
  desiredReason: string | null;
  /** Key of the signal guard that paused the run and lets it go on by itself; null: a person does. */
  pausedBy: string | null;
  epoch: number;
  leaseOwner: string | null;
  leaseUntil: Date | null;
  takeovers: number;
  trafficPercent: number;
  trafficSince: Date | null;
  autoRollbacks: number;
  journalSeq: number;
  preflight: StoredCheck[] | null;
  preflightAt: Date | null;
  steps: StepState[];
  guards: GuardState[];
  gates: GateState[];
  /** Newest measurements of steps that are watched; of steps that were undone none. */
  meters: Meter[];
}

/** The newest gate of a name; older ones were voided, expired or rejected. */
export function gateOf(run: Pick<RunSnapshot, "gates">, name: string): GateState | null {
  const all = run.gates.filter((gate) => gate.gate === name);
  return all.reduce<GateState | null>((newest, gate) => (newest === null || gate.openedAt >= newest.openedAt ? gate : newest), null);
}
