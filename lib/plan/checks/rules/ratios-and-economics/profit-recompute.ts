import { Decimal } from "decimal.js";
import { agrees } from "../../amounts";
import type { Check, Rule } from "../../types";

const check: Check = (plan, { money }) =>
  (plan.unitEconomics?.margins ?? []).flatMap((entry, i) => {
    const profit = new Decimal(entry.revenue).minus(entry.cost);
    if (agrees(entry.profit, profit)) return [];
    return [
      {
        code: rule.code,
        level: "error" as const,
        path: `unitEconomics.margins[${i}]`,
        message: `${money(entry.revenue)} minus ${money(entry.cost)} is ${money(profit)}, not ${money(entry.profit)}.`,
        expected: money(profit),
        found: money(entry.profit),
      },
    ];
  });

const margin = (profit: number) => `unitEconomics: { margins: [{ customers: 50, revenue: 5000, cost: 400, profit: ${profit} }] }\n`;

export const rule: Rule = {
  code: "profit-recompute",
  family: "ratios-and-economics",
  levels: ["error"],
  says: "A profit is not revenue minus cost.",
  example: { wrong: margin(4500), finds: "$5,000.00 minus $400.00 is $4,600.00, not $4,500.00.", right: margin(4600) },
  check,
};
