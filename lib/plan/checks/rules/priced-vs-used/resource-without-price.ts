import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** "No backups" names what is not there. */
const MISSING = /^(?:no|without|kein\w*|ohne|pas de|sans|sin|ning[uú]n\w*)\s/i;

/** Rows that a total cannot contain, although the stack has one. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    if (total === undefined || total.priced === 0 || stack.variant === "unpriced-gap" || total.unknown.length === 0) return;
    // A share of each payment, a price per unit and one in another currency are prices, if none that can be added up.
    const without = stack.resources.flatMap((resource, j) =>
      total.unknown.includes(resource.name) &&
      !MISSING.test(resource.name) &&
      !resource.lineItems.some(
        ({ price }) => price.form === "percent" || price.form === "per-unit" || (price.currency !== undefined && price.currency !== plan.project.currency),
      )
        ? [{ name: resource.name, path: `stacks[${i}].resources[${j}]` }]
        : [],
    );
    if (without.length === 0) return;
    const unknown = [...new Set(without.map(({ name }) => name))];
    const rows = without.map(({ path }) => path);
    noticed.push({
      code: rule.code,
      level: "warning",
      path: rows[0] ?? `stacks[${i}]`,
      also: rows.slice(1, 6),
      message: `${stack.name}: ${unknown.length} of ${stack.resources.length} services have no amount, so the total is a lower limit: ${listed(unknown, 6)}.`,
      expected: "an amount, or form: free",
      found: `${unknown.length} without`,
      hint: "Give a price, an estimate, or say that the service is free.",
    });
  });
  return noticed;
};

const plan = (price: string) => `stacks:
  - key: new
    name: New
    role: target
    resources:
      - { key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: search, name: Search, lineItems: [{ price: { ${price} } }] }
`;

export const rule: Rule = {
  code: "resource-without-price",
  family: "priced-vs-used",
  levels: ["warning"],
  says: "Services of a priced stack have no amount, so its total is a lower limit.",
  example: {
    wrong: plan("form: unknown"),
    finds: "New: 1 of 2 services have no amount, so the total is a lower limit: Search.",
    right: plan("form: free"),
  },
  check,
};
