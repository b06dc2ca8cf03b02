import type { Plan } from "../../../types";
import { plain, roundingOf } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** "2.5 times the cost" must be the ratio of the two totals. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.costMultiples.forEach((entry, i) => {
    const [from, to] = [totals.get(entry.from), totals.get(entry.to)];
    if (from === undefined || to === undefined || from.monthly.min.isZero() || to.priced === 0) return;
    const [low, high] = [to.monthly.min.div(from.knownMax.isZero() ? from.monthly.min : from.knownMax), to.knownMax.div(from.monthly.min)];
    const slack = roundingOf(entry.value);
    if (low.minus(slack).lessThanOrEqualTo(entry.value) && high.plus(slack).greaterThanOrEqualTo(entry.value)) return;
    const expected = plain(low) === plain(high) ? plain(low) : `${plain(low)} to ${plain(high)}`;
    noticed.push({
      code: rule.code,
      level: "warning",
      path: `unitEconomics.costMultiples[${i}]`,
      also: [...totalOf(plan, entry.from), ...totalOf(plan, entry.to)],
      message: `"${entry.to}" costs ${expected} times as much as "${entry.from}", not ${entry.value} times.`,
      expected,
      found: String(entry.value),
    });
  });
  return [...noticed, ...breakEvenMultiple(plan)];
};

/** "Break-even twice as early" must be the ratio of the two points the plan names itself. */
function breakEvenMultiple(plan: Plan): Noticed[] {
  const points = plan.unitEconomics?.breakEven ?? [];
  const of = (role: string) => points.findIndex((point) => plan.stacks.find((stack) => stack.key === point.stack)?.role === role);
  const [b, a] = [of("current"), of("target")];
  const [before, after] = [points[b], points[a]];
  if (before === undefined || after === undefined || after.value === 0) return [];
  const ratio = before.value / after.value;
  return plan.claims.flatMap((claim, i): Noticed[] => {
    if (claim.quantity !== "break-even-multiple" || claim.value === undefined) return [];
    if (Math.abs(ratio - claim.value) <= roundingOf(claim.value).toNumber()) return [];
    return [
      {
        code: rule.code,
        level: "warning",
        path: `claims[${i}]`,
        also: [...new Set([`unitEconomics.breakEven[${a}]`, `unitEconomics.breakEven[${b}]`])],
        message: `${claim.what} is given as ${claim.value} times, from ${plain(before.value)} to ${plain(after.value)} it is ${plain(ratio)} times.`,
        expected: plain(ratio),
        found: String(claim.value),
      },
    ];
  });
}

const multiple = (value: number) => `stacks:
  - { key: small, name: Small, role: current, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 40 } }] }] }
  - { key: large, name: Large, role: phase, resources: [{ key: b, name: B, lineItems: [{ price: { form: fixed, amount: 120 } }] }] }
unitEconomics: { costMultiples: [{ from: small, to: large, value: ${value} }] }
`;

export const rule: Rule = {
  code: "ratio-recompute",
  family: "ratios-and-economics",
  levels: ["warning"],
  says: "A multiple is not the ratio of the figures it compares.",
  example: { wrong: multiple(2.5), finds: '"large" costs 3 times as much as "small", not 2.5 times.', right: multiple(3) },
  check,
};
