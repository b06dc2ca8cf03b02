import { moveExample } from "../../example-plan";
import { everyMigration } from "../../flow";
import type { Check, Rule } from "../../types";

/** A ramp ends with all traffic on the new side. */
const check: Check = (plan) =>
  everyMigration(plan, (migration, at) => {
    const forward = migration.traffic.flatMap((entry, i) => (entry.purpose === "rollback" ? [] : [{ entry, i }]));
    const end = forward.at(-1);
    const split = migration.dualRun?.percent;
    if (end === undefined && (split === undefined || split === 0 || split === 100)) return [];
    if (end !== undefined && end.entry.percent >= 100) return [];
    const found = `${end?.entry.percent ?? split} %`;
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: end === undefined ? `${at}.dualRun` : `${at}.traffic[${end.i}]`,
        message: `${migration.name}: the traffic schedule ends at ${found}.`,
        expected: "100 %",
        found,
        hint: "Give every stage up to 100 %, with its length and what lets it go on.",
      },
    ];
  });

export const rule: Rule = {
  code: "traffic-schedule-incomplete",
  family: "calendar",
  levels: ["warning"],
  says: "The traffic schedule does not end with all traffic on the new side.",
  example: {
    wrong: moveExample([], ["traffic: [{ percent: 10 }]"]),
    finds: "Move: the traffic schedule ends at 10 %.",
    right: moveExample([], ["traffic: [{ percent: 10 }, { percent: 100 }]"]),
  },
  check,
};
