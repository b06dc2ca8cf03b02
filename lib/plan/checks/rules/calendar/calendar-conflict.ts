import type { PlanMigration } from "../../../types";
import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import type { Check, Rule } from "../../types";

type Calendar = NonNullable<PlanMigration["phases"][number]["planned"]>;

/** The same work in two calendars must fall into the same weeks. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    const pairs = migration.schedule.flatMap((entry, i) =>
      (entry.phases ?? []).flatMap((key) => {
        const j = migration.phases.findIndex((phase) => phase.key === key);
        const phase = migration.phases[j];
        const dates = phase?.planned === undefined ? null : apart(phase.planned, entry.when);
        return phase === undefined || dates === null ? [] : [{ entry, phase, dates, paths: [`${at}.schedule[${i}]`, `${at}.phases[${j}]`] }];
      }),
    );
    const [pair, ...others] = pairs;
    if (pair === undefined) return [];
    const [path = at, ...also] = pair.paths;
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path,
        also: [...new Set([...also, ...others.flatMap(({ paths }) => paths)])].slice(0, 8),
        message: `${migration.name}: "${pair.phase.title}" is planned for ${pair.dates[0]}, the other calendar has "${pair.entry.title}" in ${pair.dates[1]}${others.length === 0 ? "" : `; ${others.length} more dates disagree`}.`,
        expected: pair.dates[0],
        found: pair.dates[1],
        hint: "Keep one calendar.",
      },
    ];
  });

/** Both dates in words where they share no week or day; null where they do or cannot be compared. */
function apart(one: Calendar, other: Calendar): [string, string] | null {
  for (const unit of ["weeks", "days", "months"] as const) {
    const a = one[unit];
    const b = other[unit];
    if (a === undefined || b === undefined) continue;
    if (a[0] <= b[1] && b[0] <= a[1]) return null;
    const words = (span: [number, number]) => `${unit.slice(0, -1)} ${span[0] === span[1] ? span[0] : `${span[0]}–${span[1]}`}`;
    return [words(a), words(b)];
  }
  return null;
}

export const rule: Rule = {
  code: "calendar-conflict",
  family: "calendar",
  levels: ["warning"],
  says: "Two calendars of the same move put the same work into different weeks.",
  example: {
    wrong: moveExample(
      ["- { key: watch, title: Monitoring, planned: { weeks: [3, 3] } }"],
      ["schedule: [{ when: { weeks: [4, 4] }, title: Monitoring and mail, phases: [watch] }]"],
    ),
    finds: 'Move: "Monitoring" is planned for week 3, the other calendar has "Monitoring and mail" in week 4.',
    right: moveExample(
      ["- { key: watch, title: Monitoring, planned: { weeks: [3, 4] } }"],
      ["schedule: [{ when: { weeks: [4, 4] }, title: Monitoring and mail, phases: [watch] }]"],
    ),
  },
  check,
};
