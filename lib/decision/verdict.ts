import type { TriggerGroupView } from "@/lib/trigger/types";
import { blocksAgainst, leaving, type Step, speaking, stepsOf } from "./transitions";
import type { Confidence, MatrixInput, MatrixRowView, StackRef, Verdict } from "./types";
import { formatNumber, listClauses, listWords, triggerSentence } from "./words";

export interface VerdictInput {
  current: StackRef | null;
  stacks: readonly StackRef[];
  source: MatrixInput["source"];
  columns: readonly { stack: string }[];
  rows: readonly Pick<MatrixRowView, "label" | "role" | "value" | "freshness" | "speaksFor" | "edge">[];
  groups: readonly TriggerGroupView[];
  confidence: Confidence;
}

/** From this share of a limit on a metric is "near the edge". */
const NEAR_PERCENT = 20;

interface Facts extends VerdictInput {
  current: StackRef;
  steps: Step[];
  /** Condition rows with a known, fresh value. */
  voting: VerdictInput["rows"];
  nameOf: (stack: string) => string;
}

/**
 * The sentence that answers "should we move now, and what says so?".
 *
 * In this order: without a present stack or a rule that leaves it nothing is decided; below the confidence limit no
 * stack is named; a group of migrate triggers that fires names its stack (the next one by position, where several do);
 * a block against that step wins, and a block that cannot be checked keeps the stack unnamed; where no trigger leaves
 * the stack, the majority of the matrix rows speaks; else: stay.
 */
export function judge(input: VerdictInput): Verdict {
  const { current } = input;
  if (current === null) {
    return verdict("unclear", null, "It is not recorded which stack the project runs on, so no move can be judged.");
  }
  const facts: Facts = {
    ...input,
    current,
    steps: stepsOf(input.groups),
    voting: input.rows.filter((row) => row.role === "condition" && row.freshness === "fresh" && row.value !== null),
    nameOf: (stack) => input.stacks.find((s) => s.key === stack)?.name ?? stack,
  };
  const moves = leaving(facts.steps, current.key, "migrate");
  const judged = input.columns.some((column) => column.stack === current.key);
  if (moves.length === 0 && !judged) return noRule(facts);
  if (input.confidence.share < input.confidence.limit) return notEnough(facts, moves);
  const firing = moves.filter((step) => step.state === "firing");
  const onward = firing.filter((step) => step.to !== null && step.to !== current.key).sort((a, b) => positionOf(facts, a.to) - positionOf(facts, b.to));
  const [next] = onward;
  if (next?.to) return moveOrBlock(facts, next.to, onward);
  const elected = moves.length === 0 ? majority(facts) : null;
  if (elected !== null) return moveOrBlock(facts, elected, []);
  return firing.length > 0 ? act(facts, firing) : stay(facts, moves);
}

function verdict(kind: Verdict["kind"], stack: string | null, sentence: string, reasons: string[] = []): Verdict {
  return { kind, stack, sentence, reasons };
}

function positionOf(facts: Facts, stack: string | null): number {
  const position = facts.stacks.find((s) => s.key === stack)?.position ?? Number.MAX_SAFE_INTEGER;
  // A stack behind the present one is a step back: named only when nothing leads on.
  return position > facts.current.position ? position : Number.MAX_SAFE_INTEGER;
}

function noRule(facts: Facts): Verdict {
  const starts = [...new Set(facts.steps.filter((step) => step.kind === "migrate").flatMap((step) => (step.from === null ? [] : [step.from])))];
  const fits = [...new Set(facts.voting.flatMap((row) => (isStack(facts, row.speaksFor) ? [row.speaksFor] : [])))];
  if (facts.steps.length === 0 && facts.source === "none") {
    return verdict("no-rule", null, `No rule decides when to leave ${facts.current.name}: the plan declares no trigger and no matrix.`, [
      "Add triggers to the plan, or record a decision with your reasons.",
    ]);
  }
  const from = starts.length === 0 ? "" : ` The rules start from ${listWords(starts.map(facts.nameOf), 2)}, and apply after that move.`;
  const reasons = fits.length === 0 ? [] : [`By the present values the matrix speaks for ${listWords(fits.map(facts.nameOf))}.`];
  return verdict("no-rule", null, `No declared rule leaves ${facts.current.name}.${from}`, reasons);
}

function notEnough(facts: Facts, moves: readonly Step[]): Verdict {
  const { known, total, share, limit, missing } = facts.confidence;
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const enter = listWords(missing.filter((m) => m.kind === "number" || total === 0).map((m) => m.name));
  const sentence = `Not enough is known to name a stack: ${known} of ${total} ${total === 1 ? "metric is" : "metrics are"} known and fresh (${percent(share)}, needed: ${percent(limit)}).${enter === "" ? "" : ` Enter ${enter}.`}`;
  const firing = moves.filter((step) => step.state === "firing").flatMap(speaking);
  return verdict("unclear", null, sentence, [...firing.map((trigger) => `Firing all the same: ${triggerSentence(trigger)}.`), ...notes(facts)]);
}

