import { shownRange } from "../../amounts";
import type { Check, Rule } from "../../types";
import { isPlain, savingDiffers, savingMessage, statedSavings } from "./savings";

/** Ranges subtract crosswise: 45–70 minus 21–46 is −1 to 49. */
const check: Check = (plan, facts) =>
  statedSavings(plan, facts).flatMap((saving) => {
    const computed = isPlain(saving) ? null : savingDiffers(saving);
    if (computed === null) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: saving.path,
        also: saving.sides,
        message: savingMessage(saving, computed, facts.money),
        expected: shownRange(computed, facts.money),
        found: shownRange(saving.stated, facts.money),
        hint: "The least saving is the lowest cost before minus the highest cost after.",
      },
    ];
  });

const rows = (saving: string) => `costComparisons:
  - key: c
    name: Bill
    rows: [{ role: before, min: 45, max: 70 }, { role: after, min: 21, max: 46 }, { role: saving, ${saving} }]
`;

export const rule: Rule = {
  code: "range-subtraction",
  family: "cost-totals",
  levels: ["error"],
  says: "The saving of two ranges subtracts low from low and high from high instead of crosswise.",
  example: {
    wrong: rows("min: 24, max: 24"),
    finds: "Bill: the saving is given as $24.00, but $45.00 to $70.00 minus $21.00 to $46.00 is -$1.00 to $49.00.",
    right: rows("min: -1, max: 49"),
  },
  check,
};
