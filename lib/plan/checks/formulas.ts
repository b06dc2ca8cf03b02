import { Decimal } from "decimal.js";
import { agrees, plain } from "./amounts";
import type { Check, Noticed } from "./types";

/** A product of named inputs and numbers; null for any other formula. */
export function product(formula: string, inputs: Record<string, number>): Decimal | null {
  const parts = formula.split(/[*×]/).map((part) => part.trim());
  let value = new Decimal(1);
  for (const part of parts) {
    const factor = Object.hasOwn(inputs, part) ? inputs[part] : /^\d+(\.\d+)?$/.test(part) ? Number(part) : undefined;
    if (factor === undefined) return null;
    value = value.times(factor);
  }
  return value;
}

/** The amount of a formula price must be what the formula gives. */
export const formulas: Check = (plan) => {
  const noticed: Noticed[] = [];
  const look = (price: (typeof plan.otherPrices)[number]["price"], path: string, name: string) => {
    if (price.form !== "formula" || price.amount === undefined || price.inputs === undefined) return;
    const value = product(price.formula, price.inputs);
    // 0.5 × 0.003 × 730 is 1.095: amounts are rounded to the cent or to the digits that are written.
    if (value === null || agrees(price.amount, value) || value.minus(price.amount).abs().lessThanOrEqualTo("0.005")) return;
    noticed.push({
      code: "formula-differs",
      level: "error",
      path,
      message: `${name}: ${price.formula} gives ${plain(value, 4)}, not ${plain(price.amount, 4)}.`,
      expected: plain(value, 4),
      found: plain(price.amount, 4),
    });
  };
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((resource, j) => {
      resource.lineItems.forEach((item, k) => {
        look(item.price, `stacks[${i}].resources[${j}].lineItems[${k}].price`, resource.name);
      });
    });
  });
  plan.pricingRules.forEach((rule, i) => {
    if (rule.price !== undefined) look(rule.price, `pricingRules[${i}].price`, rule.service);
  });
  plan.otherPrices.forEach((entry, i) => {
    look(entry.price, `otherPrices[${i}].price`, entry.name);
  });
  return noticed;
};
