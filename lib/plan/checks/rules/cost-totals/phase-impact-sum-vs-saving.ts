import { Decimal } from "decimal.js";
import { subtractIntervals } from "@/lib/core/money";
import { shownRange, statedInterval } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** The cost changes of the phases together must be able to give the change from the first to the last stack. */
const check: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    const impacts = migration.phases.flatMap((phase, j) =>
      phase.costImpact === undefined ? [] : [{ impact: phase.costImpact, path: `migrations[${i}].phases[${j}].costImpact` }],
    );
    const [from, to] = [totals.get(migration.from), totals.get(migration.to)];
    if (impacts.length < 2 || from === undefined || to === undefined || from.priced === 0 || to.priced === 0) return;
    if (from.unknown.length > 0 || to.unknown.length > 0) return;
    if (impacts.some(({ impact }) => impact.period !== "month" || impact.max === undefined)) return;
    const sum = impacts.reduce(
      (all, { impact }) => {
        const { min, max } = statedInterval(impact);
        return { min: all.min.plus(min), max: all.max.plus(max ?? min) };
      },
      { min: new Decimal(0), max: new Decimal(0) },
    );
    const change = subtractIntervals(to.monthly, from.monthly);
    const apart = (change.max !== null && sum.min.greaterThan(change.max)) || (change.min !== null && sum.max.lessThan(change.min));
    if (!apart) return;
    noticed.push({
      code: rule.code,
      level: "error",
      path: impacts[0]?.path ?? `migrations[${i}]`,
      also: [...impacts.slice(1).map(({ path }) => path), ...totalOf(plan, migration.from), ...totalOf(plan, migration.to)],
      message: `${migration.name}: the phases change the monthly cost by ${shownRange(sum, money)} together, the stacks differ by ${shownRange(change, money)}.`,
      expected: shownRange(change, money),
      found: shownRange(sum, money),
      hint: "Check which phase counts a service that another phase counts too.",
    });
  });
  return noticed;
};

const plan = (first: number) => `stacks:
  - { key: old, name: Old, role: current, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 300 } }] }] }
  - { key: new, name: New, role: target, resources: [{ key: b, name: B, lineItems: [{ price: { form: fixed, amount: 200 } }] }] }
migrations:
  - key: move
    name: Move
    from: old
    to: new
    phases:
      - { key: one, title: One, costImpact: { min: ${first}, max: ${first} } }
      - { key: two, title: Two, costImpact: { min: -40, max: -20 } }
`;

export const rule: Rule = {
  code: "phase-impact-sum-vs-saving",
  family: "cost-totals",
  levels: ["error"],
  says: "The cost changes of the phases cannot add up to the difference of the stacks.",
  example: {
    wrong: plan(-150),
    finds: "Move: the phases change the monthly cost by -$190.00 to -$170.00 together, the stacks differ by -$100.00.",
    right: plan(-70),
  },
  check,
};
