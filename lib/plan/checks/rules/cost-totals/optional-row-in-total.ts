import { agrees, intervalPer, shownRange } from "../../amounts";
import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** A row that is called an option, and is nevertheless in the total. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    const rows = stack.resources.flatMap((resource, j) => (resource.optional === true ? [{ name: resource.name, path: `stacks[${i}].resources[${j}]` }] : []));
    if (total === undefined || rows.length === 0 || total.monthly.min.equals(total.withoutOptional.min)) return;
    // Both totals are given: the reader can choose.
    const both = stack.statedTotals.some((stated) => {
      const lean = intervalPer(total.withoutOptional, stated.period);
      return lean !== null && agrees(stated.min, lean.min, stated.approximate);
    });
    if (both) return;
    const at = stack.statedTotals.findIndex((stated) => {
      const all = intervalPer(total.monthly, stated.period);
      const lean = intervalPer(total.withoutOptional, stated.period);
      return stated.kind === "total" && all !== null && lean !== null && agrees(stated.min, all.min, stated.approximate) && !agrees(stated.min, lean.min);
    });
    if (at < 0) return;
    noticed.push({
      code: rule.code,
      level: "info",
      path: rows[0]?.path ?? `stacks[${i}]`,
      also: [...rows.slice(1, 5).map(({ path }) => path), `stacks[${i}].statedTotals[${at}]`],
      message: `${stack.name}: ${listed(rows.map(({ name }) => name))} is optional, but part of the total; without it the rows add up to ${shownRange(total.withoutOptional, money)}.`,
      expected: shownRange(total.withoutOptional, money),
      found: shownRange(total.monthly, money),
    });
  });
  return noticed;
};

const plan = (total: number) => `stacks:
  - key: new
    name: New
    role: target
    resources:
      - { key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 50 } }] }
      - { key: search, name: Search, optional: true, lineItems: [{ price: { form: fixed, amount: 30 } }] }
    statedTotals: [{ min: ${total}, max: ${total} }]
`;

export const rule: Rule = {
  code: "optional-row-in-total",
  family: "cost-totals",
  levels: ["info"],
  says: "A row that is called optional is part of the total.",
  example: { wrong: plan(80), finds: "New: Search is optional, but part of the total; without it the rows add up to $50.00.", right: plan(50) },
  check,
};
