import type { StepView } from "@/components/migration/view";
import { visible } from "@/components/migration/visible";
import { stepWord } from "@/components/migration/words";
import { parseDuration } from "@/lib/core/duration";
import type { RunSnapshot, StepState } from "@/lib/migration/snapshot";
import { isBroken, traits } from "@/lib/migration/steps";
import { ENDED } from "@/lib/migration/types";
import { readUnknown, UNKNOWN } from "@/lib/migration/unknown";

interface Timed {
  expected?: string | undefined;
  hold?: string | undefined;
  kind: string;
  with?: unknown;
}

const ms = (text: string | undefined) => (text === undefined ? 0 : parseDuration(text));

/** Expected time of a step without its hold; a wait takes as long as it says. Null when nobody says. */
export function expectedMs(step: Timed): number | null {
  if (step.expected !== undefined) return parseDuration(step.expected);
  if (step.kind === "wait" && typeof step.with === "object" && step.with !== null && "for" in step.with) return parseDuration(String(step.with.for));
  return null;
}

/** Planned start of each step on the clock and the planned length of all, from expected times and holds. */
export function plannedOffsets(steps: readonly Timed[]): { starts: number[]; total: number } {
  const starts: number[] = [];
  let total = 0;
  for (const step of steps) {
    starts.push(total);
    total += (expectedMs(step) ?? 0) + ms(step.hold);
  }
  return { starts, total };
}

/** One step of a run as the pages show it. */
export function stepView(run: RunSnapshot, step: StepState, index: number, plannedMs: number): StepView {
  const { spec } = step;
  const traitsOfStep = traits(run, step);
  return {
    id: step.id,
    number: index + 1,
    key: step.key,
    kind: spec.kind,
    title: visible(step.title),
    phase: spec.phase ?? null,
    owner: spec.owner ?? null,
    status: step.status,
    state: stateOf(run, step),
    broken: isBroken(step),
    waitingFor: step.waitingFor,
    message: visible(step.message),
    instructions: spec.instructions === undefined ? null : visible(spec.instructions),
    commands: spec.commands ?? [],
    items: spec.kind === "checklist" ? spec.with.items : [],
    expectedMs: expectedMs(spec),
    holdMs: spec.hold === undefined ? null : parseDuration(spec.hold),
    plannedMs,
    startedAt: step.startedAt?.toISOString() ?? null,
    endedAt: step.endedAt?.toISOString() ?? null,
    effectAt: step.effectAt?.toISOString() ?? null,
    dueAt: step.dueAt?.toISOString() ?? null,
    tries: step.tries,
    progress: step.progress,
    facts: factsOf(step.output),
    pointOfNoReturn: spec.pointOfNoReturn === true,
    downtime: spec.downtime === true,
    reversible: traitsOfStep.idempotency !== "X",
    idempotency: traitsOfStep.idempotency,
    unknown: readUnknown(step.output),
    onFailure: spec.onFailure,
  };
}

/** In a run that is over nothing waits any more. */
function stateOf(run: Pick<RunSnapshot, "status">, step: StepState): StepView["state"] {
  if (!ENDED.includes(run.status)) return stepWord(step.status, step.waitingFor);
  if (step.status === "pending" || (step.startedAt === null && step.status === "waiting")) return { word: "Not reached", tone: "neutral" };
  return step.status === "waiting" || step.status === "running" ? { word: "Stopped", tone: "neutral" } : stepWord(step.status, step.waitingFor);
}

const MAX_FACTS = 12;

/** Outcome facts worth reading: numbers, short texts and yes/no; longer structures stay in the report. */
export function factsOf(output: Record<string, unknown>): { name: string; value: string }[] {
  const facts: { name: string; value: string }[] = [];
  for (const [name, value] of Object.entries(output)) {
    if (name === "undo" || name === UNKNOWN) continue;
    const shown = factText(value);
    if (shown !== null) facts.push({ name: words(name), value: shown });
  }
  return facts.slice(0, MAX_FACTS);
}

function factText(value: unknown): string | null {
  if (typeof value === "number") return new Intl.NumberFormat("en-GB", { maximumFractionDigits: 3 }).format(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value.length <= 200 ? value : `${value.slice(0, 199)}…`;
  if (Array.isArray(value)) return value.length === 0 ? "none" : `${value.length} entries`;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, part]) => (typeof part === "object" ? null : `${words(name)} ${String(part)}`));
    return parts.length <= 4 && !parts.includes(null) ? parts.join(", ") : null;
  }
  return null;
}

/** `responsesAtChange` → `responses at change`. */
function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`).replace(/_/g, " ");
}
