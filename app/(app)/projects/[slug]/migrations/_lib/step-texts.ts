import { plannedOffsets } from "@/app/(app)/runs/_lib/step-view";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { executorFor } from "@/lib/migration/executors/registry";
import { expandSteps } from "@/lib/migration/plan-hash";
import type { RehearsedStep } from "@/lib/migration/rehearsal-times";
import type { RunbookStep } from "@/lib/migration/types";

/* What the page of a runbook says about its steps. */

/** What undoing a step means, from its executor. */
export function undoText(step: RunbookStep): string {
  const [first] = expandSteps([step]);
  return first === undefined ? "" : executorFor(first.kind).preview(first as never).undo;
}

/** What the rehearsals of a step took: of all the steps it becomes in a run. */
export function rehearsedText(step: RunbookStep, times: ReadonlyMap<string, RehearsedStep>): string | null {
  const parts = expandSteps([step]).flatMap((part) => times.get(part.key) ?? []);
  const runs = Math.min(...parts.map((part) => part.runs));
  if (parts.length === 0 || runs === 0) return null;
  const total = (pick: (part: RehearsedStep) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const failures = total((part) => part.failures);
  const worst = total((part) => part.worstMs);
  const median = total((part) => part.medianMs);
  return [
    `${formatDuration(median)} in ${runs === 1 ? "one rehearsal" : `${runs} rehearsals`}`,
    ...(worst > median * 1.5 && runs > 1 ? [`at most ${formatDuration(worst)}`] : []),
    ...(failures > 0 ? [`${failures} tries failed`] : []),
  ].join(", ");
}

/** A step of a runbook may become several of a run: each share of a traffic step is one. */
export function stepsTitle(written: number, inRun: number): string {
  return written === inRun ? `Steps (${written})` : `Steps (${written}, in a run ${inRun})`;
}

/** Offsets of runbook steps: a traffic step takes as long as all of its stages hold. */
export function offsets(steps: RunbookStep[]) {
  return plannedOffsets(
    steps.map((step) => ({
      ...step,
      hold: step.kind === "traffic.shift" ? `${step.with.stages.reduce((sum, stage) => sum + parseDuration(stage.hold), 0)}ms` : step.hold,
    })),
  );
}

/** When the old side goes, as a sentence to follow another; empty when the runbook does not say. */
export function retiredText(after: string | undefined): string {
  if (after === undefined) return "";
  const ms = parseDuration(after);
  return ms === 0 ? " The old side is retired on the same day." : ` The old side is retired after ${formatDuration(ms)}.`;
}
