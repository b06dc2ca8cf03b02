import { shownRange, statedInterval } from "../../amounts";
import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** A closed total over rows whose use is priced on top, but counted nowhere. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.stacks.forEach((stack, i) => {
    const total = totals.get(stack.key);
    const at = stack.statedTotals.findIndex((stated) => stated.kind === "total" && stated.max !== undefined);
    const stated = stack.statedTotals[at];
    if (total === undefined || stated === undefined || total.openEnded.length === 0) return;
    const rows = stack.resources.flatMap((resource, j) => (total.openEnded.includes(resource.name) ? [`stacks[${i}].resources[${j}]`] : []));
    noticed.push({
      code: rule.code,
      level: "info",
      path: rows[0] ?? `stacks[${i}]`,
      also: [...rows.slice(1, 5), `stacks[${i}].statedTotals[${at}]`],
      message: `${stack.name}: the use of ${listed(total.openEnded)} has a price, but no amount of it is in the total of ${shownRange(statedInterval(stated), money)}.`,
      hint: "State the expected quantity to see what it adds.",
    });
  });
  return noticed;
};

const rows = (total: string) => `stacks:
  - key: now
    name: Balanced
    role: current
    resources:
      - { key: web, name: Web, lineItems: [{ price: { form: fixed, amount: 30 } }] }
      - { key: lb, name: Load balancer, lineItems: [{ price: { form: per-unit, base: 16, unitPrice: 5, unit: unit } }] }
    statedTotals: [${total}]
`;

export const rule: Rule = {
  code: "usage-component-missing",
  family: "cost-totals",
  levels: ["info"],
  says: "A part of a price that depends on use is not in the stated total.",
  example: {
    wrong: rows("{ min: 46, max: 46 }"),
    finds: "Balanced: the use of Load balancer has a price, but no amount of it is in the total of $46.00.",
    right: rows("{ min: 46 }"),
  },
  check,
};
