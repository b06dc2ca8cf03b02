import { plain } from "../../amounts";
import type { Check, Rule } from "../../types";

/** A threshold that two places give differently: nobody knows which one starts the move. */
const check: Check = (plan) =>
  plan.restatedLimits.flatMap((limit, i) => {
    if (limit.value === limit.of.value) return [];
    return [
      {
        code: rule.code,
        level: "warning" as const,
        path: `restatedLimits[${i}]`,
        also: [`restatedLimits[${i}].of`],
        message: `"${limit.what}" says ${plain(limit.value)}, "${limit.of.what}" says ${plain(limit.of.value)}.`,
        expected: plain(limit.of.value),
        found: plain(limit.value),
        hint: "Keep one of the two.",
      },
    ];
  });

const limit = (value: number) =>
  `restatedLimits: [{ what: The board paper starts at ${value} customers, value: ${value}, of: { what: More than 350 customers, value: 350 } }]\n`;

export const rule: Rule = {
  code: "threshold-restated",
  family: "triggers-and-thresholds",
  levels: ["warning"],
  says: "The threshold at which a move starts is given differently in another place.",
  example: { wrong: limit(300), finds: '"The board paper starts at 300 customers" says 300, "More than 350 customers" says 350.', right: limit(350) },
  check,
};
