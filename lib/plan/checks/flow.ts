import { hashOf } from "@/lib/core/canonical";
import type { Plan, PlanMigration, PlanStep } from "../types";
import type { EFFECTS } from "../types/statements";

export type Does = (typeof EFFECTS)[number];
type Effect = NonNullable<PlanStep["effects"]>[number];

/** One thing a migration does, in the order of its steps. */
export interface Act extends Omit<Effect, "line" | "lines" | "note"> {
  title: string;
  /** Path of the smallest entry that says it. */
  path: string;
  /** Position of the phase; null in a rollback. */
  phase: number | null;
  /** Position in the flow: acts of one step share it. */
  at: number;
  /** Belongs to the time after the run. */
  after: boolean;
  /** Switchyard itself does it. */
  machine: boolean;
}

/** Kinds that Switchyard itself carries out and that change something. */
const MACHINES: ReadonlySet<string> = new Set(["postgres.copy", "postgres.sync", "postgres.switch", "postgres.move", "dns.set", "traffic.shift"]);

/** What a kind of step does even where nobody says so. */
function implied(step: PlanStep): Effect[] {
  if (step.kind === "postgres.copy") {
    const stops: Effect[] = step.with.writeStop === "none" ? [] : [{ does: "stop-writes" }];
    return [...stops, { does: "copy-data", scope: "all" }, { does: "compare-data", scope: "all" }];
  }
  if (step.kind === "postgres.sync") return [{ does: "copy-data", scope: "all" }, { does: "replicate" }];
  if (step.kind === "postgres.verify") return [{ does: "compare-data", scope: step.with.tables === undefined ? "all" : "part" }];
  if (step.kind === "postgres.switch") return [{ does: "switch-database" }];
  if (step.kind === "postgres.move") return [{ does: "copy-data", scope: "all" }, { does: "replicate" }, { does: "switch-database" }];
  if (step.kind === "traffic.shift") return [{ does: "switch-traffic", by: "load-balancer" }];
  // The same values as before are a change of the TTL only.
  if (step.kind === "dns.set")
    return step.with.records.every((set) => hashOf(set.expect ?? null) === hashOf(set.values)) ? [] : [{ does: "switch-traffic", by: "dns" }];
  if (step.activity === "database-copy") return [{ does: "copy-data" }];
  if (step.activity === "decommission") return [{ does: "remove-old" }];
  if (step.activity === "backup") return [{ does: "backup" }];
  return [];
}

function actsOfStep(step: PlanStep, path: string, phase: number | null, at: number): Act[] {
  const base = { title: step.title, phase, at, after: step.stage === "after", machine: MACHINES.has(step.kind) };
  const optional = step.optional === true ? { optional: true } : {};
  // What a step says of itself counts, also that it does nothing; only where it is silent its kind speaks.
  const effects: Act[] =
    step.effects !== undefined && !(step.effects.length === 0 && base.machine)
      ? step.effects.map((effect, i) => ({ ...optional, ...effect, ...base, path: `${path}.effects[${i}]` }))
      : implied(step).map((effect) => ({ ...optional, ...effect, ...base, path }));
  const inner = step.substeps.flatMap((substep, i) =>
    (substep.effects ?? []).map((effect, j) => ({ ...effect, ...base, title: substep.title, path: `${path}.substeps[${i}].effects[${j}]` })),
  );
  return [...effects, ...inner];
}

/** Everything the steps of a migration do, in their order; steps already done count too. */
function flowOf(migration: PlanMigration, i: number): Act[] {
  let at = 0;
  return migration.phases.flatMap((phase, j) => phase.steps.flatMap((step, k) => actsOfStep(step, `migrations[${i}].phases[${j}].steps[${k}]`, j, at++)));
}

/** What the rollback steps of a migration do. */
function wayBackOf(migration: PlanMigration, i: number): Act[] {
  return (migration.rollback?.steps ?? []).flatMap((step, k) => actsOfStep(step, `migrations[${i}].rollback.steps[${k}]`, null, k));
}

/** Runs a check over every migration with its flow. */
export function everyMigration<T>(plan: Plan, look: (migration: PlanMigration, at: string, flow: Act[], back: Act[]) => T[]): T[] {
  return plan.migrations.flatMap((migration, i) => look(migration, `migrations[${i}]`, flowOf(migration, i), wayBackOf(migration, i)));
}

export const first = (flow: readonly Act[], ...does: Does[]): Act | undefined => flow.find((act) => does.includes(act.does));
export const last = (flow: readonly Act[], ...does: Does[]): Act | undefined => flow.findLast((act) => does.includes(act.does));

/** A step as a sentence names it. */
export function quoted(act: Act): string {
  return `"${act.title}"`;
}
