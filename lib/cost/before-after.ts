import type { Decimal } from "decimal.js";
import { addIntervals, type Interval, ZERO } from "@/lib/core/money";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { breakEvenMonths, compareStacks, type ServiceCost } from "./compare";
import { itemCost } from "./price";
import { type CostStack, costProject, costStacks, type PricedResource, pricedResources, resourceMonthly } from "./store";

/** Interval ends as decimal strings; null is open (or unknown at the low end of a difference). */
export interface Ends {
  min: string | null;
  max: string | null;
}

export interface BeforeAfterRow {
  name: string;
  replaces: string;
  before: Ends | null;
  after: Ends | null;
  delta: Ends | null;
}

export interface BeforeAfter {
  currency: string;
  stacks: CostStack[];
  before: CostStack | null;
  after: CostStack | null;
  rows: BeforeAfterRow[];
  /** Only before, only after. */
  ended: { name: string; cost: Ends | null }[];
  added: { name: string; cost: Ends | null }[];
  totals: { before: Ends; after: Ends; delta: Ends; unknownBefore: number; unknownAfter: number };
  oneOff: Ends;
  /** Months until the one-off cost is earned back; null: never, or nothing to earn back. */
  breakEven: { best: number | null; worst: number | null } | null;
}

const ends = (value: { min: Decimal | null; max: Decimal | null } | null): Ends | null =>
  value === null ? null : { min: value.min?.toFixed() ?? null, max: value.max?.toFixed() ?? null };

/** Planned cost per service of two stacks. Defaults: the stack the project runs on, and the next one of the plan. */
export async function getBeforeAfter(
  ctx: Ctx,
  slug: string,
  choice: { before?: string | undefined; after?: string | undefined; labor: boolean },
): Promise<BeforeAfter> {
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug);
  const [stacks, resources] = [await costStacks(ctx.db, project.id), await pricedResources(ctx.db, project.id)];
  const before =
    stacks.find((stack) => stack.key === choice.before) ??
    stacks.find((stack) => stack.id === project.currentStackId) ??
    stacks.find((stack) => stack.role === "current") ??
    stacks[0] ??
    null;
  const after = stacks.find((stack) => stack.key === choice.after && stack !== before) ?? nextStack(stacks, before);
  const of = (stack: CostStack | null) => resources.filter((resource) => resource.stackId === stack?.id);
  const services = (list: PricedResource[]) =>
    list.map(
      (resource): ServiceCost => ({
        key: resource.key,
        name: resource.name,
        replaces: resource.replaces,
        monthly: resourceMonthly(resource, project.currency, choice),
      }),
    );
  const result = compareStacks(services(of(before)), services(of(after)));
  const oneOff = onceOf(of(after), project.currency);
  const earned = breakEvenMonths(oneOff, result.delta);
  return {
    currency: project.currency,
    stacks,
    before,
    after,
    rows: result.pairs.map((pair) => ({
      name: pair.after.map((service) => service.name).join(" + "),
      replaces: pair.before.map((service) => service.name).join(" + "),
      before: ends(pair.beforeCost),
      after: ends(pair.afterCost),
      delta: ends(pair.delta),
    })),
    ended: result.ended.map((service) => ({ name: service.name, cost: ends(service.monthly) })),
    added: result.added.map((service) => ({ name: service.name, cost: ends(service.monthly) })),
    totals: {
      before: ends(result.before.total) ?? { min: null, max: null },
      after: ends(result.after.total) ?? { min: null, max: null },
      delta: ends(result.delta) ?? { min: null, max: null },
      unknownBefore: result.before.unknown,
      unknownAfter: result.after.unknown,
    },
    oneOff: ends(oneOff) ?? { min: null, max: null },
    breakEven:
      oneOff.min.isZero() && (oneOff.max?.isZero() ?? false) ? null : { best: earned.best?.toNumber() ?? null, worst: earned.worst?.toNumber() ?? null },
  };
}

function nextStack(stacks: CostStack[], before: CostStack | null): CostStack | null {
  const others = stacks.filter((stack) => stack !== before && stack.role !== "variant");
  const at = before === null ? -1 : stacks.indexOf(before);
  return others.find((stack) => stacks.indexOf(stack) > at) ?? others[0] ?? null;
}

function onceOf(resources: PricedResource[], currency: string): Interval {
  return resources
    .flatMap((resource) => resource.items)
    .reduce((total, item) => {
      const cost = itemCost(item, currency);
      return cost.once === null || cost.currency !== currency ? total : addIntervals(total, cost.once);
    }, ZERO);
}
