import { Decimal } from "decimal.js";
import { RefusedError } from "@/lib/core/errors";
import { addIntervals, HOURS_PER_MONTH, type Interval, interval, type Period, ZERO } from "@/lib/core/money";
import { evaluateFormula } from "./formula";
import type { Allowance, ItemCost, Price, PricedItem, StackCost, Tier, Usage } from "./types";

/** A price of one period, before it is turned into a monthly amount. */
interface Bare {
  amount: Interval | null;
  dependsOnUsage: boolean;
}

const NO_USAGE: Usage = {};

/** An amount per `period` as an amount per month (average month: 730 hours, 365/12 days); null for one-off prices. */
export function perMonth(amount: Decimal, period: Period): Decimal | null {
  switch (period) {
    case "hour":
      return amount.times(HOURS_PER_MONTH);
    case "day":
      return amount.times(365).div(12);
    case "month":
      return amount;
    case "quarter":
      return amount.div(3);
    case "year":
      return amount.div(12);
    case "once":
      return null;
  }
}

function monthlyOf(value: Interval, period: Period): Interval | null {
  const min = perMonth(value.min, period);
  return min === null ? null : { min, max: value.max === null ? null : perMonth(value.max, period) };
}

/**
 * What a line item costs. Usage-dependent parts (tiers, overage, per-unit without a quantity) use `usage` by metric;
 * where the usage is not given only the certain part counts and `dependsOnUsage` is set.
 *
 * Rules: amounts are for the whole line item, only `unitPrice` is multiplied by the quantity; `free` and `included`
 * are 0; `unknown` has no amount; a percentage has one only when volume and count are given as usage
 * `<of>_volume` and `<of>_count` per month.
 */
export function itemCost(item: PricedItem, projectCurrency: string, usage: Usage = NO_USAGE): ItemCost {
  const { price } = item;
  const currency = price.currency ?? projectCurrency;
  const bare = bareAmount(price, item.quantity, usage);
  const extra = overageCost(price, usage);
  const open = exceedsAllowance(price, usage);
  const dependsOnUsage = bare.dependsOnUsage || extra.dependsOnUsage || open;
  if (bare.amount === null) return { currency, monthly: null, once: null, unknown: true, dependsOnUsage };
  const oneOff = price.period === "once" || item.costClass === "one-off";
  if (oneOff) return { currency, monthly: null, once: addIntervals(bare.amount, extra.monthly), unknown: false, dependsOnUsage };
  const monthly = monthlyOf(open ? { min: bare.amount.min, max: null } : bare.amount, price.period);
  return { currency, monthly: monthly === null ? null : addIntervals(monthly, extra.monthly), once: null, unknown: monthly === null, dependsOnUsage };
}

/** Monthly cost of a line item; null when it is unknown or one-off. Currency as written on the price. */
export function monthlyInterval(item: PricedItem, usage: Usage = NO_USAGE): Interval | null {
  return itemCost(item, item.price.currency ?? "XXX", usage).monthly;
}

/** One-off cost of a line item; null when it is recurring or unknown. */
export function onceInterval(item: PricedItem, usage: Usage = NO_USAGE): Interval | null {
  return itemCost(item, item.price.currency ?? "XXX", usage).once;
}

function bareAmount(price: Price, quantity: number | undefined, usage: Usage): Bare {
  const known = (amount: Interval | null): Bare => ({ amount, dependsOnUsage: false });
  switch (price.form) {
    case "fixed":
      return known(price.amount === undefined ? null : interval(price.amount));
    case "range":
      return known(price.min === undefined || price.max === undefined ? null : interval(price.min, price.max));
    case "open":
      return known(price.min === undefined ? null : interval(price.min, null));
    case "free":
    case "included":
      return known(ZERO);
    case "per-unit":
      return perUnit(price, quantity);
    case "tiered":
      return tiered(price, usage);
    case "percent":
      return percentAmount(price, usage);
    case "formula": {
      const amount = price.amount === undefined ? evaluateFormula(price.formula ?? "", price.inputs) : new Decimal(price.amount);
      return known(amount === null || amount.isNegative() ? null : { min: amount, max: amount });
    }
    case "unknown":
      return known(null);
  }
}

