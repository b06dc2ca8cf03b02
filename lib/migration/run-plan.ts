import { z } from "zod";
import { guard, type RunPart, runStep } from "./types";

/*
 * What a run is frozen to: the steps as they are executed, the guards, the resolved targets, the versions of the
 * executors. Stored in run.plan and parsed on every read.
 */

/** Runs may have more steps than their runbook: every traffic stage is one. */
export const MAX_RUN_STEPS = 5_000;
/**
 * Longest time in milliseconds that a rehearsal holds, waits (`wait.for`) or observes, whatever the runbook says: a
 * rehearsal shows that the steps work, and a stage of a live run may hold for days. Live runs keep their times.
 */
export const REHEARSAL_LONGEST_MS = 30_000;
/** Most answers of the new side that a stage of a rehearsal waits for. */
export const REHEARSAL_MOST_REQUESTS = 100;

/** What the machine has to know of an executor, frozen so that decisions need no executor. */
export const stepTraits = z.strictObject({
  version: z.number().int().min(1),
  idempotency: z.enum(["P", "D", "C", "J", "M", "X"]),
  cancel: z.enum(["immediate", "safe-point", "never"]),
  timeoutMs: z.number().min(1),
  attempts: z.number().int().min(1),
  movesTraffic: z.boolean(),
});

/** A connection as the run will use it: never its secret, only the version of it. */
export const planTarget = z.strictObject({
  key: z.string(),
  kind: z.string(),
  config: z.record(z.string(), z.unknown()),
  secretVersion: z.number().int().min(0),
});

export const runPlan = z.strictObject({
  schemaVersion: z.literal(1),
  mode: z.enum(["rehearsal", "live"]),
  fromStackId: z.string(),
  toStackId: z.string(),
  steps: z.array(runStep).min(1).max(MAX_RUN_STEPS),
  guards: z.array(guard).max(100),
  observationMs: z.number().int().min(0),
  rollbackDeadlineMs: z.number().int().min(0).nullable(),
  decommissionAfterMs: z.number().int().min(0).nullable(),
  targets: z.array(planTarget),
  /** Versions by step kind; a worker only takes runs whose versions it knows (R-ENG-12). */
  executors: z.record(z.string(), z.number().int()),
  traits: z.record(z.string(), stepTraits),
  /** Only in a rehearsal that was asked to hold, wait and observe shorter or longer than usual. */
  rehearsalLongestMs: z.number().int().min(0).optional(),
  /** Only in a run that takes the old side away. */
  decommission: z
    .strictObject({
      /** The run that moved, which this one follows. */
      follows: z.string(),
      followsNumber: z.number().int(),
      /** RFC 3339: the end of the promise that going back is possible. */
      notBefore: z.string(),
    })
    .optional(),
});

export type RunPlan = z.infer<typeof runPlan>;
export type StepTraits = z.infer<typeof stepTraits>;
export type PlanTarget = z.infer<typeof planTarget>;

/** Which part of the runbook a frozen plan is. */
export function partOf(plan: Pick<RunPlan, "decommission">): RunPart {
  return plan.decommission === undefined ? "move" : "decommission";
}

/** @throws Error when the plan does not know the step kind: the row was not made by `freezePlan`. */
export function traitsOf(plan: Pick<RunPlan, "traits">, kind: string): StepTraits {
  const traits = Object.hasOwn(plan.traits, kind) ? plan.traits[kind] : undefined;
  if (traits === undefined) throw new Error(`The frozen plan has no traits for "${kind}".`);
  return traits;
}
