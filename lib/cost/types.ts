import type { Interval, Period } from "@/lib/core/money";

/** Forms a price can have; the same words as in a plan. */
export type PriceForm = "fixed" | "range" | "open" | "free" | "included" | "per-unit" | "tiered" | "percent" | "formula" | "unknown";

export type CostClass = "infrastructure" | "labor" | "variable" | "one-off";

/** What is free before a price begins. `per` is the period over which the quantity is counted; absent: the price's own. */
export interface Allowance {
  of: string;
  amount: number;
  unit?: string | undefined;
  per?: Period | undefined;
  metric?: string | undefined;
}

/** What `per` units beyond the allowance cost. */
export interface Overage {
  unitPrice?: number | undefined;
  per?: number | undefined;
  unit: string;
  metric?: string | undefined;
}

export interface Tier {
  name: string;
  amount?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  from?: number | undefined;
  upTo?: number | undefined;
  includes?: readonly Allowance[] | undefined;
}

/**
 * A price as the cost rules see it. A price of a plan document has this shape; members that belong to another
 * form are absent. Amounts are in `currency` (or the project's) per `period`.
 */
export interface Price {
  form: PriceForm;
  period: Period;
  currency?: string | undefined;
  approximate?: boolean | undefined;
  text?: string | undefined;
  amount?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
  base?: number | undefined;
  unitPrice?: number | undefined;
  unit?: string | undefined;
  per?: number | undefined;
  metric?: string | undefined;
  tiers?: readonly Tier[] | undefined;
  current?: string | undefined;
  percent?: number | undefined;
  fixed?: number | undefined;
  of?: string | undefined;
  formula?: string | undefined;
  inputs?: Readonly<Record<string, number>> | undefined;
  allowances?: readonly Allowance[] | undefined;
  overage?: readonly Overage[] | undefined;
}

/** A line item as the cost rules see it. */
export interface PricedItem {
  price: Price;
  name?: string | undefined;
  /** Units bought; only per-unit prices are multiplied by it. */
  quantity?: number | undefined;
  costClass?: CostClass | undefined;
  optional?: boolean | undefined;
}

/** Values of metrics, in the unit and period of the metric. */
export type Usage = Readonly<Record<string, number>>;

/** What one line item costs. */
export interface ItemCost {
  currency: string;
  /** Per month; null when unknown or one-off. */
  monthly: Interval | null;
  /** Paid once; null when recurring or unknown. */
  once: Interval | null;
  /** No amount can be given. */
  unknown: boolean;
  /** Part of the price follows a usage that was not given: the amount is the part that is certain. */
  dependsOnUsage: boolean;
}

/** What the line items of a stack cost together, in one currency. */
export interface StackCost {
  currency: string;
  /** Per month, of the items whose amount is known. */
  interval: Interval;
  /** Items without an amount: the total is incomplete. */
  unknown: number;
  /** The upper end is open ("or more"). */
  open: boolean;
  /** Items whose amount also follows usage. */
  dependsOnUsage: number;
  /** Items the plan calls optional; they are in the total unless left out. */
  optional: number;
  /** Paid once. */
  oneOff: Interval;
  /** Items that were priced or counted as unknown. */
  items: number;
}