function percentAmount(price: Price, usage: Usage): Bare {
  const fee = percentFee(price, usage);
  return { amount: fee === null ? null : { min: fee, max: fee }, dependsOnUsage: fee === null };
}

function perUnit(price: Price, quantity: number | undefined): Bare {
  if (quantity === undefined) return { amount: price.base === undefined ? null : interval(price.base), dependsOnUsage: true };
  const units = new Decimal(quantity).div(price.per ?? 1);
  return { amount: interval(units.times(price.unitPrice ?? 0).plus(price.base ?? 0)), dependsOnUsage: false };
}

function tierAmount(tier: Tier): Interval | null {
  if (tier.amount !== undefined) return interval(tier.amount);
  if (tier.min !== undefined) return interval(tier.min, tier.max ?? null);
  return tier.max === undefined ? null : interval(0, tier.max);
}

/** The tier that usage calls for; the named current tier, or the lowest with an open end, where usage is unknown. */
function tiered(price: Price, usage: Usage): Bare {
  const tiers = price.tiers ?? [];
  const used = tierForUsage(tiers, price.metric, usage);
  if (used !== null) return { amount: used.tier === null ? null : tierAmount(used.tier), dependsOnUsage: used.tier === null };
  const current = tiers.find((tier) => tier.name === price.current);
  if (current !== undefined) return { amount: tierAmount(current), dependsOnUsage: true };
  const lows = tiers.map((tier) => tierAmount(tier)?.min).filter((low) => low !== undefined);
  return { amount: lows.length === 0 ? null : { min: Decimal.min(...lows), max: null }, dependsOnUsage: true };
}

/** Null: usage says nothing. `tier: null`: usage is beyond every tier that the price list names. */
function tierForUsage(tiers: readonly Tier[], metric: string | undefined, usage: Usage): { tier: Tier | null } | null {
  const value = metric === undefined ? undefined : usage[metric];
  const limited = tiers.some((tier) => tier.includes?.some((part) => part.metric !== undefined && usage[part.metric] !== undefined));
  const spanned = value !== undefined && tiers.some((tier) => tier.from !== undefined || tier.upTo !== undefined);
  if (!limited && !spanned) return null;
  const fits = (tier: Tier) =>
    (value === undefined || ((tier.from === undefined || value >= tier.from) && (tier.upTo === undefined || value <= tier.upTo))) &&
    (tier.includes ?? []).every((part) => part.metric === undefined || (usage[part.metric] ?? 0) <= part.amount);
  return { tier: tiers.find(fits) ?? null };
}

/** Fee per month of a percentage plus fixed part; null unless volume (and count, where a fixed part exists) are given. */
export function percentFee(price: Pick<Price, "percent" | "fixed" | "of">, usage: Usage): Decimal | null {
  const name = (price.of ?? "transaction")
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");
  const volume = usage[`${name}_volume`];
  const count = usage[`${name}_count`];
  if (price.percent === undefined || volume === undefined || (price.fixed !== undefined && count === undefined)) return null;
  return new Decimal(volume)
    .times(price.percent)
    .div(100)
    .plus(new Decimal(price.fixed ?? 0).times(count ?? 0));
}

/** Whether usage is beyond an allowance for which the plan states no further price: then the amount is a lower bound. */
function exceedsAllowance(price: Price, usage: Usage): boolean {
  if (price.form === "tiered") return false;
  return (price.allowances ?? []).some((entry) => {
    const used = entry.metric === undefined ? undefined : usage[entry.metric];
    if (used === undefined || used <= entry.amount) return false;
    return !(price.overage ?? []).some(
      (rule) => rule.unitPrice !== undefined && (rule.metric === entry.metric || rule.unit === entry.unit || rule.unit === entry.of),
    );
  });
}

