import { dayNumber } from "../../days";
import type { Check, Rule } from "../../types";

/** Users are moved on a day on which the plan allows no change. */
const check: Check = (plan) => {
  const freezes = plan.moments.flatMap((moment, i) =>
    moment.kind === "freeze" && moment.from !== undefined && moment.to !== undefined && moment.from !== moment.to
      ? [{ moment, from: dayNumber(moment.from), to: dayNumber(moment.to), path: `moments[${i}]` }]
      : [],
  );
  return plan.moments.flatMap((moment, i) => {
    if (moment.kind !== "switch" || moment.from === undefined) return [];
    const [from, to] = [dayNumber(moment.from), dayNumber(moment.to ?? moment.from)];
    const frozen = freezes.find((freeze) => from <= freeze.to && to >= freeze.from && freeze.moment.what !== moment.what);
    if (frozen === undefined) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `moments[${i}]`,
        also: [frozen.path],
        message: `"${moment.what.slice(0, 120)}" (${moment.from}) falls into "${frozen.moment.what.slice(0, 120)}".`,
        expected: `before ${frozen.moment.from} or after ${frozen.moment.to}`,
        found: moment.from,
        hint: "Move the day, or say that the move is an exception.",
      },
    ];
  });
};

const dates = (day: string) => `moments:
  - { kind: freeze, what: No changes from 15 November to 6 December, from: "2025-11-15", to: "2025-12-06" }
  - { kind: switch, what: Cutover, from: "${day}", to: "${day}" }
`;

export const rule: Rule = {
  code: "schedule-switch-in-freeze",
  family: "calendar",
  levels: ["error"],
  says: "Users are moved on a day on which nothing may be changed.",
  example: {
    wrong: dates("2025-11-22"),
    finds: '"Cutover" (2025-11-22) falls into "No changes from 15 November to 6 December".',
    right: dates("2025-11-08"),
  },
  check,
};
