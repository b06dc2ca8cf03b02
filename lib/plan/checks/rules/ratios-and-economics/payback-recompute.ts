import { Decimal } from "decimal.js";
import type { Plan } from "../../../types";
import { plain } from "../../amounts";
import { totalOf } from "../../paths";
import { statedOrSum } from "../../stated-or-sum";
import type { Check, Facts, Noticed, Rule } from "../../types";

/** The one-off cost divided by what is saved each month. */
const check: Check = (plan, facts) => {
  const [before, after] = (["current", "target"] as const).map((role) => plan.stacks.find((stack) => stack.role === role));
  if (before === undefined || after === undefined) return [];
  const saving = monthlySaving(before, after, facts);
  const cost = oneOff(plan, after, facts);
  return (plan.unitEconomics?.payback ?? []).flatMap((entry, i): Noticed[] => {
    const once = entry.cost === undefined ? cost : { amount: new Decimal(entry.cost), paths: [] };
    if (saving === null || once === null) return [];
    const months = once.amount.div(saving);
    // Months are counted in whole or half ones, started ones included.
    const slack = Decimal.max(1, months.times("0.1"));
    if (months.minus(entry.months).abs().lessThanOrEqualTo(slack)) return [];
    return [
      {
        code: rule.code,
        level: "error",
        path: `unitEconomics.payback[${i}]`,
        also: [...once.paths, ...totalOf(plan, before.key), ...totalOf(plan, after.key)],
        message: `${facts.money(once.amount)} once and ${facts.money(saving)} saved a month are earned back after ${plain(months, 1)} months, not ${plain(entry.months, 1)}.`,
        expected: plain(months, 1),
        found: plain(entry.months, 1),
      },
    ];
  });
};

function monthlySaving(before: Plan["stacks"][number], after: Plan["stacks"][number], { totals }: Facts): Decimal | null {
  const [from, to] = [totals.get(before.key), totals.get(after.key)];
  if (from === undefined || to === undefined || from.priced === 0 || to.priced === 0 || from.unknown.length > 0 || to.unknown.length > 0) return null;
  const [old, next] = [statedOrSum(before, from.monthly), statedOrSum(after, to.monthly)];
  if (old.max === null || next.max === null || !old.max.equals(old.min) || !next.max.equals(next.min)) return null;
  const saving = old.min.minus(next.min);
  return saving.greaterThan(0) ? saving : null;
}

/** The one amount that is paid once; null where there are none or several. */
function oneOff(plan: Plan, after: Plan["stacks"][number], { totals }: Facts): { amount: Decimal; paths: string[] } | null {
  const others = plan.otherPrices.flatMap((entry, i) =>
    entry.price.period === "once" && entry.price.form === "fixed" && entry.price.amount > 0
      ? [{ amount: new Decimal(entry.price.amount), paths: [`otherPrices[${i}]`] }]
      : [],
  );
  const own = totals.get(after.key)?.once;
  if (own?.max?.equals(own.min) === true && own.min.greaterThan(0) && others.length === 0) return { amount: own.min, paths: [] };
  return others.length === 1 && (own === undefined || own.min.isZero()) ? (others[0] ?? null) : null;
}

const plan = (months: number) => `stacks:
  - { key: old, name: Old, role: current, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 500 } }] }] }
  - { key: new, name: New, role: target, resources: [{ key: b, name: B, lineItems: [{ price: { form: fixed, amount: 300 } }] }] }
otherPrices: [{ name: Move, price: { form: fixed, amount: 2400, period: once } }]
unitEconomics: { payback: [{ months: ${months} }] }
`;

export const rule: Rule = {
  code: "payback-recompute",
  family: "ratios-and-economics",
  levels: ["error"],
  says: "The time after which the move is paid does not follow from its cost and its saving.",
  example: { wrong: plan(6), finds: "$2,400.00 once and $200.00 saved a month are earned back after 12 months, not 6.", right: plan(12) },
  check,
};
