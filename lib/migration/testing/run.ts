import { freezePlan } from "../plan-hash";
import type { RunPlan, StepTraits } from "../run-plan";
import type { GateState, GuardState, RunSnapshot, StepState } from "../snapshot";
import { guard, runbook } from "../types";

/* Runs as plain values for tests of pure decisions. */

export const T0 = new Date("2026-11-20T02:00:00Z");
export const plus = (ms: number) => new Date(T0.getTime() + ms);

const CLASSES: Record<string, StepTraits["idempotency"]> = { "traffic.set": "D", "postgres.copy": "J", "sql.check": "C", notify: "X" };

export function testTraits(kind: string): StepTraits {
  return { version: 1, idempotency: CLASSES[kind] ?? "P", cancel: "immediate", timeoutMs: 60_000, attempts: 3, movesTraffic: kind === "traffic.set" };
}

/** A frozen plan of the given runbook steps. */
export function testPlan(steps: unknown[], guards: unknown[] = []): { plan: RunPlan; planHash: string } {
  const document = runbook.parse({ steps, guards, observation: { duration: "10s" } });
  const connections = [
    { key: "db", kind: "postgres", config: {}, secretVersion: 0 },
    { key: "lb", kind: "haproxy", config: {}, secretVersion: 0 },
    { key: "hook", kind: "webhook", config: {}, secretVersion: 0 },
    { key: "prom", kind: "prometheus", config: {}, secretVersion: 0 },
  ];
  const frozen = freezePlan(document, { mode: "live", fromStackId: "a", toStackId: "b", connections, traits: testTraits });
  if (!frozen.ok) throw new Error(frozen.problems.join(" "));
  return frozen;
}

/** A running, admitted run of the plan; `change` overrides what a test is about. */
export function testRun(steps: unknown[], change: Partial<RunSnapshot> = {}, guards: unknown[] = []): RunSnapshot {
  const { plan, planHash } = testPlan(steps, guards);
  return {
    id: "run",
    projectId: "project",
    migrationId: "migration",
    number: 1,
    mode: "live",
    status: "running",
    version: 1,
    direction: "forward",
    plan,
    planHash,
    reason: "",
    solo: false,
    createdById: "requester",
    requestedById: "requester",
    createdAt: T0,
    requestedAt: T0,
    approvedAt: T0,
    startedAt: T0,
    observeUntil: null,
    endedAt: null,
    endReason: null,
    desired: "go",
    desiredReason: null,
    pausedBy: null,
    epoch: 1,
    leaseOwner: "worker",
    leaseUntil: plus(10_000),
    takeovers: 0,
    trafficPercent: 0,
    trafficSince: null,
    autoRollbacks: 0,
    journalSeq: 1,
    preflight: [],
    preflightAt: T0,
    steps: plan.steps.map((spec, position) => ({
      id: `step-${position}`,
      position,
      key: spec.key,
      title: spec.title,
      spec,
      status: "pending",
      waitingFor: null,
      message: "",
      dueAt: null,
      startedAt: null,
      effectAt: null,
      endedAt: null,
      tries: 0,
      output: {},
      progress: null,
      open: null,
    })),
    guards: plan.guards.map((spec, position) => testGuard({ position, spec })),
    gates: [testGate({ planHash, status: "approved" })],
    meters: [],
    ...change,
  };
}

/** The same run with one step changed. */
export function withStep(run: RunSnapshot, index: number, change: Partial<StepState>): RunSnapshot {
  return { ...run, steps: run.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) };
}

export function testGuard(change: Partial<GuardState> & { spec?: GuardState["spec"] } = {}): GuardState {
  return {
    id: `guard-${change.position ?? 0}`,
    position: 0,
    spec: guard.parse({ key: "errors", title: "Errors", source: { type: "metric", metric: "errors" }, op: ">", value: 5 }),
    state: "idle",
    armedAt: null,
    recent: "",
    badStreak: 0,
    badRequests: 0,
    firstBadAt: null,
    baseline: null,
    validSamples: 0,
    lastVerdict: null,
    lastValue: null,
    lastUsableAt: null,
    nextDueAt: null,
    trippedAt: null,
    ...change,
  };
}

export function testGate(change: Partial<GateState> = {}): GateState {
  return {
    id: `gate-${change.gate ?? "start"}`,
    gate: "start",
    planHash: "hash",
    status: "open",
    required: 1,
    soloAllowed: false,
    requestedById: "requester",
    openedAt: T0,
    expiresAt: plus(3_600_000),
    closedAt: null,
    verdicts: [
      {
        id: "v",
        approverId: "approver",
        approverName: "Approver",
        verdict: "approve",
        planHash: change.planHash ?? "hash",
        reason: "",
        solo: false,
        at: T0,
        stillEntitled: true,
      },
    ],
    ...change,
  };
}
