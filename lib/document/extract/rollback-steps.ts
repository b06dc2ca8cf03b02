import { findCalendar } from "../grammar/calendar";
import { findDurations } from "../grammar/duration";
import { DNS } from "../lexicon/commands";
import { BACK_LABEL } from "../lexicon/steps";
import { normalise, wordTest } from "../lexicon/words";
import { spokenLines } from "../texts";
import { type Block, headingPath, type Section, withDescendants } from "../tree";
import type { PlanStepInput, RollbackInput } from "./migration-types";
import type { Move } from "./migrations";
import { planStep } from "./plan-steps";
import { bareStep, type RawStep } from "./step-of";
import { collectSteps, stepsOfText } from "./steps";
import { isField, isToDo, itemsAsSteps } from "./steps-list";
import { introduction } from "./triggers-places";
import type { Extraction } from "./types";

const BACK_WORD = wordTest([
  "rollback*",
  "roll back",
  "rolled back",
  "way back",
  "go back",
  "revert*",
  "back out",
  "ruckfall*",
  "zuruckrollen",
  "zuruck",
  "ruckkehr",
  "retour arriere",
  "retour",
  "revenir",
  "marcha atras",
  "reversion",
  "volver",
]);
const WITHIN =
  /(?:within|up to|until|innerhalb(?: von)?|binnen|bis(?: zu)?|dans les|sous|jusqu'?a|dentro de|hasta)\s+(?:the\s+first\s+|the\s+|las\s+|les\s+)?$/;
/** "Roll back if", "When to roll back": limits, not steps. */
const CONDITIONS = wordTest([
  "if",
  "when",
  "trigger*",
  "criteria",
  "condition*",
  "threshold*",
  "wenn",
  "auslose*",
  "kriterien",
  "si",
  "quand",
  "declencheur*",
  "critere*",
  "cuando",
  "criterio*",
  "disparador*",
]);

/** The way back of a move: its steps, until when it is promised, and how fast DNS follows. Undefined where nothing is said. */
export function rollbackOf(
  at: Extraction,
  move: Move,
  only: boolean,
  inside: readonly RawStep[],
  insideLine: number | null,
  scope: string,
): RollbackInput | undefined {
  const raw: RawStep[] = inside.filter((step) => !isLimit(step.title));
  let line = insideLine;
  const covered = new Set(inside.map((step) => step.line));
  const sections = backSections(at, move, only);
  const places = [
    ...sections.map((section) => ({ line: section.line, steps: stepsOf(section, at) })),
    ...labelled(at, move, sections).map((block) => ({ line: block.label?.line ?? block.line, steps: stepsOfBlock(block, at) })),
  ];
  for (const place of places) {
    const steps = place.steps.filter((step) => !covered.has(step.line));
    for (const step of steps) covered.add(step.line);
    raw.push(...steps);
    line = line === null ? place.line : Math.min(line, place.line);
  }
  if (raw.length === 0) raw.push(...saidInPassing(at, move, only));
  const steps = raw.sort((a, b) => a.line - b.line).flatMap((step) => planStep(at.draft, step, { scope, back: true }) ?? []);
  const deadline = deadlineOf(at, move, only);
  const ttl = steps.map((step) => step.ttl).find((one) => one !== undefined) ?? ttlOf(steps);
  if (line === null && deadline === null) return undefined;
  return {
    line: line ?? deadline?.line ?? 1,
    steps: steps.slice(0, 200),
    ...(deadline === null ? {} : { deadline: deadline.duration }),
    ...(ttl === undefined ? {} : { ttl }),
  };
}

/** Headings of the way back, outermost first; those of phases have been read with them. */
function backSections({ tree, outline }: Extraction, move: Move, only: boolean): Section[] {
  const phaseLines = new Set(move.phases.filter((phase) => phase.source === "heading").map((phase) => phase.line));
  return tree.sections.filter((section) => {
    if (section.level === 0 || section.line < move.from || section.line > move.to) return false;
    if (!BACK_LABEL.test(normalise(section.title)) && !(outline.own(section).has("rollback") && !outline.own(section).has("trigger"))) return false;
    if (phaseLines.has(section.line)) return false;
    const above = headingPath(section).slice(0, -1);
    // Below a phase it was read with the phase; below another heading of the way back with that one.
    return (
      !above.some((one) => phaseLines.has(one.line)) &&
      !above.some((one) => BACK_LABEL.test(normalise(one.title)) && one.level > 1) &&
      (only || above.some((one) => one === move.section))
    );
  });
}

function stepsOf(section: Section, at: Extraction): RawStep[] {
  return [...section.blocks.flatMap((block) => stepsOfBlock(block, at)), ...section.children.flatMap((child) => stepsOf(child, at))];
}

/** What is done on the way back: all of a list, but under "Roll back if" only what is really to be done. */
function stepsOfBlock(block: Block, at: Extraction): RawStep[] {
  if (block.type === "paragraph") return stepsOfText(block.lines).filter((step) => !isLimit(step.title) && !CONDITIONS.test(normalise(step.title)));
  if (block.type !== "list") {
    const read = collectSteps({ blocks: [block], sections: [] }, at.outline);
    return [...read.steps, ...read.back];
  }
  const top = block.items.filter((item) => item.depth === 0);
  // A calendar or a schedule of shares of traffic is no list of steps.
  const dated = top.filter((item) => /\d\s?%/.test(item.text) || findCalendar(item.text.slice(0, 12))?.start === 0).length;
  if (dated * 2 > top.length) return [];
  const conditions = CONDITIONS.test(normalise((block.label ?? introduction(block))?.text ?? block.section.title));
  const steps = itemsAsSteps(top).filter((step) => !isField(step.title) && !isLimit(step.title));
  return conditions ? steps.filter((step) => isToDo(step.title) || step.parts.length > 0 || step.commands.length > 0 || isToDoBehindName(step.title)) : steps;
}

/** "Name: do this". */
function isToDoBehindName(text: string): boolean {
  const behind = /^[^:]{3,40}:\s+(.+)$/.exec(text)?.[1];
  return behind !== undefined && isToDo(behind);
}

/** "Rollback within 72 hours: point DNS back", in running text. */
function saidInPassing({ tree }: Extraction, move: Move, only: boolean): RawStep[] {
  if (!only) return [];
  return spokenLines(tree).flatMap(({ text, line, kind }) => {
    if (kind !== "paragraph" || line < move.from || line > move.to || text.length > 400) return [];
    return text.split(/(?<=[.!])\s+/).flatMap((sentence) => {
      const plain = normalise(sentence);
      if (!/^(?:to )?(?:roll ?back|revert|back ?out|zuruckrollen|ruckfall\w*|retour arriere|marcha atras)/.test(plain) || isLimit(sentence)) return [];
      const does = /[:：]\s*(.{6,200}?)[.]?$/u.exec(sentence)?.[1] ?? /\bby\s+(\p{L}+ing\s.{4,200}?)[.]?$/u.exec(sentence)?.[1];
      return does === undefined || (/[:：]/u.test(sentence) && !isToDo(does)) ? [] : [bareStep(does, line)];
    });
  });
}

/** Blocks under a label of the way back that stand outside of phases and of headings that say so. */
function labelled({ tree }: Extraction, move: Move, sections: readonly Section[]): Block[] {
  const covered = new Set(sections.flatMap(withDescendants));
  const phases = new Set(move.phases.flatMap((phase) => phase.blocks));
  return tree.blocks.filter(
    (block) =>
      block.label !== null &&
      block.line >= move.from &&
      block.line <= move.to &&
      !covered.has(block.section) &&
      !phases.has(block) &&
      BACK_LABEL.test(normalise(block.label.text)) &&
      !CONDITIONS.test(normalise(block.label.text)),
  );
}

const LIMIT =
  /(?:[<>≤≥]=?\s?\$?\d|\b(?:exceeds?|above|below|over|under|more than|less than|greater than|uber|unter|mehr als|superieur|plus de|supera|mas de)\b\s*\d)/;

function isLimit(text: string): boolean {
  return LIMIT.test(normalise(text)) && !/\d\s?%\s+(?:of\s+)?(?:traffic|to)\b/i.test(text);
}

interface Deadline {
  duration: string;
  line: number;
}

/** "Rollback (up to 36 hours later)", "Rollback is possible until 48 hours after the window". */
function deadlineOf({ tree }: Extraction, move: Move, only: boolean): Deadline | null {
  for (const { text, line, section } of spokenLines(tree)) {
    if (line < move.from || line > move.to || text.length > 300) continue;
    const plain = normalise(text);
    const about =
      BACK_WORD.test(plain) ||
      (only && /\b(?:rollback|ruckfall\w*|reversion)\b/.test(normalise(section.title)) && /\b(?:possible|within|moglich|posible)\b/.test(plain));
    if (!about || LIMIT.test(plain)) continue;
    for (const one of findDurations(plain)) {
      const before = plain.slice(Math.max(0, one.start - 30), one.start);
      if (WITHIN.test(before) && one.ms >= 600_000 && !/\b(?:downtime|errors?)\b/.test(before)) return { duration: one.maxDuration ?? one.duration, line };
    }
  }
  return null;
}

/** "5 min TTL", "TTL of 300 seconds" in one of the steps. */
function ttlOf(steps: readonly PlanStepInput[]): string | undefined {
  const step = steps.find((one) => /\bttl\b/i.test(one.title) && DNS.test(normalise(one.title)));
  return step === undefined ? undefined : findDurations(step.title)[0]?.duration;
}
