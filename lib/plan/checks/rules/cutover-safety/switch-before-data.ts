import type { Plan, PlanMigration } from "../../../types";
import { type Act, everyMigration, first, last, quoted } from "../../flow";
import type { Check, Noticed, Rule } from "../../types";

/** Users move when the data has come to rest and both sides were compared, not before. */
const check: Check = (plan) => {
  const night = onTheClock(plan);
  return night.length > 0 ? night : inTheSteps(plan);
};

function onTheClock(plan: Plan): Noticed[] {
  return plan.timelines.flatMap((timeline, i): Noticed[] => {
    const at = (what: "switch" | "close" | "compare" | "sync") => timeline.entries.findIndex((entry) => entry.does?.includes(what) === true);
    const [switched, closed, compared] = [at("switch"), at("close"), at("compare")];
    const synced = timeline.entries.findLastIndex((entry) => entry.does?.includes("sync") === true);
    const late = [closed, synced, compared].find((one) => one > switched);
    if (switched < 0 || late === undefined) return [];
    const [name, entry] = [timeline.entries[switched]?.title, timeline.entries[late]];
    return [
      {
        code: rule.code,
        level: "error",
        path: `timelines[${i}].entries[${switched}]`,
        also: [`timelines[${i}].entries[${late}]`],
        message: `${timeline.what}: "${name}" comes before "${entry?.title}".`,
        expected: "data at rest and compared, then users",
        found: "users first",
        hint: "Move the switch behind the last step that brings or compares data.",
      },
    ];
  });
}

/** Steps of the one run: whoever stops writing after the switch stops it on a side that nobody uses any more. */
function inTheSteps(plan: Plan): Noticed[] {
  return everyMigration(plan, (migration, at, flow) => {
    const run = flow.filter((act) => !act.after && act.optional !== true);
    const [switched, stopped] = [first(run, "switch-traffic"), first(run, "stop-writes")];
    if (switched === undefined || stopped === undefined || stopped.at <= switched.at) return [];
    // A first switch for a trial or a part is followed by another one.
    if (last(run, "switch-traffic") !== switched) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: switched.path,
        also: [stopped.path, ...[switched, stopped].flatMap((act) => placesOf(migration, at, act))],
        message: `${migration.name}: ${quoted(switched)} comes before ${quoted(stopped)}.`,
        expected: "data at rest, then users",
        found: "users first",
        hint: "Stop writes before users are moved.",
      },
    ];
  });
}

/** The step an act belongs to, and the phase where it has no other step. */
function placesOf(migration: PlanMigration, at: string, act: Act): string[] {
  const alone = act.phase !== null && migration.phases[act.phase]?.steps.length === 1;
  return [act.path.replace(/\.(?:effects|substeps)\[.*$/, ""), ...(alone ? [`${at}.phases[${act.phase}]`] : [])];
}

const night = (compare: number, dns: number) => {
  const lines = [`{ clock: ${compare}, title: Compare rows, does: [compare] }`, `{ clock: ${dns}, title: DNS, does: [switch] }`];
  return `timelines:
  - what: The night
    entries: [{ clock: 10, title: Closed, does: [close] }, ${(compare < dns ? lines : lines.toReversed()).join(", ")}, { clock: 90, title: Open, does: [open] }]
`;
};

export const rule: Rule = {
  code: "switch-before-data",
  family: "cutover-safety",
  levels: ["error"],
  yields: true,
  says: "Users are moved before writing has stopped, before the last copy, or before both sides are compared.",
  example: { wrong: night(60, 40), finds: 'The night: "DNS" comes before "Compare rows".', right: night(40, 60) },
  check,
};
