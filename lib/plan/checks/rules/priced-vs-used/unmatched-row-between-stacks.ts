import { namesAny, serviceMatcher } from "../../names";
import { rowsOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** Two totals are compared, and only one of them contains a thing both sides need. */
const check: Check = (plan, { totals }) => [...labor(plan, totals), ...components(plan, totals)];

type Plan = Parameters<Check>[0];
type Totals = Parameters<Check>[1]["totals"];

function labor(plan: Plan, totals: Totals): Noticed[] {
  const paid = plan.stacks.flatMap((stack, i) =>
    stack.resources.flatMap((resource, j) =>
      resource.kind === "labor" || resource.lineItems.some((item) => item.costClass === "labor") ? [{ stack, path: `stacks[${i}].resources[${j}]` }] : [],
    ),
  );
  const first = paid[0];
  const current = plan.stacks.find((stack) => stack.role === "current");
  if (first === undefined || current === undefined || (totals.get(current.key)?.priced ?? 0) === 0) return [];
  const both = paid.some(({ stack }) => stack.key === current.key || stack.variantOf === current.key);
  if (both) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: first.path,
      also: rowsOf(plan, current.key),
      message: `"${first.stack.key}" is reckoned with labor, "${current.key}" without: the totals are not like for like.`,
      hint: "Add what running the old stack takes, or compare without labor.",
    },
  ];
}

/** A source that is said to be paid today, in no row of today's table, while its successor has one. */
function components(plan: Plan, totals: Totals): Noticed[] {
  const [current, target] = (["current", "target"] as const).map((role) => plan.stacks.find((stack) => stack.role === role));
  if (current === undefined || target === undefined || current.resources.length < 3 || (totals.get(current.key)?.priced ?? 0) === 0) return [];
  const targetAt = plan.stacks.indexOf(target);
  const targetNames = target.resources.map((resource) => resource.name);
  const matched = namesAny(current.resources.map((resource) => resource.name));
  const match = serviceMatcher(targetNames);
  const lonely = plan.replacements.flatMap((entry, i) => {
    if (entry.from.every((side) => side.min === 0) || entry.from.some((side) => side.resource !== undefined || matched(side.name)) || matched(entry.component))
      return [];
    const at = match(entry.to.name);
    const price = at === null ? undefined : target.resources[at]?.lineItems[0]?.price;
    if (at === null || price?.form !== "fixed" || price.amount === 0) return [];
    return [{ entry, name: targetNames[at] ?? "", paths: [`replacements[${i}]`, `stacks[${targetAt}].resources[${at}]`] }];
  });
  const first = lonely[0];
  if (first === undefined) return [];
  return [
    {
      code: rule.code,
      level: "info",
      path: first.paths[0] ?? "replacements",
      also: lonely.flatMap(({ paths }) => paths).slice(1, 8),
      message: `${first.name} has a row after the move, ${first.entry.from[0]?.name ?? "what it replaces"} has none before: the totals are not like for like.`,
      hint: "Add the missing row, or leave both out of the comparison.",
    },
  ];
}

const plan = (labor: string) => `stacks:
  - { key: old, name: Old, role: current, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 40 } }] }${labor}] }
  - key: new
    name: New
    role: target
    resources:
      - { key: b, name: B, lineItems: [{ price: { form: fixed, amount: 20 } }] }
      - { key: people, name: People, kind: labor, lineItems: [{ price: { form: fixed, amount: 500 }, costClass: labor }] }
`;

export const rule: Rule = {
  code: "unmatched-row-between-stacks",
  family: "priced-vs-used",
  levels: ["info"],
  says: "Two totals are compared, and one of them has a row that the other lacks.",
  example: {
    wrong: plan(""),
    finds: '"new" is reckoned with labor, "old" without: the totals are not like for like.',
    right: plan(", { key: admin, name: Admin, kind: labor, lineItems: [{ price: { form: fixed, amount: 100 } }] }"),
  },
  check,
};
