import { DNS_KINDS } from "@/lib/connection/types";
import { hashOf } from "@/lib/core/canonical";
import { parseDuration } from "@/lib/core/duration";
import { guardConnections } from "./guard-types";
import type { MoveConfig } from "./move-types";
import { rehearsed, shortened } from "./rehearsed";
import type { PlanTarget, RunPlan, StepTraits } from "./run-plan";
import type { GuardSpec, Runbook, RunbookStep, RunMode, RunStepSpec } from "./types";

/** What is around a runbook at the moment of freezing. */
export interface FreezeWorld {
  mode: RunMode;
  fromStackId: string;
  toStackId: string;
  connections: readonly PlanTarget[];
  /** Traits of an executor; null for a kind this version does not know. */
  traits: (kind: string) => StepTraits | null;
  /** The move whose old side is taken away; absent for a move itself. */
  decommission?: RunPlan["decommission"];
  /** Longest hold, wait and observation of a rehearsal in milliseconds, where somebody asked for another than the usual one. */
  longestMs?: number | undefined;
}

export type Frozen = { ok: true; plan: RunPlan; planHash: string } | { ok: false; problems: string[] };

/** Kinds of connections that a step can use; whether one of them can do what the step needs is for its preflight to say. */
const CONNECTION_KINDS: Record<string, readonly string[]> = {
  "sql.check": ["postgres"],
  "postgres.copy": ["postgres"],
  "postgres.sync": ["postgres"],
  "postgres.switch": ["postgres"],
  "postgres.clean": ["postgres"],
  "postgres.verify": ["postgres"],
  "traffic.set": ["haproxy", ...DNS_KINDS],
  "dns.set": DNS_KINDS,
  notify: ["webhook"],
};

/** Freezes a runbook into what a run executes. Pure: the same runbook and world give the same hash (R-APR-1). */
export function freezePlan(whole: Runbook, world: FreezeWorld): Frozen {
  const runbook = world.decommission === undefined ? whole : decommissionPart(whole);
  if (runbook === null) return { ok: false, problems: ["The runbook declares no steps that take the old side away."] };
  const declared = expandSteps(runbook.steps);
  const steps = world.mode === "rehearsal" ? declared.map((step) => rehearsed(step, world.longestMs)) : declared;
  const wanted = connectionsUsed(steps, runbook.guards);
  const problems = connectionProblems(wanted, world.connections);
  const kinds = [...new Set(steps.map((step) => step.kind))].sort();
  const traits: Record<string, StepTraits> = {};
  for (const kind of kinds) {
    const found = world.traits(kind);
    if (found === null) problems.push(`This version cannot execute steps of kind "${kind}".`);
    else traits[kind] = found;
  }
  if (problems.length > 0) return { ok: false, problems };
  const observation = world.mode === "rehearsal" ? shortened(runbook.observation.duration, world.longestMs) : runbook.observation.duration;
  const plan: RunPlan = {
    schemaVersion: 1,
    mode: world.mode,
    fromStackId: world.fromStackId,
    toStackId: world.toStackId,
    steps,
    guards: runbook.guards,
    observationMs: parseDuration(observation),
    rollbackDeadlineMs: runbook.rollbackDeadline === undefined ? null : parseDuration(runbook.rollbackDeadline),
    decommissionAfterMs: runbook.decommissionAfter === undefined ? null : parseDuration(runbook.decommissionAfter),
    targets: world.connections.filter((target) => wanted.has(target.key)).sort((a, b) => (a.key < b.key ? -1 : 1)),
    executors: Object.fromEntries(Object.entries(traits).map(([kind, found]) => [kind, found.version])),
    traits,
    ...(world.decommission === undefined ? {} : { decommission: world.decommission }),
    ...(world.mode === "rehearsal" && world.longestMs !== undefined ? { rehearsalLongestMs: world.longestMs } : {}),
  };
  return { ok: true, plan, planHash: planHashOf(plan) };
}

