import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import { lasting, span } from "../../spans";
import type { Check, Rule } from "../../types";

/** How long the old side stays is said in several places; they must agree. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    const kept = span(migration.observation?.fallback);
    const gone = span(migration.decommission?.after);
    const deadline = span(migration.rollback?.deadline);
    const both = span(migration.dualRun?.duration);
    // One sentence that gives both times says what happens in between.
    const together = sameLine(migration.observation?.line, migration.decommission?.line);
    if (kept !== null && gone !== null && gone > kept && !together) {
      const narrow = deadline !== null && deadline < kept;
      return [
        {
          code: rule.code,
          level: "warning" as const,
          path: `${at}.observation.fallback`,
          also: [`${at}.decommission.after`, ...(narrow ? [`${at}.rollback.deadline`] : [])],
          message: `${migration.name}: the fallback ends after ${lasting(kept)}, the old side goes after ${lasting(gone)}${narrow ? `, a rollback is possible for ${lasting(deadline)}` : ""}: for ${lasting(gone - kept)} it is neither kept ready nor gone.`,
          expected: lasting(gone),
          found: lasting(kept),
          hint: "Give one time for how long the old side stays ready.",
        },
      ];
    }
    if (both !== null && gone !== null && kept === null && migration.decommission?.minimum === true && both < gone) {
      return [
        {
          code: rule.code,
          level: "warning" as const,
          path: `${at}.dualRun.duration`,
          also: [`${at}.decommission.after`],
          message: `${migration.name}: both sides run for ${lasting(both)}, but the old one is kept for at least ${lasting(gone)}.`,
          expected: lasting(gone),
          found: lasting(both),
          hint: "Say what the old side does between the two.",
        },
      ];
    }
    return [];
  });

function sameLine(one: number | [number, number] | undefined, other: number | [number, number] | undefined): boolean {
  return one !== undefined && [one].flat()[0] === [other ?? -1].flat()[0];
}

export const rule: Rule = {
  code: "duration-conflict",
  family: "calendar",
  levels: ["warning"],
  says: "Two places say differently how long the old side stays.",
  example: {
    wrong: moveExample([], ["observation: { fallback: 7d }", "decommission: { after: 30d }"]),
    finds: "Move: the fallback ends after 7 d, the old side goes after 30 d: for 23 d it is neither kept ready nor gone.",
    right: moveExample([], ["observation: { fallback: 30d }", "decommission: { after: 30d }"]),
  },
  check,
};
