import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import { lasting, span } from "../../spans";
import type { Check, Rule } from "../../types";

/** A way back takes traffic away from the new side, and is over before the old side goes. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    const back = migration.traffic.flatMap((entry, i) => (entry.purpose === "rollback" ? [{ entry, path: `${at}.traffic[${i}]` }] : []));
    const [start] = back;
    const end = back.at(-1);
    if (start === undefined || end === undefined || end.entry.percent <= start.entry.percent) return [];
    const length = back.reduce((sum, { entry }) => sum + (span(entry.hold) ?? 0), 0);
    const kept = span(migration.observation?.fallback);
    const longer = kept !== null && length > kept;
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: start.path,
        also: [end.path, ...(longer ? [`${at}.observation.fallback`] : [])],
        message: `${migration.name}: the schedule of the rollback raises the share of the new side from ${start.entry.percent} % to ${end.entry.percent} %${longer && kept !== null ? `, and takes ${lasting(length)} while the old side is kept for ${lasting(kept)}` : ""}.`,
        expected: "a falling share",
        found: `${start.entry.percent} % to ${end.entry.percent} %`,
        hint: "Turn the schedule round, or call it a rollout.",
      },
    ];
  });

export const rule: Rule = {
  code: "schedule-direction-and-length",
  family: "calendar",
  levels: ["error"],
  says: "The traffic schedule of a rollback leads to the new side.",
  example: {
    wrong: moveExample([], ["traffic: [{ percent: 10, purpose: rollback }, { percent: 100, purpose: rollback }]"]),
    finds: "Move: the schedule of the rollback raises the share of the new side from 10 % to 100 %.",
    right: moveExample([], ["traffic: [{ percent: 50, purpose: rollback }, { percent: 0, purpose: rollback }]"]),
  },
  check,
};
