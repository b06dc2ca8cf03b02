import type { Decimal } from "decimal.js";
import { addIntervals, type Interval, subtractIntervals, ZERO } from "@/lib/core/money";

/** One service of a stack with its monthly cost; null when the cost is unknown. */
export interface ServiceCost {
  key: string;
  name: string;
  monthly: Interval | null;
  /** Keys of services of the other stack whose place it takes. */
  replaces: readonly string[];
}

/** Services that stand for each other before and after a move. One side may be empty. */
export interface Pair {
  before: ServiceCost[];
  after: ServiceCost[];
  beforeCost: Interval | null;
  afterCost: Interval | null;
  /** After minus before, crosswise; null where a side is unknown. Ends are null where they are open. */
  delta: { min: Decimal | null; max: Decimal | null } | null;
}

export interface Comparison {
  /** Matched through `replaces`, or the same key where nothing is named; largest saving first. */
  pairs: Pair[];
  /** Services of the old stack that nothing replaces. */
  ended: ServiceCost[];
  /** Services of the new stack that replace nothing. */
  added: ServiceCost[];
  before: { total: Interval; unknown: number };
  after: { total: Interval; unknown: number };
  /** After minus before over everything that has a price. */
  delta: { min: Decimal | null; max: Decimal | null };
  /** A service without a price on either side: the difference is incomplete. */
  incomplete: boolean;
}

/** Compares two stacks per service. Ranges subtract crosswise: 45–70 before and 21–46 after is −49 to +1. */
export function compareStacks(before: readonly ServiceCost[], after: readonly ServiceCost[]): Comparison {
  const pairs = group(before, after)
    .filter((pair) => pair.before.length > 0 && pair.after.length > 0)
    .map((pair) => priced(pair.before, pair.after))
    .sort((a, b) => middle(a.delta) - middle(b.delta));
  const matched = new Set(pairs.flatMap((pair) => [...pair.before, ...pair.after]));
  const totals = { before: totalOf(before), after: totalOf(after) };
  return {
    pairs,
    ended: before.filter((service) => !matched.has(service)),
    added: after.filter((service) => !matched.has(service)),
    ...totals,
    delta: subtractIntervals(totals.after.total, totals.before.total),
    incomplete: totals.before.unknown + totals.after.unknown > 0,
  };
}

/**
 * Connected groups: a service that replaces two, or is replaced by two, makes one row. A service of the same key on
 * both sides stays, where the plan names no other replacement for either: the rule of the inventory.
 */
function group(before: readonly ServiceCost[], after: readonly ServiceCost[]): { before: ServiceCost[]; after: ServiceCost[] }[] {
  const groups: { before: Set<ServiceCost>; after: ServiceCost[] }[] = [];
  for (const service of after) {
    const named = before.filter((old) => service.replaces.includes(old.key));
    const replaced = named.length > 0 ? named : before.filter((old) => old.key === service.key && !after.some((one) => one.replaces.includes(old.key)));
    if (replaced.length === 0) continue;
    const touching = groups.filter((entry) => replaced.some((old) => entry.before.has(old)));
    const merged = {
      before: new Set([...touching.flatMap((entry) => [...entry.before]), ...replaced]),
      after: [...touching.flatMap((entry) => entry.after), service],
    };
    for (const entry of touching) groups.splice(groups.indexOf(entry), 1);
    groups.push(merged);
  }
  return groups.map((entry) => ({ before: [...entry.before], after: entry.after }));
}

function priced(before: ServiceCost[], after: ServiceCost[]): Pair {
  const [beforeCost, afterCost] = [sum(before), sum(after)];
  return { before, after, beforeCost, afterCost, delta: beforeCost === null || afterCost === null ? null : subtractIntervals(afterCost, beforeCost) };
}

function sum(services: readonly ServiceCost[]): Interval | null {
  let total = ZERO;
  for (const service of services) {
    if (service.monthly === null) return null;
    total = addIntervals(total, service.monthly);
  }
  return total;
}

function totalOf(services: readonly ServiceCost[]): { total: Interval; unknown: number } {
  const known = services.filter((service) => service.monthly !== null);
  return { total: sum(known) ?? ZERO, unknown: services.length - known.length };
}

function middle(delta: Pair["delta"]): number {
  if (delta === null) return Number.POSITIVE_INFINITY;
  const [low, high] = [delta.min ?? delta.max, delta.max ?? delta.min];
  return low === null || high === null ? Number.POSITIVE_INFINITY : low.plus(high).div(2).toNumber();
}

/**
 * Months until the one-off cost of a move is earned back by its saving: best and worst case. `worst: null` means
 * it may never be; both null that it never is.
 */
export function breakEvenMonths(oneOff: Interval, delta: { min: Decimal | null; max: Decimal | null }): { best: Decimal | null; worst: Decimal | null } {
  const months = (cost: Decimal | null, change: Decimal | null) =>
    cost === null || change === null || !change.isNegative() || change.isZero() ? null : cost.div(change.negated());
  return { best: delta.min === null ? null : months(oneOff.min, delta.min), worst: months(oneOff.max, delta.max) };
}
