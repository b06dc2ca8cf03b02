import { shownRange, statedInterval, tolerance } from "../../amounts";
import { serviceMatcher } from "../../names";
import type { Check, Rule } from "../../types";

/** A service priced as a range where it is replaced, and outside of it in the table of the stack. */
const check: Check = (plan, { money }) => {
  const at = plan.stacks.findIndex((stack) => stack.role === "current");
  const stack = plan.stacks[at];
  if (stack === undefined) return [];
  const match = serviceMatcher(stack.resources.map((resource) => resource.name));
  const rowOf = (from: (typeof plan.replacements)[number]["from"][number]) =>
    from.resource === undefined ? match(from.name) : stack.resources.findIndex((resource) => resource.key === from.resource);
  return plan.replacements.flatMap((entry, k) => {
    // Alternatives of one component: the first that names a row of the table is the one in use.
    const from = entry.from.find((side) => rowOf(side) !== null);
    const j = from === undefined ? null : rowOf(from);
    const resource = j === null ? undefined : stack.resources[j];
    const price = resource?.lineItems.length === 1 ? resource.lineItems[0]?.price : undefined;
    if (from === undefined || j === null || resource === undefined || price?.form !== "fixed" || price.period !== from.period || from.max === undefined)
      return [];
    const { min, max } = statedInterval({ min: from.min, max: from.max });
    if (max === null || min.equals(max)) return [];
    if (min.minus(tolerance(min)).lessThanOrEqualTo(price.amount) && max.plus(tolerance(max)).greaterThanOrEqualTo(price.amount)) return [];
    return [
      {
        code: rule.code,
        level: "info" as const,
        path: `stacks[${at}].resources[${j}]`,
        also: [`replacements[${k}]`],
        message: `${resource.name} is ${money(price.amount)} in the table, but ${shownRange({ min, max }, money)} where it is replaced.`,
        expected: shownRange({ min, max }, money),
        found: money(price.amount),
      },
    ];
  });
};

const plan = (amount: number) => `stacks:
  - { key: old, name: Old, role: current, resources: [{ key: search, name: Search cluster, lineItems: [{ price: { form: fixed, amount: ${amount} } }] }] }
replacements:
  - { component: search, from: [{ name: Search, min: 100, max: 300 }], to: { name: Small search, min: 20 } }
`;

export const rule: Rule = {
  code: "row-outside-section-range",
  family: "cost-totals",
  levels: ["info"],
  says: "A row of the cost table lies outside the range its own section gives for it.",
  example: { wrong: plan(70), finds: "Search cluster is $70.00 in the table, but $100.00 to $300.00 where it is replaced.", right: plan(170) },
  check,
};
