import type { PlanMigration } from "../types";
import type { Check, Noticed } from "./types";

/** A rollback that depends on a judgement in the night is a rollback too late. */
export const rollbackConditions: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    const at = `migrations[${i}]`;
    migration.rollback?.conditions.forEach((condition, j) => {
      const path = `${at}.rollback.conditions[${j}]`;
      if (condition.metric !== undefined && condition.value !== undefined && condition.window === undefined) {
        noticed.push({
          code: "rollback-condition-without-window",
          level: "info",
          path,
          message: `${migration.name}: the rollback condition "${condition.text}" does not say for how long.`,
        });
      }
    });
    if (moves(migration) && migration.rollback === undefined) {
      noticed.push({
        code: "no-rollback",
        level: "error",
        path: at,
        message: `${migration.name} moves traffic or data and declares no way back.`,
        hint: "Declare rollback steps, or at least where traffic returns to.",
      });
    }
    if (moves(migration) && migration.guards.length === 0) {
      noticed.push({
        code: "no-guard",
        level: "warning",
        path: at,
        message: `${migration.name} has no guard: nothing rolls it back by itself.`,
        hint: "Add a guard on the error rate or the response time.",
      });
    }
    if (moves(migration) && migration.observation?.duration === undefined) {
      noticed.push({
        code: "no-observation",
        level: "warning",
        path: at,
        message: `${migration.name} does not say how long it is watched after the last step; 24 h are used.`,
        expected: "observation.duration",
      });
    }
  });
  return noticed;
};

function stepsOf(migration: PlanMigration) {
  return migration.phases.flatMap((phase, i) => phase.steps.map((step, j) => ({ step, path: `phases[${i}].steps[${j}]` })));
}

function moves(migration: PlanMigration): boolean {
  return stepsOf(migration).some(
    ({ step }) =>
      step.kind === "postgres.copy" ||
      step.kind === "traffic.shift" ||
      step.activity === "dns" ||
      step.activity === "traffic" ||
      step.activity === "database-copy",
  );
}

/** Data must stand still while it is copied, and be there before traffic is. */
export const copyOrder: Check = (plan) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    const steps = stepsOf(migration).filter(({ step }) => step.done !== true);
    // Only steps that really move the share of requests: a test domain or a CDN record may well come earlier.
    const switched = steps.findIndex(({ step }) => step.kind === "traffic.shift");
    steps.forEach(({ step, path }, j) => {
      if (step.kind === "postgres.copy" && step.with.writeStop === "none") {
        noticed.push({
          code: "copy-without-freeze",
          level: "warning",
          path: `migrations[${i}].${path}.with.writeStop`,
          message: `${migration.name}: "${step.title}" copies a database that is still written to; rows written meanwhile are lost.`,
          expected: "read-only-source",
          found: "none",
          hint: "Stop writes during the copy, or copy once more after they have stopped.",
        });
      }
      const copies = step.kind === "postgres.copy" || step.activity === "database-copy";
      if (copies && switched >= 0 && switched < j && step.stage === "run") {
        noticed.push({
          code: "traffic-before-copy",
          level: "warning",
          path: `migrations[${i}].${path}`,
          also: [`migrations[${i}].${steps[switched]?.path}`],
          message: `${migration.name}: "${steps[switched]?.step.title}" moves traffic before "${step.title}" has copied the data.`,
        });
      }
    });
    const traffic = migration.traffic;
    const falls = traffic.findIndex((entry, j) => j > 0 && entry.percent < (traffic[j - 1]?.percent ?? 0));
    if (falls > 0)
      noticed.push({
        code: "traffic-falls",
        level: "warning",
        path: `migrations[${i}].traffic[${falls}]`,
        message: `${migration.name}: the share of traffic falls in the middle of its schedule.`,
      });
    if (traffic.length > 0 && traffic.at(-1)?.percent !== 100) {
      noticed.push({
        code: "traffic-not-complete",
        level: "warning",
        path: `migrations[${i}].traffic`,
        message: `${migration.name}: the traffic schedule ends at ${traffic.at(-1)?.percent} %.`,
        expected: "100 %",
        found: `${traffic.at(-1)?.percent} %`,
      });
    }
    const downtime = migration.estimatedDowntime;
    if (downtime?.stated !== undefined && downtime.min !== undefined && downtime.stated !== downtime.min && /^0[a-z]*$/.test(downtime.stated)) {
      noticed.push({
        code: "downtime-differs",
        level: "error",
        path: `migrations[${i}].estimatedDowntime`,
        message: `${migration.name}: no downtime is promised, its own timeline has ${downtime.min}${downtime.max === undefined ? "" : ` to ${downtime.max}`}.`,
        expected: downtime.min,
        found: downtime.stated,
      });
    }
  });
  return noticed;
};
