import type { Issue } from "@/lib/core/errors";
import { MAX_STEPS } from "@/lib/migration/types";
import { circleIssues, type Known, keysOf, need } from "./reference-tools";
import type { PlanMigration, PlanStep } from "./types";

/** References inside one declared migration; `at` is its path in the document. Pure. */
export function migrationIssues(migration: PlanMigration, at: string, known: Known, issues: Issue[]): void {
  need(issues, `${at}.from`, "stack", migration.from, known.stacks);
  need(issues, `${at}.to`, "stack", migration.to, known.stacks);
  if (migration.from === migration.to)
    issues.push({
      path: `${at}.to`,
      message: "a migration leads to another stack",
    });
  keysOf(migration.phases, `${at}.phases`, issues);
  keysOf(migration.guards, `${at}.guards`, issues);
  const steps = stepsOf(migration, at);
  if (steps.length > MAX_STEPS) {
    issues.push({
      path: `${at}.phases`,
      message: `${steps.length} steps are too many: at most ${MAX_STEPS} per migration are allowed`,
    });
  }
  const keys = new Set<string>();
  for (const { step, path } of steps) {
    if (keys.has(step.key))
      issues.push({
        path: `${path}.key`,
        message: `the step key "${step.key}" is used twice in this migration`,
      });
    keys.add(step.key);
  }
  for (const { step, path } of steps) {
    step.dependsOn?.forEach((name, i) => {
      need(issues, `${path}.dependsOn[${i}]`, "step", name, keys);
    });
  }
  orderIssues(steps, issues);
  circleIssues(
    steps.map(({ step }) => ({ key: step.key, needs: step.dependsOn ?? [] })),
    `${at}.phases`,
    issues,
  );
  migration.cutover.forEach((event, i) => {
    need(issues, `${at}.cutover[${i}].step`, "step", event.step, keys);
  });
  guardIssues(migration, at, known, issues);
}

function guardIssues(migration: PlanMigration, at: string, known: Known, issues: Issue[]): void {
  migration.guards.forEach((guard, i) => {
    const path = `${at}.guards[${i}]`;
    if (guard.source.type === "metric") need(issues, `${path}.source.metric`, "metric", guard.source.metric, known.metrics);
    if (guard.source.type === "metric" && guard.source.traffic !== undefined)
      need(issues, `${path}.source.traffic.metric`, "metric", guard.source.traffic.metric, known.metrics);
  });
  migration.rollback?.conditions.forEach((entry, i) => {
    need(issues, `${at}.rollback.conditions[${i}].metric`, "metric", entry.metric, known.metrics);
  });
  migration.decommission?.resources?.forEach((name, i) => {
    need(issues, `${at}.decommission.resources[${i}]`, "resource", name, known.resources);
  });
}

function stepsOf(migration: PlanMigration, at: string): { step: PlanStep; path: string }[] {
  const forward = migration.phases.flatMap((phase, i) =>
    phase.steps.map((step, j) => ({
      step,
      path: `${at}.phases[${i}].steps[${j}]`,
    })),
  );
  const back = (migration.rollback?.steps ?? []).map((step, i) => ({
    step,
    path: `${at}.rollback.steps[${i}]`,
  }));
  return [...forward, ...back];
}

/** Steps run in the written order, so what a step depends on must stand before it. */
function orderIssues(steps: { step: PlanStep; path: string }[], issues: Issue[]): void {
  const place = new Map(steps.map(({ step }, i) => [step.key, i]));
  steps.forEach(({ step, path }, i) => {
    step.dependsOn?.forEach((name, j) => {
      const other = place.get(name);
      if (other !== undefined && other >= i) {
        issues.push({
          path: `${path}.dependsOn[${j}]`,
          message: `"${name}" stands after "${step.key}" but must be done before it`,
        });
      }
    });
  });
}
