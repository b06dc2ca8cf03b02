import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Facts, Noticed, Rule } from "../../types";

/** Customers at break-even times what each brings must just cover the cost; the old stack must then cost what the new one does. */
const check: Check = (plan, facts) => [...customers(plan, facts), ...crossing(plan, facts)];

function customers(plan: Plan, { totals, money }: Facts): Noticed[] {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.breakEven.forEach((point, i) => {
    const total = point.stack === undefined ? undefined : totals.get(point.stack);
    const known = total !== undefined && total.priced > 0 && total.unknown.length === 0;
    const cost = point.cost !== undefined ? new Decimal(point.cost) : known ? total.monthly.min : null;
    if (point.revenuePerUnit === undefined || point.revenuePerUnit === 0 || cost === null) return;
    const needed = cost.div(point.revenuePerUnit).ceil();
    const brings = new Decimal(point.value).times(point.revenuePerUnit);
    // A half unit of rounding in the price is no contradiction: two customers at 67 cover 134 as well as 133.
    const enough = brings.greaterThanOrEqualTo(cost);
    const tooMany = point.openEnded !== true && new Decimal(point.value).greaterThan(needed) && point.cost === undefined && total?.monthly.max !== null;
    if (enough && !tooMany) return;
    noticed.push({
      code: rule.code,
      level: "error",
      path: `unitEconomics.breakEven[${i}]`,
      ...(point.cost === undefined && point.stack !== undefined ? { also: totalOf(plan, point.stack) } : {}),
      message: `${money(cost)} a month at ${money(point.revenuePerUnit)} each needs ${plain(needed)}, not ${plain(point.value)}.`,
      expected: plain(needed),
      found: plain(point.value),
      hint: `${plain(point.value)} bring ${money(brings)}.`,
    });
  });
  return noticed;
}

/** A point named by the bill of the old stack ("when it costs 800"): the new one, with the labor it needs, must not cost more. */
function crossing(plan: Plan, { totals, money }: Facts): Noticed[] {
  return (plan.unitEconomics?.breakEven ?? []).flatMap((point, i): Noticed[] => {
    if (point.cost === undefined || point.revenuePerUnit !== undefined || point.stack === undefined) return [];
    const { cost, stack } = point;
    const full = plan.stacks.find((entry) => entry.variantOf === stack && entry.variant === "with-labor")?.key ?? stack;
    const total = totals.get(full);
    if (total === undefined || total.priced === 0 || !total.monthly.min.greaterThan(cost)) return [];
    return [
      {
        code: rule.code,
        level: "error",
        path: `unitEconomics.breakEven[${i}]`,
        also: totalOf(plan, full),
        message: `Break-even is put where the old bill is ${money(cost)}, but "${full}" costs ${money(total.monthly.min)}: there it still costs ${plain(total.monthly.min.div(cost))} times as much.`,
        expected: `at least ${money(total.monthly.min)}`,
        found: money(cost),
      },
    ];
  });
}

const point = (value: number) => `stacks:
  - { key: now, name: Now, role: current, resources: [{ key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 450 } }] }] }
unitEconomics: { breakEven: [{ value: ${value}, stack: now, revenuePerUnit: 50 }] }
`;

export const rule: Rule = {
  code: "break-even-recompute",
  family: "ratios-and-economics",
  levels: ["error"],
  says: "The customers named at break-even do not just cover the cost.",
  example: { wrong: point(5), finds: "$450.00 a month at $50.00 each needs 9, not 5.", right: point(9) },
  check,
};
