import type { Entry } from "../draft";
import { findDurations } from "../grammar/duration";
import { findMoney } from "../grammar/money";
import { AFTERWARDS, COST_IMPACT, CUTOVER, GOAL, PREPARATION } from "../lexicon/steps";
import { normalise } from "../lexicon/words";
import { type Block, headingPath, type Line, type Section, withDescendants } from "../tree";
import { afterOf } from "./after";
import { checklists } from "./checklists";
import { cutoverOf } from "./cutover";
import type { PlanMigrationInput, PlanPhaseInput, PlanStepInput } from "./migration-types";
import { moveNames, stacksOfMove } from "./move-stacks";
import { plannedOf } from "./phase-marks";
import { contextOf, isTitle } from "./phase-places";
import { stepsOfItem } from "./phase-rows";
import { type FoundPhase, findPhases, looseWork } from "./phases";
import { isLongWatch, planStep } from "./plan-steps";
import { rollbackOf } from "./rollback-steps";
import { schedules } from "./schedules";
import { bareStep, type RawStep } from "./step-of";
import { collectSteps, stepsOfText } from "./steps";
import { dualRunOf, trafficOf } from "./traffic";
import type { Extract, Extraction } from "./types";

/** One move: its heading where it has one, and its phases. */
export interface Move {
  section: Section | null;
  phases: FoundPhase[];
  /** First and last line that belong to it. */
  from: number;
  to: number;
}

/** The moves of a document with phases, steps and everything said about how they go; and its lists of checks. */
export const migrations: Extract = (at) => {
  const moves = movesOf(at);
  const used = new Set<number>();
  for (const move of moves) addMove(at, move, moves.length === 1, used);
  checklists(at, used);
};

function movesOf({ tree, outline, draft }: Extraction): Move[] {
  const found = findPhases(tree, outline);
  const phases = found.length > 0 ? found : looseWork(tree, outline);
  const last = tree.lines.length;
  const groups = new Map<Section, FoundPhase[]>();
  const own = new Set(phases.map((phase) => phase.line));
  for (const phase of phases) {
    const head = headingPath(phase.container).find((section) => !isTitle(section, tree) && isMove(section) && !own.has(section.line));
    if (head !== undefined) groups.set(head, [...(groups.get(head) ?? []), phase]);
  }
  if (groups.size >= 2) return [...groups].map(([section, list]) => ({ section, phases: list, from: section.line, to: endOf(section) }));
  if (phases.length > 0) return [{ section: [...groups.keys()][0] ?? null, phases, from: 1, to: last }];
  // A ramp, a clock or a way back without any phase still is a move where two sides are known.
  const both = draft.plan.stacks.some((stack) => stack.role === "current") && draft.plan.stacks.some((stack) => stack.role === "target");
  const said = tree.sections.some(
    (section) =>
      section.level > 0 &&
      ["traffic", "cutover"].some((role) => outline.own(section).has(role as "traffic")) &&
      contextOf(section.parent, outline, tree) !== "other",
  );
  return both || said ? [{ section: null, phases: [], from: 1, to: last }] : [];
}

const NUMBERED_MOVE = /^(?:\d{1,2}[.)]\s+)?(?:migration|move|umzug|migracion|traslado)\s+(?:\d{1,2}|[a-f])\b/;

function isMove(section: Section): boolean {
  return moveNames(section.title) !== null || NUMBERED_MOVE.test(normalise(section.title));
}

function endOf(section: Section): number {
  return withDescendants(section).reduce((last, one) => Math.max(last, one.endLine), section.endLine);
}

function addMove(at: Extraction, move: Move, only: boolean, used: Set<number>): void {
  const { draft, tree } = at;
  const title = tree.sections.find((section) => section.level > 0);
  const named = move.section ?? title ?? null;
  const names = named === null ? null : moveNames(named.title);
  const line = move.section?.line ?? move.phases[0]?.line ?? named?.line ?? 1;
  const scope = `migration steps ${draft.plan.migrations.length}`;
  const read = readPhases(at, move, scope, used);
  const rollback = rollbackOf(at, move, only, read.back, read.backLine, scope);
  const cutover = cutoverOf(read.phases, at, move, only, read.times);
  const dualRun = dualRunOf(at, move, only);
  const stages = trafficOf(at, move, only);
  // A split that is meant to last is the only stage that is named.
  const traffic =
    stages.length === 0 && dualRun?.percent !== undefined
      ? [{ percent: dualRun.percent, at: "dual run", line: dualRun.lines?.at(-1) ?? lineOf(dualRun.line) }]
      : stages;
  const { planned: calendars, entries } = only ? schedules(at, move, read.phases) : { planned: 0, entries: [] };
  const after = afterOf(at, move, only, read.phases, entries);
  const empty = read.phases.length === 0 && cutover.length === 0 && traffic.length === 0 && rollback === undefined && calendars === 0;
  if (empty) return;
  const stacks = stacksOfMove(draft, names, line, !only);
  const name = move.section === null ? stacks.name : (moveNames(move.section.title) === null ? move.section.title : stacks.name).slice(0, 200);
  const migration: PlanMigrationInput = {
    key: draft.key("migrations", name, "move"),
    name,
    from: stacks.from,
    to: stacks.to,
    line,
    phases: read.phases,
    cutover,
    traffic,
    ...(dualRun === undefined ? {} : { dualRun }),
    schedule: entries,
    ...(rollback === undefined ? {} : { rollback }),
    ...after,
  };
  draft.add("migrations", migration, line);
}

const MAX_PHASES = 200;
/** Steps of one migration; the way back needs room too. */
const MAX_STEPS = 1_500;

