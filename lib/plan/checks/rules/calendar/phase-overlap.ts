import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import type { Check, Rule } from "../../types";

/** Phases that follow one another but share a week or day: either they run side by side, or a date is wrong. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    for (const unit of ["weeks", "days"] as const) {
      const dated = migration.phases.flatMap((phase, i) =>
        phase.planned?.[unit] === undefined ? [] : [{ phase, span: phase.planned[unit], path: `${at}.phases[${i}]` }],
      );
      const shared = dated.flatMap((one, i) => {
        const next = dated[i + 1];
        return next !== undefined && next.span[0] <= one.span[1] ? [{ one, next }] : [];
      });
      const [pair] = shared;
      if (pair === undefined) continue;
      const name = unit.slice(0, -1);
      const shown = shared.length === 1 ? "" : `; ${shared.length - 1} more pairs of phases overlap`;
      return [
        {
          code: rule.code,
          level: "info" as const,
          path: pair.one.path,
          also: [...new Set(shared.flatMap(({ one, next }) => [one.path, next.path]))],
          message: `${migration.name}: "${pair.one.phase.title}" and "${pair.next.phase.title}" both have ${name} ${pair.next.span[0]}${shown}.`,
          expected: `${name} ${pair.one.span[1] + 1} or later`,
          found: `${name} ${pair.next.span[0]}`,
          hint: "Say whether the phases run side by side.",
        },
      ];
    }
    return [];
  });

export const rule: Rule = {
  code: "phase-overlap",
  family: "calendar",
  levels: ["info"],
  says: "Phases that follow one another share a week or a day.",
  example: {
    wrong: moveExample(["- { key: a, title: Mail, planned: { weeks: [4, 4] } }", "- { key: b, title: Status page, planned: { weeks: [4, 4] } }"]),
    finds: 'Move: "Mail" and "Status page" both have week 4.',
    right: moveExample(["- { key: a, title: Mail, planned: { weeks: [4, 4] } }", "- { key: b, title: Status page, planned: { weeks: [5, 5] } }"]),
  },
  check,
};
