import { agrees } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";

/** A yearly figure beside a monthly one must be twelve times as much. */
const check: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  // "9,00" is exact to the cent although the number is a whole one.
  const wrong = (monthly: number, annual: number, approximate?: boolean, text?: string) =>
    !agrees(annual, monthly * 12, approximate) && ((text !== undefined && /[.,]\d\d(?!\d)/.test(text)) || !agrees(monthly, annual / 12, approximate));
  const say = (path: string, what: string, monthly: number, annual: number) =>
    noticed.push({
      code: rule.code,
      level: "error",
      path,
      message: `${what}: ${money(monthly)} a month is ${money(monthly * 12)} a year, not ${money(annual)}.`,
      expected: money(monthly * 12),
      found: money(annual),
    });
  plan.costComparisons.forEach((comparison, i) => {
    comparison.rows.forEach((row, j) => {
      if (row.annual === undefined || row.period !== "month") return;
      // A saving of the year is compared with the years before and after.
      if (row.role === "saving" && comparison.rows.filter((other) => other.role !== "saving" && other.annual !== undefined).length === 2) return;
      const pairs = [
        [row.min, row.annual.min],
        [row.max ?? row.min, row.annual.max ?? row.annual.min],
      ] as const;
      const pair = pairs.find(([monthly, annual]) => wrong(monthly, annual, row.approximate));
      if (pair !== undefined) say(`costComparisons[${i}].rows[${j}]`, `${comparison.name}, ${row.role}`, ...pair);
    });
  });
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((resource, j) => {
      resource.lineItems.forEach(({ price, quantity }, k) => {
        if (price.statedAnnual === undefined || price.period !== "month") return;
        const monthly = price.form === "fixed" ? price.amount : price.form === "per-unit" && quantity !== undefined ? unitTotal(price, quantity) : undefined;
        // Who pays for a year often pays less: a tenth or a third below twelve months is a discount, not a slip.
        const discount = monthly !== undefined && price.statedAnnual < monthly * 11.4 && price.statedAnnual > monthly * 6;
        if (monthly === undefined || discount || !wrong(monthly, price.statedAnnual, price.approximate, price.text)) return;
        say(`stacks[${i}].resources[${j}].lineItems[${k}]`, `${stack.name}, ${resource.name}`, monthly, price.statedAnnual);
      });
    });
  });
  return noticed;
};

function unitTotal(price: { unitPrice: number; per: number; base?: number | undefined }, quantity: number): number {
  return (price.base ?? 0) + (price.unitPrice * quantity) / price.per;
}

export const rule: Rule = {
  code: "annual-recompute",
  family: "cost-totals",
  levels: ["error"],
  says: "A yearly figure is not twelve times the monthly one beside it.",
  example: {
    wrong: `costComparisons:
  - { key: c, name: Bill, rows: [{ role: before, min: 45, annual: { min: 500 } }] }
`,
    finds: "Bill, before: $45.00 a month is $540.00 a year, not $500.00.",
    right: `costComparisons:
  - { key: c, name: Bill, rows: [{ role: before, min: 45, annual: { min: 540 } }] }
`,
  },
  check,
};