const lineOf = (line: number | [number, number] | undefined) => (Array.isArray(line) ? line[0] : line);

interface PhasesRead {
  phases: PlanPhaseInput[];
  back: RawStep[];
  backLine: number | null;
  /** Times of day by line. */
  times: Map<number, string>;
}

function readPhases({ outline, draft }: Extraction, move: Move, scope: string, used: Set<number>): PhasesRead {
  const back: RawStep[] = [];
  let backLine: number | null = null;
  const times = new Map<number, string>();
  let moved = false;
  let room = MAX_STEPS;
  const phases = move.phases.slice(0, MAX_PHASES).map((found, position) => {
    const read = collectSteps(found, outline);
    const raw = [...read.steps, ...stepsOfItem(found, outline), ...found.texts.map(({ text, line }) => bareStep(text, line))];
    const plain = (raw.length > 0 ? raw : stepsOfText(paragraphs(found))).slice(0, room);
    room -= plain.length;
    back.push(...read.back);
    backLine ??= read.backLine;
    const role = roleOf(found, moved);
    if (role === "window") moved = true;
    const steps = plain.flatMap((step) => planStep(draft, step, { scope, back: false }) ?? []);
    for (const step of plain) if (step.at !== undefined) times.set(step.line, step.at);
    markLater(steps, role, moved || position > 0);
    for (const step of plain) for (const line of [step.line, ...step.parts.map((part) => part.line)]) used.add(line);
    draft.claim(found.line, "migrations");
    return {
      ...phaseOf(found, role),
      key: draft.key(`${scope} phases`, found.mark.title, "phase"),
      sections: [...new Set(read.sections)].slice(0, 100),
      steps,
    } satisfies PlanPhaseInput;
  });
  return { phases: phases.map((phase) => (phase.sections.length === 0 ? withoutSections(phase) : phase)), back, backLine, times };
}

function withoutSections(phase: PlanPhaseInput): PlanPhaseInput {
  const { sections: _sections, ...rest } = phase;
  return rest;
}

/** Steps that belong to observation and later: everything in a phase after the move, and what follows long watching. */
function markLater(steps: PlanStepInput[], role: PlanPhaseInput["role"], moved: boolean): void {
  let later = role === "after" && moved;
  for (const step of steps) {
    if (!later && moved && isLongWatch(step)) later = true;
    if (later) step.stage = "after";
    const [delay] = findDurations(step.title);
    if (step.activity === "decommission" && delay !== undefined) {
      step.after = delay.duration;
      step.stage = "after";
    }
  }
}

function roleOf(found: FoundPhase, moved: boolean): PlanPhaseInput["role"] {
  const title = normalise(found.mark.title);
  if (/\bwindow\b/.test(found.mark.planned?.text ?? "")) return "window";
  if (AFTERWARDS.test(title) || (moved && /\b(?:monitor\w*|rollback|optimi[sz]\w+|validation)\b/.test(title))) return "after";
  if (PREPARATION.test(title)) return "preparation";
  return CUTOVER.test(title) ? "window" : undefined;
}

function paragraphs(found: FoundPhase): Line[] {
  const blocks: Block[] = [...found.blocks, ...found.sections.flatMap((section) => withDescendants(section).flatMap((one) => one.blocks))];
  return blocks.flatMap((block) => (block.type === "paragraph" ? block.lines : []));
}

type Field = { label: string; text: string; line: number };

/** "Goal: …", "Duration: …" in the first lines of a phase. */
function fieldsOf(found: FoundPhase): Field[] {
  const lines = [...found.blocks.slice(0, 6)].flatMap((block) =>
    block.type === "paragraph" ? block.lines : block.type === "list" ? block.items.map((item) => ({ line: item.line, text: item.text })) : [],
  );
  return lines.flatMap((line) => {
    const match = /^([^:：]{2,40})[:：]\s*(.+)$/u.exec(line.text);
    return match === null ? [] : [{ label: normalise(match[1] ?? ""), text: match[2] ?? "", line: line.line }];
  });
}

const WHEN = /^(?:duration|timeline|time|when|schedule|start|dates?|dauer|zeitraum|zeit|wann|duree|calendrier|quand|duracion|plazo|cuando)\b/;

function phaseOf(found: FoundPhase, role: PlanPhaseInput["role"]): Omit<PlanPhaseInput, "key" | "steps"> {
  const fields = fieldsOf(found);
  const goal = fields.find((field) => GOAL.test(field.label));
  const when = fields.find((field) => WHEN.test(field.label));
  const planned = found.mark.planned ?? (when === undefined ? undefined : plannedOf(when.text));
  const impact = fields.find((field) => COST_IMPACT.test(field.label));
  const cost = impact === undefined ? undefined : costOf(impact);
  return {
    title: found.mark.title.slice(0, 200),
    line: found.line,
    ...(goal === undefined ? {} : { goal: goal.text.slice(0, 500) }),
    ...(role === undefined ? {} : { role }),
    ...(planned === undefined ? {} : { planned }),
    ...(cost === undefined ? {} : { costImpact: cost }),
  };
}

type CostImpact = NonNullable<Entry<"migrations">["phases"]>[number]["costImpact"];

function costOf(field: Field): CostImpact | undefined {
  const [money] = findMoney(field.text);
  if (money === undefined || money.low === null) return undefined;
  const saves = money.sign < 0 || /sav|spar|econom|ahorr/.test(field.label);
  const ends = [money.low, money.high ?? money.low].map((value) => (saves && value > 0 ? -value : value) || 0).sort((a, b) => a - b);
  return { min: ends[0] ?? 0, max: ends[1] ?? 0, line: field.line };
}
