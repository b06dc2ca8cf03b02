import { codeKind } from "../code/kind";
import type { Draft, Entry } from "../draft";
import { type Effect, effectsOf } from "../grammar/effects";
import { OPTIONAL } from "../lexicon/effects";
import { normalise } from "../lexicon/words";
import { linesOf } from "../locate";
import { spokenLines } from "../texts";
import type { DocumentTree } from "../tree";
import type { Extract } from "./types";

type Migration = Entry<"migrations">;
type Placed = Effect & { line: number };

/** Something that can hold effects, with the stretch of lines it stands for. */
interface Holder {
  start: number;
  end: number;
  back: boolean;
  /** Its phase is optional as a whole. */
  optional: boolean;
  entry: { effects?: Placed[] | undefined };
}

const MOST = 20;
/** Lines within which both sides of a comparison stand. */
const BOTH_SIDES = 5;

/** What the steps, substeps, events and calendar entries of each migration do, each with the line that says so. */
export const effects: Extract = ({ tree, draft }) => {
  if (draft.plan.migrations.length === 0) return;
  const spoken = linesThatAct(tree);
  const holders = draft.plan.migrations.flatMap((migration) => holdersOf(migration, tree)).sort((a, b) => a.start - b.start);
  let at = 0;
  for (const holder of holders) {
    while (at < spoken.length && (spoken[at]?.line ?? 0) < holder.start) at++;
    for (let i = at; i < spoken.length; i++) {
      const one = spoken[i];
      if (one === undefined || one.line > holder.end) break;
      for (const effect of effectsOf(one.text, one.kind, holder.back))
        put(holder, { ...effect, ...(holder.optional ? { optional: true } : {}), line: one.line }, one.kind === "command");
    }
  }
  comparisonsElsewhere(draft, spoken, holders);
  // What a step is about is a guess from single words; whether it moves data or removes a side is said by its effects alone.
  for (const migration of draft.plan.migrations) {
    for (const step of (migration.phases ?? []).flatMap((phase) => phase.steps ?? [])) {
      if (step.effects === undefined && (step.activity === "decommission" || step.activity === "database-copy")) step.effects = [];
    }
  }
};

interface Acting {
  line: number;
  text: string;
  kind: "text" | "command";
}

/** Lines that may say what is done: words of people, and commands; a line that only introduces a list says nothing itself. */
function linesThatAct(tree: DocumentTree): Acting[] {
  const parents = new Set<number>();
  for (const block of tree.blocks)
    if (block.type === "list") for (const item of block.items) if (item.children.length > 0 && /:\s*$/.test(item.text)) parents.add(item.line);
  const words = spokenLines(tree)
    .filter(({ line }) => !parents.has(line))
    .map(({ line, text }): Acting => ({ line, text, kind: "text" }));
  const commands = tree.blocks.flatMap((block): Acting[] => {
    if (block.type !== "code") return [];
    const kind = codeKind(block);
    return block.lines.flatMap(({ text, line }): Acting[] => {
      if (text.trim() === "" || /^\s*(?:#|\/\/|--\s)/.test(text)) return [];
      // Lists in plain blocks are words in a terminal's font.
      const listed = /^\s*(?:[-*\u2022\u25A1\u2610\u2713\u2705]|\[[ x]\]|\d+[.)])\s+\S/u.test(text);
      return [{ line, text, kind: listed || kind === "text" || kind === "diagram" ? "text" : "command" }];
    });
  });
  return [...words, ...commands].sort((a, b) => a.line - b.line);
}

function holdersOf(migration: Migration, tree: DocumentTree): Holder[] {
  const holders: Holder[] = [];
  const add = (entry: object, back: boolean, optional = false) => {
    const [start] = linesOf(entry);
    if (start !== undefined) holders.push({ start, end: endOf(entry, start), back, optional, entry: entry as Holder["entry"] });
  };
  for (const phase of migration.phases ?? []) {
    const optional = OPTIONAL.test(normalise(phase.title));
    for (const step of phase.steps ?? []) {
      add(step, false, optional);
      for (const substep of step.substeps ?? []) add(substep, false, optional);
    }
  }
  for (const step of migration.rollback?.steps ?? []) add(step, true);
  for (const event of migration.cutover ?? []) add(event, false);
  for (const entry of migration.schedule ?? []) add(entry, false);
  return bounded(holders, tree);
}

function endOf(entry: object, start: number): number {
  const line: unknown = Reflect.get(entry, "line");
  return Array.isArray(line) && typeof line[1] === "number" ? line[1] : start;
}

/** A step given by its first line reaches to the next entry, at most to the end of its section or list item. */
function bounded(holders: Holder[], tree: DocumentTree): Holder[] {
  const starts = [...new Set(holders.map(({ start }) => start))].sort((a, b) => a - b);
  const itemEnds = new Map<number, number>();
  for (const block of tree.blocks) {
    if (block.type === "list") for (const item of block.items) itemEnds.set(item.line, item.endLine);
    else if (block.type === "table") for (const row of block.rows) itemEnds.set(row.line, row.line);
    else for (const line of block.lines) itemEnds.set(line.line, block.endLine);
  }
  const sectionEnd = sectionEnds(tree);
  return holders.map((holder) => {
    const next = starts[firstAfter(starts, holder.start)];
    const limit = Math.min(itemEnds.get(holder.start) ?? sectionEnd(holder.start), next === undefined ? Number.POSITIVE_INFINITY : next - 1);
    return { ...holder, end: holder.end > holder.start ? Math.min(holder.end, next === undefined ? holder.end : next - 1) : Math.max(holder.start, limit) };
  });
}

function sectionEnds(tree: DocumentTree): (line: number) => number {
  const lines = tree.sections.map((section) => section.line);
  return (line) => tree.sections[firstAfter(lines, line) - 1]?.endLine ?? line;
}

/** Index of the first number above a value in an ascending list. */
function firstAfter(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put({ entry }: Holder, effect: Placed, command = false): void {
  const list = entry.effects ?? [];
  const same = list.find((one) => one.does === effect.does && one.by === effect.by && one.parts === undefined && effect.parts === undefined);
  // The command is what is really done; its line says more than the words above it.
  if (same !== undefined && command) same.line = effect.line;
  const again = list.some((one) => one.does === effect.does && one.by === effect.by && effect.parts === undefined);
  if (again || list.length >= MOST) return;
  entry.effects = [...list, effect];
}

/** A script outside the steps that compares single tables belongs to the step that asks for all of them. */
function comparisonsElsewhere(draft: Draft, spoken: readonly Acting[], holders: readonly Holder[]): void {
  const whole = holders.find(({ entry }) => entry.effects?.some((effect) => effect.does === "compare-data" && effect.scope === "all"));
  if (whole === undefined || draft.plan.migrations.length !== 1) return;
  const known = new Set(holders.flatMap(({ entry }) => entry.effects?.map((effect) => effect.line) ?? []));
  const counted = spoken.flatMap(({ line, text, kind }) =>
    kind === "command" && !known.has(line)
      ? effectsOf(text, kind).flatMap((effect) => (effect.does === "compare-data" ? [{ effect, line, of: effect.parts?.[0] ?? "" }] : []))
      : [],
  );
  // One side alone is a look, both sides are a comparison.
  counted.forEach((one, i) => {
    const near = [counted[i - 1], counted[i + 1]].some((other) => other !== undefined && other.of === one.of && Math.abs(other.line - one.line) <= BOTH_SIDES);
    if (near) put(whole, { ...one.effect, line: one.line });
  });
}
