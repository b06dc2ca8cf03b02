import { plain, roundingOf } from "../../amounts";
import { totalOf } from "../../paths";
import type { Check, Noticed, Rule } from "../../types";

/** A cost per user at a number of users follows from the cost of the stack. */
const check: Check = (plan, { totals }) => {
  const noticed: Noticed[] = [];
  plan.unitEconomics?.costPer.forEach((entry, i) => {
    const total = entry.stack === undefined ? undefined : totals.get(entry.stack);
    if (entry.value === undefined || entry.at === undefined || entry.at === 0 || entry.op !== undefined || entry.derived === true) return;
    if (entry.stack === undefined || total === undefined || total.priced === 0 || total.unknown.length > 0) return;
    const [low, high] = [total.monthly.min.div(entry.at), total.knownMax.div(entry.at)];
    const slack = roundingOf(entry.value);
    if (low.minus(slack).lessThanOrEqualTo(entry.value) && high.plus(slack).greaterThanOrEqualTo(entry.value)) return;
    noticed.push({
      code: rule.code,
      level: "warning",
      path: `unitEconomics.costPer[${i}]`,
      also: totalOf(plan, entry.stack),
      message: `"${entry.stack}" at ${entry.at.toLocaleString("en-US")} costs ${plain(low, 5)}${low.equals(high) ? "" : ` to ${plain(high, 5)}`} per ${entry.unit}, not ${entry.value}.`,
      expected: plain(low, 5),
      found: String(entry.value),
    });
  });
  return noticed;
};

const each = (value: number) => `stacks:
  - { key: now, name: Now, role: current, resources: [{ key: a, name: A, lineItems: [{ price: { form: fixed, amount: 80 } }] }] }
unitEconomics: { costPer: [{ unit: user, stack: now, value: ${value}, at: 1000 }] }
`;

export const rule: Rule = {
  code: "cost-per-unit-recompute",
  family: "ratios-and-economics",
  levels: ["warning"],
  says: "A cost per user or customer is not the total divided by their number.",
  example: { wrong: each(0.05), finds: '"now" at 1,000 costs 0.08 per user, not 0.05.', right: each(0.08) },
  check,
};
