import { type Runbook, runbook, runbookStep } from "@/lib/migration/types";
import type { PlanMigration, PlanStep } from "./types";

/** Observation where neither the plan nor the person says how long. */
export const DEFAULT_OBSERVATION = "24h";

/**
 * The runbook a declared migration starts with: its steps in written order without those already done or meant for later, its guards,
 * observation and deadlines. Notes and line numbers stay in the plan. Pure; null when there is no step to run.
 */
export function runbookOf(migration: PlanMigration): Runbook | null {
  const steps = migration.phases.flatMap((phase) =>
    phase.steps.filter((step) => step.done !== true && step.stage === "run").map((step) => runbookStepOf(step, phase.title)),
  );
  if (steps.length === 0) return null;
  const retiring = migration.phases.flatMap((phase) =>
    phase.steps.filter((step) => step.done !== true && takesAway(step)).map((step) => runbookStepOf(step, phase.title)),
  );
  return runbook.parse({
    schemaVersion: 1,
    steps,
    guards: migration.guards.map(({ line: _line, lines: _lines, note: _note, window: _window, scope: _scope, ...guard }) => guard),
    observation: {
      duration: migration.observation?.duration ?? DEFAULT_OBSERVATION,
    },
    rollbackDeadline: migration.rollback?.deadline,
    decommissionAfter: migration.decommission?.after,
    ...(retiring.length > 0 ? { decommission: { steps: retiring } } : {}),
  });
}

function takesAway(step: PlanStep): boolean {
  return step.stage === "decommission" || (step.stage === "after" && step.activity === "decommission");
}

/** One step as it will be executed, with the plan's remarks as instructions. */
function runbookStepOf(step: PlanStep, phase: string): unknown {
  const remarks = [
    step.instructions,
    step.condition === undefined ? undefined : `Only when: ${step.condition}.`,
    step.optional === true ? "This step is optional." : undefined,
    ...step.substeps.map((part) => `- ${part.title}`),
    step.note,
  ].filter((part) => part !== undefined);
  const common = {
    key: step.key,
    title: step.title,
    phase: (step.phase ?? phase).slice(0, 120),
    owner: step.owner,
    instructions: remarks.length > 0 ? remarks.join("\n").slice(0, 8_000) : undefined,
    commands: step.commands,
    expected: step.expected,
    timeout: step.timeout,
    attempts: step.attempts,
    hold: step.hold,
    onFailure: step.onFailure,
    downtime: step.downtime,
    pointOfNoReturn: step.pointOfNoReturn,
  };
  return runbookStep.parse({ ...common, kind: step.kind, with: step.with });
}
