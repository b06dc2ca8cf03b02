import { Decimal } from "decimal.js";
import { subtractIntervals } from "@/lib/core/money";
import { intervalPer, shownRange, statedInterval } from "./amounts";
import type { Check, Noticed } from "./types";

/** The cost changes of the phases together must be able to give the change from the first to the last stack. */
export const phaseImpacts: Check = (plan, { totals, money }) => {
  const noticed: Noticed[] = [];
  plan.migrations.forEach((migration, i) => {
    const impacts = migration.phases.flatMap((phase) => (phase.costImpact === undefined ? [] : [phase.costImpact]));
    const [from, to] = [totals.get(migration.from), totals.get(migration.to)];
    if (impacts.length < 2 || from === undefined || to === undefined || from.priced === 0 || to.priced === 0) return;
    if (impacts.some((impact) => impact.period !== "month" || impact.max === undefined)) return;
    const sum = impacts.map(statedInterval).reduce((a, b) => ({ min: a.min.plus(b.min), max: a.max === null || b.max === null ? null : a.max.plus(b.max) }), {
      min: new Decimal(0),
      max: new Decimal(0) as Decimal | null,
    });
    const after = intervalPer(to.monthly, "month");
    const before = intervalPer(from.monthly, "month");
    if (before === null || after === null || sum.max === null) return;
    const change = subtractIntervals(after, before);
    const apart = (change.max !== null && sum.min.greaterThan(change.max)) || (change.min !== null && sum.max.lessThan(change.min));
    if (!apart) return;
    noticed.push({
      code: "phase-impact-sum",
      level: "error",
      path: `migrations[${i}].phases`,
      message: `${migration.name}: the phases change the monthly cost by ${shownRange(sum, money)} together, the stacks differ by ${shownRange(change, money)}.`,
      expected: shownRange(change, money),
      found: shownRange(sum, money),
      hint: "Check which phase counts a service that another phase counts too.",
    });
  });
  return noticed;
};

/** The parts of a stage must add up to its cost. */
export const stageParts: Check = (plan, { money }) => {
  const noticed: Noticed[] = [];
  plan.scalingStages.forEach((stage, i) => {
    if (stage.parts === undefined || stage.parts.length < 2 || stage.cost === undefined) return;
    const sum = stage.parts.reduce((total, part) => total.plus(part.amount), new Decimal(0));
    const { min, max } = statedInterval(stage.cost);
    if (sum.greaterThanOrEqualTo(min) && (max === null || sum.lessThanOrEqualTo(max))) return;
    noticed.push({
      code: "parts-differ-from-total",
      level: "error",
      path: `scalingStages[${i}].parts`,
      message: `${stage.title}: the parts add up to ${money(sum)}, the stage is given as ${shownRange({ min, max }, money)}.`,
      expected: shownRange({ min, max }, money),
      found: money(sum),
    });
  });
  return noticed;
};
