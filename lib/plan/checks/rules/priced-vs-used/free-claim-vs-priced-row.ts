import { serviceMatcher } from "../../names";
import { listed } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** What is described as free where it is introduced has a price in the table. One finding for the whole table. */
const check: Check = (plan, { money }) => {
  const stackAt = plan.stacks.findIndex((stack) => stack.role === "target");
  const stack = plan.stacks[stackAt];
  if (stack === undefined) return [];
  const match = serviceMatcher(stack.resources.map((resource) => resource.name));
  const wrong = plan.replacements.flatMap((entry, i) => {
    const { to } = entry;
    if ((to.max ?? to.min) > 0) return [];
    // "Component" tells the row where the name of the product does not stand in it.
    const at = to.resource === undefined ? (match(to.name) ?? match(entry.component)) : stack.resources.findIndex((resource) => resource.key === to.resource);
    const price = at === null ? undefined : stack.resources[at]?.lineItems[0]?.price;
    return at !== null && price?.form === "fixed" && price.amount > 0
      ? [{ name: to.name, amount: price.amount, paths: [`replacements[${i}]`, `stacks[${stackAt}].resources[${at}]`] }]
      : [];
  });
  const first = wrong[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "warning",
      path: first.paths[0] ?? "replacements",
      also: wrong.flatMap(({ paths }) => paths).slice(1, 16),
      message: `${listed(
        wrong.map(({ name }) => name),
        4,
      )} ${wrong.length === 1 ? "is" : "are"} said to cost nothing, the table charges ${wrong.map(({ amount }) => money(amount)).join(", ")}.`,
      expected: money(0),
      found: money(wrong.reduce((sum, { amount }) => sum + amount, 0)),
    } satisfies Noticed,
  ];
};

const plan = (amount: number) => `stacks:
  - { key: old, name: Old, role: current }
  - { key: new, name: New, role: target, resources: [{ key: flows, name: Flows VM, lineItems: [{ price: { form: fixed, amount: ${amount} } }] }] }
replacements:
  - { component: automation, from: [{ name: Zaps, min: 30 }], to: { name: Flows self-hosted, min: 0 } }
`;

export const rule: Rule = {
  code: "free-claim-vs-priced-row",
  family: "priced-vs-used",
  levels: ["warning"],
  says: "What is said to cost nothing has a price in the table.",
  example: { wrong: plan(7), finds: "Flows self-hosted is said to cost nothing, the table charges $7.00.", right: plan(0) },
  check,
};
