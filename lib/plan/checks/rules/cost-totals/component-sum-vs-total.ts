import { Decimal } from "decimal.js";
import { shownRange, statedInterval } from "../../amounts";
import type { Check, Noticed, Rule } from "../../types";

/** The parts of a stage must add up to its cost. */
const check: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.scalingStages.forEach((stage, i) => {
    if (stage.parts === undefined || stage.parts.length < 2 || stage.cost === undefined) return;
    const sum = stage.parts.reduce((total, part) => total.plus(part.amount), new Decimal(0));
    const { min, max } = statedInterval(stage.cost);
    if (sum.greaterThanOrEqualTo(min) && (max === null || sum.lessThanOrEqualTo(max))) return;
    noticed.push({
      code: rule.code,
      level: "error",
      path: `scalingStages[${i}]`,
      message: `${stage.title}: the parts add up to ${money(sum)}, the stage is given as ${shownRange({ min, max }, money)}.`,
      expected: shownRange({ min, max }, money),
      found: money(sum),
    });
  });
  return noticed;
};

const stage = (second: number) => `scalingStages:
  - { key: big, title: Two regions, cost: { min: 100, max: 100 }, parts: [{ name: Server, amount: 70 }, { name: Disk, amount: ${second} }] }
`;

export const rule: Rule = {
  code: "component-sum-vs-total",
  family: "cost-totals",
  levels: ["error"],
  says: "The parts that are listed do not add up to the total beside them.",
  example: { wrong: stage(20), finds: "Two regions: the parts add up to $90.00, the stage is given as $100.00.", right: stage(30) },
  check,
};
