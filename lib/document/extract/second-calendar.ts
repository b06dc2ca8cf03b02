import type { Draft, Entry } from "../draft";
import { findCalendar } from "../grammar/calendar";
import { normalise } from "../lexicon/words";
import { linesOf } from "../locate";
import { type DocumentTree, type List, withDescendants } from "../tree";
import type { Extract } from "./types";

type Migration = Entry<"migrations">;

/** Words that many phases share; they tie no date to a phase. */
const COMMON = new Set([
  "documentation",
  "completion",
  "integration",
  "implementation",
  "foundation",
  "feature",
  "features",
  "phase",
  "week",
  "weeks",
  "migration",
  "migrate",
  "migrating",
  "infrastructure",
  "setup",
  "tools",
  "with",
  "full",
  "core",
  "first",
  "final",
  "services",
  "service",
  "system",
  "systems",
  "stack",
  "platform",
  "production",
  "cutover",
  "test",
  "testing",
  "deploy",
  "deployment",
  "verification",
  "preparation",
  "cleanup",
  "woche",
  "einrichtung",
  "dienste",
  "umzug",
  "semaine",
  "migracion",
  "semana",
  "servicios",
]);

/** Dates beside the phases, each tied to the phase it names; also a second list of dates: "Week 1: …, Week 2: …". Each date is tied to the phase it names. */
export const secondCalendar: Extract = ({ tree, draft }) => {
  for (const migration of draft.plan.migrations) tie(migration, tree);
  for (const block of tree.blocks) {
    if (block.type !== "list") continue;
    const dated = datesOf(block);
    const migration = dated.length < 3 ? undefined : migrationAt(draft, block.line);
    if (migration === undefined || taken(migration, dated[0]?.line ?? 0)) continue;
    migration.schedule = [...(migration.schedule ?? []), ...dated.map(({ when, title, line }) => ({ when, title: title.slice(0, 300), line }))].slice(0, 200);
    tie(migration, tree);
  }
};

function tie(migration: Migration, tree: DocumentTree): void {
  const open = (migration.schedule ?? []).filter((entry) => entry.phases === undefined);
  if (open.length === 0) return;
  const names = namesOfPhases(migration, tree);
  for (const entry of open) {
    const phases = phasesNamed(entry.title, names);
    if (phases.length > 0) entry.phases = phases;
  }
}

interface Dated {
  when: { weeks?: [number, number]; days?: [number, number]; months?: [number, number] };
  title: string;
  line: number;
}

function datesOf(list: List): Dated[] {
  const outer = list.items.filter((item) => item.depth === 0);
  const dated = outer.flatMap((item): Dated[] => {
    const at = findCalendar(item.text);
    if (at === null || at.start > 2 || at.offset !== undefined || /%/.test(item.text)) return [];
    const title = item.text
      .slice(at.end)
      .replace(/^[\s)\]]*[:–—-]+\s*/, "")
      .trim();
    const { weeks, days, months } = at;
    if (title === "" || title.length > 300) return [];
    return [
      {
        when: { ...(weeks === undefined ? {} : { weeks }), ...(days === undefined ? {} : { days }), ...(months === undefined ? {} : { months }) },
        title,
        line: item.line,
      },
    ];
  });
  return dated.length === outer.length ? dated : [];
}

/** The migration a line belongs to: the last one that begins before it. */
function migrationAt(draft: Draft, line: number): Migration | undefined {
  const begins = (migration: Migration) =>
    Math.min(...(migration.phases ?? []).flatMap((phase) => linesOf(phase).slice(0, 1)), ...linesOf(migration).slice(0, 1), Number.POSITIVE_INFINITY);
  return (
    draft.plan.migrations.findLast((migration) => begins(migration) <= line) ?? (draft.plan.migrations.length === 1 ? draft.plan.migrations[0] : undefined)
  );
}

/** Whether these lines are phases, steps or traffic stages already. */
function taken(migration: Migration, line: number): boolean {
  const entries: unknown[] = [
    ...(migration.phases ?? []),
    ...(migration.phases ?? []).flatMap((phase) => phase.steps ?? []),
    ...(migration.traffic ?? []),
    ...(migration.schedule ?? []),
  ];
  return entries.some((entry) => linesOf(entry)[0] === line);
}

/** For each phase the words of its title and of the headings below it. */
function namesOfPhases(migration: Migration, tree: DocumentTree): { key: string; words: Set<string> }[] {
  return (migration.phases ?? []).map((phase) => {
    const [line] = linesOf(phase);
    const section = tree.sections.find((one) => one.line === line);
    const titles = [phase.title, ...(section === undefined ? [] : withDescendants(section).map((one) => one.title))];
    return { key: phase.key, words: new Set(titles.flatMap(significant)) };
  });
}

function significant(text: string): string[] {
  return normalise(text)
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 3 && !COMMON.has(word));
}

/** Phases that share a word with a date which no other phase has. */
function phasesNamed(title: string, names: { key: string; words: Set<string> }[]): string[] {
  const found = significant(title).flatMap((word) => {
    const sharing = names.filter(({ words }) => words.has(word));
    return sharing.length === 1 ? sharing.map(({ key }) => key) : [];
  });
  return [...new Set(found)];
}
