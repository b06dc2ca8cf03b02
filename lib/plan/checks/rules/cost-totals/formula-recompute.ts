import { agrees, plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";
import { product } from "./product";

/** The amount of a formula price must be what the formula gives. */
const check: Check = (plan) => {
  const noticed: Noticed[] = [];
  const look = (price: (typeof plan.otherPrices)[number]["price"], path: string, name: string) => {
    if (price.form !== "formula" || price.amount === undefined) return;
    const value = product(price.formula, price.inputs ?? {});
    // 0.5 × 0.003 × 730 is 1.095: amounts are rounded to the cent or to the digits that are written.
    if (value === null || agrees(price.amount, value, price.approximate) || value.minus(price.amount).abs().lessThanOrEqualTo("0.005")) return;
    noticed.push({
      code: rule.code,
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
        look(item.price, `stacks[${i}].resources[${j}].lineItems[${k}]`, resource.name);
      });
    });
  });
  plan.pricingRules.forEach((entry, i) => {
    if (entry.price !== undefined) look(entry.price, `pricingRules[${i}]`, entry.service);
  });
  plan.otherPrices.forEach((entry, i) => {
    look(entry.price, `otherPrices[${i}]`, entry.name);
  });
  return noticed;
};

const price = (amount: number) => `pricingRules:
  - { key: vm, service: VM, rule: Per hour, price: { form: formula, formula: cpus * hourly * 730, amount: ${amount}, inputs: { cpus: 2, hourly: 0.01 } } }
`;

export const rule: Rule = {
  code: "formula-recompute",
  family: "cost-totals",
  levels: ["error"],
  says: "A calculated price is not what its formula gives.",
  example: { wrong: price(16), finds: "VM: cpus * hourly * 730 gives 14.6, not 16.", right: price(14.6) },
  check,
};
