import { findCalendar } from "../grammar/calendar";
import { normalise, wordTest } from "../lexicon/words";
import type { List, ListItem } from "../tree";
import type { PlanPhaseInput, ScheduleEntry } from "./migration-types";
import type { Move } from "./migrations";
import { NEXT_STEPS } from "./phase-places";
import type { Extraction } from "./types";

const RELATIVE = wordTest([
  "this week",
  "next week",
  "week after",
  "cutover week",
  "following week",
  "this month",
  "next month",
  "today",
  "tomorrow",
  "diese woche",
  "nachste woche",
  "umzugswoche",
  "diesen monat",
  "nachsten monat",
  "cette semaine",
  "semaine prochaine",
  "ce mois",
  "mois prochain",
  "esta semana",
  "proxima semana",
  "semana que viene",
  "este mes",
  "proximo mes",
  "immediate",
  "short term",
  "medium term",
  "long term",
  "sofort",
  "kurzfristig",
]);
const LATER = wordTest([
  "after",
  "post-migration",
  "post migration",
  "roadmap",
  "future",
  "beyond",
  "long term",
  "later",
  "ausblick",
  "nach dem umzug",
  "nach der migration",
  "apres",
  "despues",
  "hoja de ruta",
]);

/** Calendars beside the phases: "This week: …", and what is planned for after the move. */
export function schedules({ tree, draft }: Extraction, move: Move, phases: readonly PlanPhaseInput[]): { planned: number; entries: ScheduleEntry[] } {
  const entries: ScheduleEntry[] = [];
  const taken = new Set([
    ...move.phases.map((phase) => phase.line),
    ...phases.flatMap((phase) => (phase.steps ?? []).map((step) => (Array.isArray(step.line) ? step.line[0] : step.line))),
  ]);
  const last = Math.max(0, ...phases.map((phase) => phase.planned?.weeks?.[1] ?? 0));
  for (const block of tree.blocks) {
    if (block.type !== "list") continue;
    const top = block.items.filter((item) => item.depth === 0 && !taken.has(item.line));
    const heading = normalise(block.section.title);
    const later = LATER.test(heading) || (NEXT_STEPS.test(heading) && last > 0);
    if (later && isRoadmap(top, last)) addRoadmap(block, top, draft);
    else entries.push(...relativeEntries(top));
  }
  return { planned: entries.length, entries: entries.slice(0, 200) };
}

function relativeEntries(top: readonly ListItem[]): ScheduleEntry[] {
  const named = top.filter((item) => RELATIVE.test(normalise(item.text.split(/[:：]/u)[0] ?? "")) && item.text.length < 80 && item.children.length > 0);
  if (named.length < 2) return [];
  return named.map((item) => {
    const when = item.text.replace(/[:：]\s*$/u, "").trim();
    return {
      when: { text: when.slice(0, 200) },
      title: when.slice(0, 300),
      tasks: item.children.length,
      line: [item.line, Math.max(item.line, item.children.at(-1)?.line ?? item.line)] as [number, number],
    };
  });
}

/** Weeks behind the last phase, in brackets or in front. */
function isRoadmap(top: readonly ListItem[], last: number): boolean {
  const weeks = top.flatMap((item) => findCalendar(item.text)?.weeks ?? []);
  return top.length >= 2 && weeks.length >= top.length && Math.min(...weeks) >= last;
}

function addRoadmap(list: List, top: readonly ListItem[], draft: Extraction["draft"]): void {
  for (const item of top) {
    const at = findCalendar(item.text);
    const [head = item.text, ...rest] = item.text.split(/[:：]\s/u);
    const title = (at !== null && at.start === 0 ? rest.join(": ") || item.text : head).replace(/\s*\([^()]*\)\s*/g, " ").trim();
    const tail =
      item.children.length > 0
        ? item.children.length
        : rest
            .join(" ")
            .split(/,|;/)
            .filter((part) => part.trim() !== "").length;
    draft.add(
      "roadmap",
      {
        title: title.slice(0, 200) || item.text.slice(0, 200),
        line: item.line,
        ...(at?.weeks === undefined ? {} : { weeks: at.weeks }),
        ...(tail > 0 ? { items: tail } : {}),
      },
      item.line,
    );
    draft.claim(item.line, "migrations");
  }
  draft.claim(list.line, "migrations");
}
