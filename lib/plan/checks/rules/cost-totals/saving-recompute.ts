import { Decimal } from "decimal.js";
import { agrees, shownRange } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { isPlain, savingDiffers, savingMessage, statedSavings } from "./savings";

/** A saving of single amounts must be before minus after. */
const check: Check = (plan, facts) => {
  const { money } = facts;
  const noticed: Noticed[] = statedSavings(plan, facts).flatMap((saving) => {
    const computed = isPlain(saving) ? savingDiffers(saving) : null;
    if (computed === null) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: saving.path,
        also: saving.sides,
        message: savingMessage(saving, computed, money),
        expected: shownRange(computed, money),
        found: shownRange(saving.stated, money),
      },
    ];
  });
  const annual = plan.unitEconomics?.annual;
  if (annual?.before === undefined || annual.after === undefined || annual.saving === undefined || annual.savingMax !== undefined) return noticed;
  const saving = new Decimal(annual.before).minus(annual.after);
  if (agrees(annual.saving, saving)) return noticed;
  noticed.push({
    code: rule.code,
    level: "error",
    path: "unitEconomics.annual",
    message: `The yearly saving is given as ${money(annual.saving)}, but ${money(annual.before)} minus ${money(annual.after)} is ${money(saving)}.`,
    expected: money(saving),
    found: money(annual.saving),
  });
  return noticed;
};

const rows = (saving: number) => `costComparisons:
  - key: c
    name: Bill
    rows: [{ role: before, min: 90, max: 90 }, { role: after, min: 30, max: 30 }, { role: saving, min: ${saving}, max: ${saving} }]
`;

export const rule: Rule = {
  code: "saving-recompute",
  family: "cost-totals",
  levels: ["error"],
  says: "A saving is not before minus after.",
  example: { wrong: rows(70), finds: "Bill: the saving is given as $70.00, but $90.00 minus $30.00 is $60.00.", right: rows(60) },
  check,
};
