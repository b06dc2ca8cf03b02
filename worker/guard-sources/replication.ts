import type { Reading } from "@/lib/migration/guards";
import type { RunSnapshot } from "@/lib/migration/snapshot";
import type { SourceOf } from "./source";

/** Steps of the run that a step of the runbook stands for: itself, or what it was expanded to. */
export function stepsNamed<S extends { key: string }>(steps: readonly S[], key: string): S[] {
  return steps.filter((step) => step.key === key || step.key.startsWith(`${key}.`));
}

/** How far the following side is behind, as the watch of its step measured it last. */
export function readReplication(run: Pick<RunSnapshot, "meters" | "steps">, source: SourceOf<"replication">): Reading {
  const keys = new Set(stepsNamed(run.steps, source.step).map((step) => step.key));
  const meters = run.meters.filter((meter) => keys.has(meter.stepKey));
  if (meters.length === 0) return { type: "nodata", reason: `Nothing was measured of the step "${source.step}" yet.` };
  const newest = meters.filter((meter) => meter.watch.lag !== null).toSorted((a, b) => b.at.getTime() - a.at.getTime())[0];
  if (newest === undefined) return { type: "nodata", reason: "Nothing follows at present." };
  if (newest.error !== null) return { type: "error", reason: newest.error };
  const value = newest.watch.lag?.[source.read] ?? null;
  return value === null ? { type: "nodata", reason: "The lag in seconds cannot be told." } : { type: "value", value, at: newest.at };
}
