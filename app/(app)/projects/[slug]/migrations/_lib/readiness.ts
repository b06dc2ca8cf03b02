import { plannedOffsets } from "@/app/(app)/runs/_lib/step-view";
import { runTitle } from "@/components/migration/words";
import { formatDuration } from "@/lib/core/duration";
import { executors } from "@/lib/migration/executors/registry";
import type { RunListItem } from "@/lib/migration/migration-store";
import { expandSteps } from "@/lib/migration/plan-hash";
import { ENDED, type Runbook } from "@/lib/migration/types";

export interface Readiness {
  steps: number;
  /** Titles of steps that nobody owns, that have no expected time, that cannot be undone by Switchyard. */
  unowned: string[];
  untimed: string[];
  withoutUndo: string[];
  guards: number;
  plannedMs: number | null;
  pointOfNoReturn: { number: number; title: string } | null;
  /** The newest rehearsal of exactly this runbook that succeeded. */
  rehearsed: RunListItem | null;
  /** A run that is neither over nor replaced. */
  active: RunListItem | null;
}

/** What is still missing before a runbook should be run. Pure. */
export function readinessOf(runbook: Runbook, hash: string, runs: readonly RunListItem[]): Readiness {
  const steps = expandSteps(runbook.steps);
  const offsets = plannedOffsets(steps);
  const noReturn = steps.findIndex((step) => step.pointOfNoReturn === true);
  return {
    steps: steps.length,
    unowned: runbook.steps.filter((step) => step.owner === undefined && (step.kind === "manual" || step.kind === "checklist")).map((step) => step.title),
    untimed: runbook.steps.filter((step) => step.expected === undefined && step.kind !== "wait").map((step) => step.title),
    withoutUndo: steps.filter((step) => ["manual", "checklist"].includes(step.kind) || executors[step.kind].idempotency === "X").map((step) => step.title),
    guards: runbook.guards.length,
    plannedMs: offsets.total > 0 ? offsets.total : null,
    pointOfNoReturn: noReturn < 0 ? null : { number: noReturn + 1, title: steps[noReturn]?.title ?? "" },
    rehearsed: runs.find((run) => run.mode === "rehearsal" && run.status === "succeeded" && run.runbookHash === hash) ?? null,
    active: runs.find((run) => !ENDED.includes(run.status)) ?? null,
  };
}

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** "Is the plan complete, rehearsed and approved?" in one sentence. */
export function readinessSentence(ready: Readiness, stacks: { from: string; to: string }): string {
  const parts = [
    count(ready.steps, "step", "steps"),
    ready.guards === 0 ? "no guard" : count(ready.guards, "guard", "guards"),
    ready.plannedMs === null ? "no expected times" : `${formatDuration(ready.plannedMs)} planned`,
    ...(ready.pointOfNoReturn === null ? [] : [`point of no return at step ${ready.pointOfNoReturn.number}`]),
  ];
  const gaps = [
    ...(ready.unowned.length > 0 ? [`${count(ready.unowned.length, "step", "steps")} by hand without an owner`] : []),
    ...(ready.guards === 0 ? ["nothing rolls back by itself"] : []),
  ];
  const state =
    ready.active !== null
      ? `${runTitle(ready.active)} is ${ready.active.status.replace(/-/g, " ")}.`
      : ready.rehearsed === null
        ? "This version has not been rehearsed."
        : `Rehearsed with success in run ${ready.rehearsed.number}.`;
  return `From ${stacks.from} to ${stacks.to}: ${parts.join(", ")}. ${state}${gaps.length > 0 ? ` Missing: ${gaps.join("; ")}.` : ""}`;
}
