import { parseDuration } from "@/lib/core/duration";
import { offsetText } from "../grammar/calendar";
import { CUTOVER } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import type { CutoverEvent, PlanPhaseInput, PlanStepInput } from "./migration-types";
import type { Move } from "./migrations";
import { contextOf } from "./phase-places";
import { isTimeline } from "./phases";
import { collectSteps } from "./steps";
import type { Extraction } from "./types";

/** What happens when on the day of the move: steps with a place on the clock, else the numbered steps of the cutover. */
export function cutoverOf(phases: readonly PlanPhaseInput[], at: Extraction, move: Move, only: boolean, times: ReadonlyMap<number, string>): CutoverEvent[] {
  const clock = phases.flatMap((phase) => (phase.steps ?? []).flatMap(eventsOfStep));
  const known = new Set(clock.map((event) => firstLine(event.line)));
  const others = only ? timelines(at, move).filter((event) => !known.has(firstLine(event.line))) : [];
  const timed = [...clock, ...others].map((event) => ({ ...event, ...timeOf(times.get(firstLine(event.line) ?? 0)) }));
  if (timed.length > 0)
    return timed.sort((a, b) => offsetMs(a.offset) - offsetMs(b.offset) || (firstLine(a.line) ?? 0) - (firstLine(b.line) ?? 0)).slice(0, 200);
  return ordered(phases);
}

const timeOf = (at: string | undefined) => (at === undefined ? {} : { at: at.slice(0, 120) });
const firstLine = (line: CutoverEvent["line"]) => (Array.isArray(line) ? line[0] : line);

function offsetMs(offset: string | undefined): number {
  if (offset === undefined) return Number.POSITIVE_INFINITY;
  return offset.startsWith("-") ? -parseDuration(offset.slice(1)) : parseDuration(offset);
}

function eventsOfStep(step: PlanStepInput): CutoverEvent[] {
  const own: CutoverEvent[] =
    step.offset === undefined ? [] : [{ offset: step.offset, title: step.title.slice(0, 300), step: step.key, line: firstLine(step.line) }];
  const inner = (step.substeps ?? []).flatMap((part): CutoverEvent[] =>
    part.offset === undefined ? [] : [{ offset: part.offset, title: part.title.slice(0, 300), step: step.key, line: firstLine(part.line) }],
  );
  return [...own, ...inner];
}

/** Clocks that stand outside the phases. */
function timelines({ tree, outline }: Extraction, move: Move): CutoverEvent[] {
  return tree.blocks
    .filter((block) => block.line >= move.from && block.line <= move.to && isTimeline(block) && contextOf(block.section, outline, tree) !== "other")
    .flatMap((block) => collectSteps({ blocks: [block], sections: [] }, outline).steps)
    .flatMap((step): CutoverEvent[] =>
      step.offset === undefined ? [] : [{ offset: step.offset ?? offsetText(0), title: step.title.slice(0, 300), line: step.line }],
    );
}

/** "Cutover Steps 1, 2, 3": only their order is known. */
function ordered(phases: readonly PlanPhaseInput[]): CutoverEvent[] {
  for (const phase of phases.toReversed()) {
    if (/\bday\b/.test(normalise(phase.title))) continue;
    const steps = (phase.steps ?? []).filter(
      (step) =>
        step.section !== undefined && CUTOVER.test(normalise(step.section)) && !/\b(?:pre|before|checklist|prerequisites)\b/.test(normalise(step.section)),
    );
    const chosen =
      steps.length >= 3
        ? steps
        : CUTOVER.test(normalise(phase.title)) && steps.length === 0 && (phase.steps ?? []).every((step) => step.section === undefined)
          ? (phase.steps ?? [])
          : [];
    if (chosen.length >= 3)
      return chosen.slice(0, 200).map((step, i) => ({ at: `order ${i + 1}`, title: step.title.slice(0, 300), step: step.key, line: firstLine(step.line) }));
  }
  return [];
}