/** A stack has been found; blocks decide whether it may be named. */
function moveOrBlock(facts: Facts, to: string, steps: readonly Step[]): Verdict {
  const blocks = blocksAgainst(facts.steps, facts.current.key, to);
  const name = facts.nameOf(to);
  const why =
    steps.length === 0
      ? []
      : steps
          .filter((step) => step.to === to)
          .flatMap(speaking)
          .map(triggerSentence);
  const others = steps
    .filter((step) => step.to !== to)
    .flatMap((step) => (step.to === null ? [] : [`${step.name} already speaks for ${facts.nameOf(step.to)}.`]));
  const cause = why.length > 0 ? listClauses(why) : `${countFor(facts, to)} speak for it`;
  const stopping = blocks.filter((step) => step.state === "firing" || step.state === "pending");
  if (stopping.length > 0) {
    const stops = listClauses(stopping.flatMap(speaking).map(triggerSentence));
    return verdict("blocked", facts.current.key, `Blocked: stay on ${facts.current.name}. ${name} would be due (${cause}), but ${stops}.`, [
      "A block wins over a reason to move.",
      ...others,
    ]);
  }
  const open = blocks.flatMap((step) => step.triggers.filter((trigger) => trigger.state === "unknown"));
  if (open.length > 0) {
    const names = listWords([...new Set(open.map((trigger) => trigger.metricName))]);
    return verdict("unclear", null, `${name} is due (${cause}), but it cannot be said whether something blocks it: ${names} not known or too old.`, [
      `Enter ${names} to know.`,
      ...others,
    ]);
  }
  const votes = why.length > 0 && facts.voting.length > 0 ? ` ${countFor(facts, to)} speak for it.` : "";
  return verdict("move", to, `Move to ${name}: ${cause}.${votes}`, [...others, ...costSide(facts, to), ...notes(facts)]);
}

function act(facts: Facts, firing: readonly Step[]): Verdict {
  const what = listWords(firing.map((step) => step.name));
  const why = listClauses(firing.flatMap(speaking).map(triggerSentence));
  return verdict("act", facts.current.key, `Stay on ${facts.current.name}, and act: ${what}. ${cap(why)}.`, notes(facts));
}

function stay(facts: Facts, moves: readonly Step[]): Verdict {
  const { current, voting } = facts;
  const fit = voting.filter((row) => row.speaksFor === current.key).length;
  const parts = [`Stay on ${current.name}.`];
  if (voting.length > 0) parts.push(`${fit} of ${voting.length} known ${voting.length === 1 ? "metric fits" : "metrics fit"}.`);
  const near = voting.filter((row) => row.speaksFor === current.key && row.edge !== null && row.edge.distancePercent <= NEAR_PERCENT);
  if (near.length > 0) parts.push(`Near the edge: ${listWords(near.map(nearText))}.`);
  const pending = moves.flatMap((step) => step.triggers.filter((trigger) => trigger.state === "pending"));
  if (pending.length > 0) parts.push(`Waiting: ${listClauses(pending.map(triggerSentence))}.`);
  return verdict("stay", current.key, parts.join(" "), [...halfMet(moves), ...elsewhere(facts), ...notes(facts)]);
}

function nearText(row: VerdictInput["rows"][number]): string {
  if (row.edge === null) return row.label;
  if (row.edge.sharePercent !== null) return `${row.label} (${Math.floor(row.edge.sharePercent)} % of ${formatNumber(row.edge.value)})`;
  return `${row.label} (${Math.ceil(row.edge.distancePercent)} % from ${formatNumber(row.edge.value)})`;
}

/** Groups that need every trigger and have some. */
function halfMet(moves: readonly Step[]): string[] {
  return moves.flatMap((step) => {
    const met = step.triggers.filter((trigger) => trigger.state === "firing").length;
    return step.combine === "all" && met > 0 ? [`${step.name}: ${met} of ${step.triggers.length} triggers fire; all are needed.`] : [];
  });
}

function elsewhere(facts: Facts): string[] {
  const counts = new Map<string, number>();
  for (const row of facts.voting)
    if (isStack(facts, row.speaksFor) && row.speaksFor !== facts.current.key) counts.set(row.speaksFor, (counts.get(row.speaksFor) ?? 0) + 1);
  return [...counts].map(([stack, n]) => `${n} of ${facts.voting.length} rows ${n === 1 ? "speaks" : "speak"} for ${facts.nameOf(stack)}.`);
}

/** Whether it is a stack of the plan, and not the column of things to act on. */
function isStack(facts: Facts, key: string | null): key is string {
  return key !== null && facts.stacks.some((stack) => stack.key === key);
}

function costSide(facts: Facts, to: string): string[] {
  const justify = leaving(facts.steps, facts.current.key, "justify").filter((step) => step.to === null || step.to === to);
  if (justify.length === 0) return [];
  const met = justify.filter((step) => step.state === "firing");
  return met.length > 0
    ? [`The cost side agrees: ${listClauses(met.flatMap(speaking).map(triggerSentence))}.`]
    : [`The cost side is not shown yet: ${listClauses(justify.flatMap((step) => step.triggers).map(triggerSentence))}.`];
}

function notes(facts: Facts): string[] {
  const reviews = leaving(facts.steps, facts.current.key, "review").filter((step) => step.state === "firing");
  return reviews.map((step) => `Review due (${step.name}): ${listClauses(speaking(step).map(triggerSentence))}.`);
}

/** The other stack for which more than half of the known rows speak; null when there is none. */
function majority(facts: Facts): string | null {
  for (const { key } of facts.stacks) {
    const votes = facts.voting.filter((row) => row.speaksFor === key).length;
    if (votes * 2 > facts.voting.length) return key === facts.current.key ? null : key;
  }
  return null;
}

function countFor(facts: Facts, stack: string): string {
  return `${facts.voting.filter((row) => row.speaksFor === stack).length} of ${facts.voting.length} known metrics`;
}

function cap(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
