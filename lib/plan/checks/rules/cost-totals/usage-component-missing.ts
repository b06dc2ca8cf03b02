import type { PlanPrice } from "../../../types";
import { listed } from "../../paths";
import type { Check, Rule } from "../../types";

/** A closed total over rows of which a part is priced by use, and no use is reckoned with. One remark for the whole plan. */
const check: Check = (plan) => {
  const open = plan.stacks.flatMap((stack, i) => {
    const at = stack.statedTotals.findIndex((stated) => stated.kind === "total" && stated.max !== undefined);
    const rows = stack.resources.flatMap((resource, j) =>
      resource.lineItems.some(({ price, quantity }) => usedOnTop(price, quantity)) ? [{ name: resource.name, path: `stacks[${i}].resources[${j}]` }] : [],
    );
    return at < 0 || rows.length === 0 ? [] : [{ name: stack.name, rows, total: `stacks[${i}].statedTotals[${at}]` }];
  });
  const first = open[0]?.rows[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info" as const,
      path: first.path,
      also: open.flatMap(({ rows, total }) => [...rows.map(({ path }) => path), total]).slice(1, 12),
      message: `${listed(open.map(({ name }) => name))}: the use of ${listed(open.flatMap(({ rows }) => rows.map(({ name }) => name)))} has a price, but no amount of it is in the total.`,
      hint: "State the expected quantity to see what it adds.",
    },
  ];
};

/** A base with a price for use beside it, and neither a quantity nor a free amount that use could stay within. */
function usedOnTop(price: PlanPrice, quantity: number | undefined): boolean {
  if (price.form === "per-unit") return price.base !== undefined && quantity === undefined;
  return price.form === "fixed" && price.overage.length > 0 && price.allowances.length === 0;
}

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
    finds: "Balanced: the use of Load balancer has a price, but no amount of it is in the total.",
    right: rows("{ min: 46 }"),
  },
  check,
};
