import { Decimal } from "decimal.js";
import { subtractIntervals } from "@/lib/core/money";
import type { Plan } from "../../../types";
import { agrees, intervalPer, shownRange, tolerance } from "../../amounts";
import { totalOf } from "../../paths";
import { statedOrSum } from "../../stated-or-sum";
import type { Check, Facts, Noticed, Rule } from "../../types";
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
  noticed.push(...claimed(plan, facts));
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

/** A saving the document names without the two costs: it must lie between the least and the most the two stacks can differ. */
function claimed(plan: Plan, { totals, money }: Facts): Noticed[] {
  const [before, after] = (["current", "target"] as const).map((role) => plan.stacks.find((stack) => stack.role === role));
  const [from, to] = [before, after].map((stack) => (stack === undefined ? undefined : totals.get(stack.key)));
  if (before === undefined || after === undefined || from === undefined || to === undefined) return [];
  if (from.priced === 0 || to.priced === 0 || from.unknown.length > 0 || to.unknown.length > 0) return [];
  return plan.claims.flatMap((claim, i): Noticed[] => {
    const period = claim.unit === "per year" ? ("year" as const) : claim.unit === "per month" ? ("month" as const) : null;
    const [low, high] = [claim.min ?? claim.value, claim.max ?? claim.value];
    if (claim.quantity !== "saving" || period === null || low === undefined || high === undefined) return [];
    const [old, next] = [intervalPer(statedOrSum(before, from.monthly), period), intervalPer(statedOrSum(after, to.monthly), period)];
    if (old === null || next === null) return [];
    const computed = subtractIntervals(old, next);
    const [oldSum, nextSum] = [intervalPer(from.monthly, period), intervalPer(to.monthly, period)];
    const slack = tolerance(high, claim.approximate);
    // Where a total is wrong, what follows from the rows is right: the total is told, not this.
    const inside = [computed, ...(oldSum === null || nextSum === null ? [] : [subtractIntervals(oldSum, nextSum)])].some(
      ({ min, max }) => (min === null || min.minus(slack).lessThanOrEqualTo(low)) && (max === null || max.plus(slack).greaterThanOrEqualTo(high)),
    );
    if (inside) return [];
    return [
      {
        code: rule.code,
        level: "error",
        path: `claims[${i}]`,
        also: [...totalOf(plan, before.key), ...totalOf(plan, after.key)],
        message: `A saving of ${shownRange({ min: new Decimal(low), max: new Decimal(high) }, money)} ${claim.unit} is named, "${before.key}" and "${after.key}" differ by ${shownRange(computed, money)}.`,
        expected: shownRange(computed, money),
        found: shownRange({ min: new Decimal(low), max: new Decimal(high) }, money),
      },
    ];
  });
}

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
