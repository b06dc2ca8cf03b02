import { Decimal } from "decimal.js";
import { plain } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";

/** What scales by itself to ten can cost as much as ten, where the cost table holds two. */
const check: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    stack.resources.forEach((resource, j) => {
      const most = resource.autoscale?.max;
      const item = resource.lineItems.length === 1 ? resource.lineItems[0] : undefined;
      if (most === undefined || item === undefined || item.price.period !== "month") return;
      const { price } = item;
      const units = price.form === "per-unit" ? item.quantity : price.form === "fixed" ? resource.count : undefined;
      if (units === undefined || units === 0 || units >= most) return;
      const each =
        price.form === "per-unit" ? new Decimal(price.unitPrice).div(price.per) : price.form === "fixed" ? new Decimal(price.amount).div(units) : null;
      if (each === null || each.isZero()) return;
      noticed.push({
        code: rule.code,
        level: "warning",
        path: `stacks[${i}].resources[${j}].autoscale`,
        also: [`stacks[${i}].resources[${j}]`],
        message: `${stack.name}: ${resource.name} may grow to ${most} by itself, ${money(each.times(most))} a month; its row holds ${plain(units)}, ${money(each.times(units))}.`,
        expected: money(each.times(most)),
        found: money(each.times(units)),
        hint: "Lower the limit, or plan with a range up to it.",
      });
    });
  });
  return noticed;
};

const plan = (max: number) => `stacks:
  - key: new
    name: New
    role: target
    resources: [{ key: app, name: App, autoscale: { min: 2, max: ${max} }, lineItems: [{ price: { form: per-unit, unitPrice: 7, unit: VM }, quantity: 2 }] }]
`;

export const rule: Rule = {
  code: "autoscale-max-vs-budget",
  family: "limits-and-capacity",
  levels: ["warning"],
  says: "What may scale by itself costs more at its limit than its row holds.",
  example: { wrong: plan(8), finds: "New: App may grow to 8 by itself, $56.00 a month; its row holds 2, $14.00.", right: plan(2) },
  check,
};
