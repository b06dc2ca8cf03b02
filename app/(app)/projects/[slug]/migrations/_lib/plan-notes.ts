import type { PlanNotes } from "@/components/migration/plan-notes";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import type { PlanMigration } from "@/lib/plan/types";
import { migration as planMigration } from "@/lib/plan/types/migration";

const duration = (text: string | undefined) => (text === undefined ? null : formatDuration(parseDuration(text)));

/** The declared migration of a stored document; null when it was written by hand or by an older version. */
export function declaredMigration(document: unknown): PlanMigration | null {
  if (typeof document !== "object" || document === null) return null;
  const { schemaVersion: _version, ...rest } = document as Record<string, unknown>;
  const parsed = planMigration.safeParse(rest);
  return parsed.success ? parsed.data : null;
}

function when(planned: PlanMigration["phases"][number]["planned"]): string | null {
  if (planned === undefined) return null;
  const span = (name: string, range: [number, number] | undefined) =>
    range === undefined ? null : range[0] === range[1] ? `${name} ${range[0]}` : `${name}s ${range[0]}–${range[1]}`;
  return planned.text ?? span("week", planned.weeks) ?? span("day", planned.days) ?? span("month", planned.months) ?? duration(planned.duration);
}

function between(
  value: { min?: string | undefined; max?: string | undefined; text?: string | undefined; stated?: string | undefined } | undefined,
): string | null {
  if (value === undefined) return null;
  const parts = [duration(value.min), duration(value.max)].filter((part) => part !== null);
  return parts.length === 0 ? (value.text ?? duration(value.stated)) : [...new Set(parts)].join(" to ");
}

/** Clock offset with a sign: `T-24 h`, `T+5 min`. */
function clockOffset(offset: string | undefined): string | null {
  if (offset === undefined) return null;
  const back = offset.startsWith("-");
  const ms = parseDuration(offset.replace(/^[+-]/, ""));
  return ms === 0 ? "T+0" : `T${back ? "−" : "+"}${formatDuration(ms)}`;
}

/** What the plan says around the runbook, in the form it is drawn. Pure. */
export function planNotes(migration: PlanMigration): PlanNotes {
  const window = migration.window;
  const fact = (name: string, value: string | null) => (value === null ? [] : [{ name, value }]);
  const text = (parts: (string | undefined | null)[]) => parts.filter((part) => part !== undefined && part !== null && part !== "").join(" ") || null;
  return {
    description: migration.description ?? null,
    cutover: migration.cutover.map((event) => ({ offset: clockOffset(event.offset), at: event.at ?? null, title: event.title })),
    traffic: migration.traffic.map((stage) => ({ percent: stage.percent, at: stage.at ?? null, hold: duration(stage.hold), criteria: stage.criteria ?? null })),
    phases: migration.phases.map((phase) => ({
      title: phase.title,
      when: when(phase.planned),
      goal: phase.goal ?? null,
      done: phase.steps.filter((step) => step.done === true).length,
      steps: phase.steps.map((step) => ({ title: step.title, done: step.done === true })),
    })),
    rollback: {
      conditions: (migration.rollback?.conditions ?? []).map((condition) => condition.text),
      steps: (migration.rollback?.steps ?? []).map((step) => step.title),
      deadline: duration(migration.rollback?.deadline),
    },
    facts: [
      ...fact("Observation", text([duration(migration.observation?.duration), migration.observation?.text])),
      ...fact("Old side kept ready", duration(migration.observation?.fallback)),
      ...fact("Rollback promised within", duration(migration.rollback?.deadline)),
      ...fact(
        "Maintenance window",
        window === undefined
          ? null
          : text([
              window.day,
              window.start,
              window.end === undefined ? null : `to ${window.end}`,
              window.timeZone ?? window.zoneText,
              duration(window.duration),
            ]),
      ),
      ...fact("Estimated downtime", between(migration.estimatedDowntime)),
      ...fact("Estimated duration", between(migration.estimatedDuration)),
      ...fact(
        "Both sides run",
        migration.dualRun === undefined
          ? null
          : text([
              duration(migration.dualRun.duration),
              migration.dualRun.percent === undefined ? null : `with ${migration.dualRun.percent} % on the new side`,
            ]),
      ),
      ...fact(
        "Old side retired",
        migration.decommission === undefined
          ? null
          : text([
              migration.decommission.after === undefined ? null : `after ${duration(migration.decommission.after)}`,
              migration.decommission.at,
              migration.decommission.condition,
            ]),
      ),
    ],
    after: migration.phases.flatMap((phase) => phase.steps.filter((step) => step.stage === "after").map((step) => step.title)),
  };
}