/** Cost per month of use beyond the free allowances. */
function overageCost(price: Price, usage: Usage): { monthly: Interval; dependsOnUsage: boolean } {
  let total = new Decimal(0);
  let dependsOnUsage = false;
  for (const rule of price.overage ?? []) {
    const allowance = allowanceFor(price.allowances ?? [], rule.metric, rule.unit);
    const metric = rule.metric ?? allowance?.metric;
    const used = metric === undefined ? undefined : usage[metric];
    if (used === undefined || rule.unitPrice === undefined) {
      dependsOnUsage = true;
      continue;
    }
    const excess = Decimal.max(0, new Decimal(used).minus(allowance?.amount ?? 0));
    const perPeriod = excess.div(rule.per ?? 1).times(rule.unitPrice);
    total = total.plus(perMonth(perPeriod, allowance?.per ?? price.period) ?? perPeriod);
  }
  return { monthly: { min: total, max: total }, dependsOnUsage };
}

function allowanceFor(allowances: readonly Allowance[], metric: string | undefined, unit: string): Allowance | undefined {
  return (
    (metric === undefined ? undefined : allowances.find((entry) => entry.metric === metric)) ??
    allowances.find((entry) => entry.unit === unit || entry.of === unit) ??
    (allowances.length === 1 && metric === undefined ? allowances[0] : undefined)
  );
}

export interface StackCostOptions {
  /** Count labor as a cost of the stack. */
  labor: boolean;
  /** Count what the plan calls optional; yes unless said otherwise, because stated totals do. */
  optional?: boolean;
  /** Currency of prices that name none. */
  currency: string;
  usage?: Usage;
}

/** Costs of the line items, one entry per currency, the project's currency first. Currencies are never added up. */
export function stackCosts(items: readonly PricedItem[], options: StackCostOptions): StackCost[] {
  const totals = new Map<string, StackCost>([[options.currency, emptyCost(options.currency)]]);
  for (const item of items) {
    if (item.costClass === "labor" && !options.labor) continue;
    if (item.optional === true && options.optional === false) continue;
    const cost = itemCost(item, options.currency, options.usage);
    totals.set(cost.currency, addItem(totals.get(cost.currency) ?? emptyCost(cost.currency), item, cost));
  }
  return [...totals.values()];
}

/**
 * Cost of the line items of a stack.
 * @throws RefusedError when the items are priced in more than one currency; use `stackCosts` for those.
 */
export function stackCost(items: readonly PricedItem[], options: StackCostOptions): StackCost {
  const totals = stackCosts(items, options).filter((total, index) => index === 0 || total.items > 0);
  const used = totals.filter((total) => total.items > 0);
  if (used.length > 1) {
    throw new RefusedError(`Prices in ${used.map((total) => total.currency).join(" and ")} cannot be added up without a dated rate.`);
  }
  return used[0] ?? totals[0] ?? emptyCost(options.currency);
}

function emptyCost(currency: string): StackCost {
  return { currency, interval: ZERO, unknown: 0, open: false, dependsOnUsage: 0, optional: 0, oneOff: ZERO, items: 0 };
}

function addItem(total: StackCost, item: PricedItem, cost: ItemCost): StackCost {
  const monthly = cost.monthly === null ? total.interval : addIntervals(total.interval, cost.monthly);
  return {
    currency: total.currency,
    interval: monthly,
    unknown: total.unknown + (cost.unknown ? 1 : 0),
    open: monthly.max === null,
    dependsOnUsage: total.dependsOnUsage + (cost.dependsOnUsage ? 1 : 0),
    optional: total.optional + (item.optional === true ? 1 : 0),
    oneOff: cost.once === null ? total.oneOff : addIntervals(total.oneOff, cost.once),
    items: total.items + 1,
  };
}