/** The steps that take the old side away as a runbook of their own: no guards, nothing to observe, no way back promised. */
function decommissionPart(whole: Runbook): Runbook | null {
  if (whole.decommission === undefined) return null;
  const { decommission, rollbackDeadline: _deadline, decommissionAfter: _after, ...rest } = whole;
  return { ...rest, steps: decommission.steps, guards: [], observation: { duration: "0s" } };
}

/** SHA-256 over canonical JSON of exactly what runs; titles, instructions, notes and owners do not count. */
export function planHashOf(plan: RunPlan): string {
  const { traits: _traits, steps, guards, ...rest } = plan;
  return hashOf({ ...rest, steps: steps.map(executable), guards: guards.map(({ title: _title, unit: _unit, ...guard }) => guard) });
}

/** Hash of the runbook alone: tells whether an edit changed anything that runs. */
export function runbookHash(runbook: Runbook): string {
  const { note: _note, steps, guards, decommission, ...rest } = runbook;
  return hashOf({
    ...rest,
    steps: steps.map(executable),
    guards: guards.map(({ title: _title, unit: _unit, ...guard }) => guard),
    ...(decommission === undefined ? {} : { decommission: decommission.steps.map(executable) }),
  });
}

/** A step without the texts people read: changing them does not void an approval. Commands count: people run them. */
function executable(step: RunStepSpec | RunbookStep): Record<string, unknown> {
  const { title: _title, instructions: _instructions, phase: _phase, owner: _owner, expected: _expected, ...rest } = step;
  return rest;
}

/** Steps as they are executed: every traffic stage becomes a step of its own with its hold, every part of a move too. */
export function expandSteps(steps: readonly RunbookStep[]): RunStepSpec[] {
  const taken = new Set(steps.map((step) => step.key));
  return steps.flatMap((step): RunStepSpec[] => {
    if (step.kind === "traffic.shift") return expandShift(step, taken);
    return step.kind === "postgres.move" ? expandMove(step, taken) : [step];
  });
}

function expandShift(step: Extract<RunbookStep, { kind: "traffic.shift" }>, taken: Set<string>): RunStepSpec[] {
  const { stages, ...target } = step.with;
  const { pointOfNoReturn, downtime, ...common } = step;
  const prefix = step.key.slice(0, 50);
  return stages.flatMap(({ percent, hold, minRequests, tolerance, approval }, index): RunStepSpec[] => {
    const stage: RunStepSpec = {
      ...common,
      ...(downtime === undefined ? {} : { downtime }),
      kind: "traffic.set",
      key: freeKey(`${prefix}.${percent}`, taken),
      title: `${step.title.slice(0, 180)}: ${percent} %`,
      hold,
      // Only the first stage crosses the point of no return; the others are behind it.
      ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn: pointOfNoReturn && index === 0 }),
      with: { ...target, percent, minRequests, tolerance, ...(index === stages.length - 1 ? { last: true } : {}) },
    };
    if (approval !== true) return [stage];
    const gate: RunStepSpec = {
      key: freeKey(`${prefix}.${percent}.go`, taken),
      title: `${step.title.slice(0, 160)}: go on from ${percent} %`,
      ...(step.phase === undefined ? {} : { phase: step.phase }),
      onFailure: "pause",
      kind: "approval",
      with: { reason: `${percent} % of the traffic is on ${step.with.newServer}.` },
    };
    return [stage, gate];
  });
}

/**
 * The parts of a move share its key, from which the names of everything they make follow. What the runbook says of the
 * move's end (hold, point of no return) belongs to the switch; how long it may take and how often it is tried, to the copy.
 */
