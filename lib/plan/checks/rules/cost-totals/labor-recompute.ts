import { Decimal } from "decimal.js";
import { agrees } from "../../amounts";
import type { Check, Rule } from "../../types";

/** Share of a yearly salary per month. */
const check: Check = (plan, { money }) => {
  const entry = plan.unitEconomics?.labor;
  if (entry === undefined) return [];
  const monthly = new Decimal(entry.fte).times(entry.annual).div(12);
  if (agrees(entry.monthly, monthly)) return [];
  return [
    {
      code: rule.code,
      level: "error",
      path: "unitEconomics.labor",
      message: `${entry.fte} of ${money(entry.annual)} a year is ${money(monthly)} a month, not ${money(entry.monthly)}.`,
      expected: money(monthly),
      found: money(entry.monthly),
    },
  ];
};

const labor = (monthly: number) => `unitEconomics: { labor: { fte: 0.25, annual: 96000, monthly: ${monthly} } }\n`;

export const rule: Rule = {
  code: "labor-recompute",
  family: "cost-totals",
  levels: ["error"],
  says: "The monthly cost of labor is not its share of the yearly salary.",
  example: { wrong: labor(1500), finds: "0.25 of $96,000.00 a year is $2,000.00 a month, not $1,500.00.", right: labor(2000) },
  check,
};