function expandMove(step: Extract<RunbookStep, { kind: "postgres.move" }>, taken: Set<string>): RunStepSpec[] {
  const { hold, pointOfNoReturn, timeout, attempts, ...common } = step;
  const base = freeKey(step.key.slice(0, 50), taken, step.key);
  const part = (name: string, words: string) => ({ ...common, key: `${base}.${name}`, title: `${step.title.slice(0, 180)}: ${words}` });
  return [
    {
      ...part("sync", "copy and follow"),
      kind: "postgres.sync",
      ...(timeout === undefined ? {} : { timeout }),
      ...(attempts === undefined ? {} : { attempts }),
    },
    ...(step.with.verify === "full" ? [{ ...part("verify", "compare"), kind: "postgres.verify" as const, with: comparison(step.with, `${base}.sync`) }] : []),
    {
      ...part("switch", "switch"),
      kind: "postgres.switch",
      ...(hold === undefined ? {} : { hold }),
      ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn }),
    },
  ];
}

/** The comparison of a move while the target follows: everything that was moved, with the settings a comparison has by itself. */
function comparison({ from, to, schemas, jobs }: MoveConfig, move: string): Extract<RunStepSpec, { kind: "postgres.verify" }>["with"] {
  const scope = schemas === undefined ? {} : { schemas };
  return { from, to, ...scope, jobs, pieceRows: 20_000, privileges: true, rowContents: false, settleMs: 1_000, move };
}

/** A key nobody has; `own` is the step's own, which it may keep. */
function freeKey(wanted: string, taken: Set<string>, own?: string): string {
  if (wanted === own) return wanted;
  let key = wanted;
  for (let n = 2; taken.has(key); n++) key = `${wanted}-${n}`;
  taken.add(key);
  return key;
}

/** Connection keys that steps and guards use, with the kinds that each use allows. */
export function connectionsUsed(steps: readonly RunStepSpec[], guards: readonly GuardSpec[]): Map<string, (readonly string[])[]> {
  const used = new Map<string, (readonly string[])[]>();
  const add = (key: string, kinds: readonly string[] | undefined) => {
    if (kinds === undefined) throw new Error("A step kind with a connection has no connection kind.");
    used.set(key, [...(used.get(key) ?? []), kinds]);
  };
  for (const step of steps) {
    if (
      step.kind === "postgres.copy" ||
      step.kind === "postgres.sync" ||
      step.kind === "postgres.switch" ||
      step.kind === "postgres.clean" ||
      step.kind === "postgres.verify"
    ) {
      add(step.with.from, CONNECTION_KINDS[step.kind]);
      add(step.with.to, CONNECTION_KINDS[step.kind]);
      if ("poolers" in step.with) {
        for (const { connection } of step.with.poolers) add(connection, ["pgbouncer"]);
        if (step.with.probe !== undefined) add(step.with.probe, ["pgbouncer", "postgres"]);
      }
    } else if (step.kind === "idle.check") {
      if (step.with.database !== undefined) add(step.with.database.connection, ["postgres"]);
      if (step.with.server !== undefined) add(step.with.server.connection, ["haproxy"]);
    } else if ("connection" in step.with) add(step.with.connection, CONNECTION_KINDS[step.kind]);
    if (step.kind === "traffic.set" && step.with.measure !== undefined) add(step.with.measure.connection, ["prometheus"]);
  }
  for (const guard of guards) for (const one of guardConnections(guard)) add(one.key, one.kinds);
  return used;
}

function connectionProblems(wanted: Map<string, (readonly string[])[]>, connections: readonly PlanTarget[]): string[] {
  const byKey = new Map(connections.map((target) => [target.key, target]));
  return [...wanted].flatMap(([key, kinds]) => {
    const target = byKey.get(key);
    if (target === undefined) return [`The connection "${key}" does not exist: add it in the project's settings.`];
    const refused = new Set(kinds.filter((allowed) => !allowed.includes(target.kind)).map((allowed) => allowed.join(" or ")));
    return [...refused].map((allowed) => `The connection "${key}" is of kind ${target.kind}, but a step needs ${allowed}.`);
  });
}
