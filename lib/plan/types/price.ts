import { z } from "zod";
import { amount, currency, entity, key, line1, list, MAX_ITEMS, number, percent, text } from "./common";

export const PERIODS = ["hour", "day", "month", "quarter", "year", "once"] as const;
export const period = z.enum(PERIODS);

/** What is free before a price begins: 3,000 e-mails a month, 100 GB a month. */
export const allowance = entity({
  of: line1(80),
  amount,
  unit: line1(40).optional(),
  per: period.optional(),
  /** It is said to be enough to run all the time. */
  alwaysOn: z.boolean().optional(),
  /** The metric whose value uses this allowance up. */
  metric: key.optional(),
});

/** What each unit beyond the allowance costs: 0.2 per 100,000 commands. */
export const overage = entity({
  unitPrice: amount.optional(),
  per: z.number().positive().default(1),
  unit: line1(40),
  metric: key.optional(),
});

const common = {
  /** The project's currency when absent. */
  currency: currency.optional(),
  period: period.default("month"),
  approximate: z.boolean().default(false),
  /** How the source writes the price. */
  text: line1(300).optional(),
  /** The yearly amount where the source states one beside the price. */
  statedAnnual: amount.optional(),
  allowances: list(allowance, "allowances", MAX_ITEMS),
  overage: list(overage, "overage rules", MAX_ITEMS),
};

const form = <F extends string, S extends z.ZodRawShape>(name: F, shape: S) => z.strictObject({ form: z.literal(name), ...shape, ...common });

const tier = entity({
  name: line1(120),
  /** Price of the tier per period; a range where the source gives one. */
  amount: amount.optional(),
  min: amount.optional(),
  max: amount.optional(),
  /** The tier covers quantities from … up to. */
  from: number.optional(),
  upTo: number.optional(),
  unit: line1(40).optional(),
  includes: list(allowance, "included quantities", MAX_ITEMS),
});

/**
 * A price. Amounts are for the whole line item and period, except `unitPrice`, which is multiplied by the quantity.
 * `free` and `included` count as 0; `unknown` and `percent` have no amount and make a total incomplete.
 */
export const price = z.discriminatedUnion("form", [
  form("fixed", { amount }),
  form("range", { min: amount, max: amount }),
  /** At least `min`, no upper end. */
  form("open", { min: amount }),
  form("free", {}),
  /** Paid for by another resource. */
  form("included", { in: key.optional() }),
  /** `base` + `unitPrice` × quantity; without a quantity only the base is known. */
  form("per-unit", {
    unitPrice: amount,
    unit: line1(40),
    per: z.number().positive().default(1),
    base: amount.optional(),
  }),
  form("tiered", {
    metric: key.optional(),
    tiers: z.array(tier).min(1).max(MAX_ITEMS),
    current: line1(120).optional(),
  }),
  /** A share of each transaction plus a fixed part: 2.9 % + 0.30. */
  form("percent", { percent, fixed: amount.optional(), of: line1(80) }),
  /** A computed amount: the inputs and the formula are kept beside the result. */
  form("formula", {
    formula: line1(300),
    amount: amount.optional(),
    inputs: z.record(z.string().min(1).max(40), number).optional(),
  }),
  form("unknown", {}),
]);

export const PRICE_FORMS = ["fixed", "range", "open", "free", "included", "per-unit", "tiered", "percent", "formula", "unknown"] as const;

export const COST_CLASSES = ["infrastructure", "labor", "variable", "one-off"] as const;

export const lineItem = entity({
  key: key.optional(),
  name: line1().optional(),
  price,
  /** Units bought; absent means one, or unknown for a per-unit price whose use is not stated. */
  quantity: amount.optional(),
  /** Stacks can be compared with and without labor, variable and one-off cost. */
  costClass: z.enum(COST_CLASSES).default("infrastructure"),
  optional: z.boolean().optional(),
});

/** An amount the source states: a total, a heading, a saving. `max` absent with `min` present means open-ended. */
export const statedAmount = {
  text: line1(300).optional(),
  min: number,
  max: number.optional(),
  period: period.default("month"),
  currency: currency.optional(),
  approximate: z.boolean().optional(),
};

const STATED_KINDS = ["total", "heading", "headline", "comparison"] as const;

export const statedTotal = entity({
  kind: z.enum(STATED_KINDS).default("total"),
  ...statedAmount,
});

/** A price that belongs to no stack: options, projections, savings, unit prices. */
export const otherPrice = entity({
  key: key.optional(),
  name: line1(),
  /** The table or heading it stands under. */
  table: line1().optional(),
  isTotal: z.boolean().default(false),
  provider: line1(120).optional(),
  stack: key.optional(),
  price,
  quantity: amount.optional(),
});

/** A rule by which a service is priced, with its free allowance, tiers and discounts. */
export const pricingRule = entity({
  key,
  service: line1(),
  rule: text(500),
  price: price.optional(),
  discountPercent: percent.optional(),
  allowances: list(allowance, "allowances", MAX_ITEMS),
  /** Known points [quantity, amount] from which a unit price was read. */
  points: z
    .array(z.tuple([number, number]))
    .max(MAX_ITEMS)
    .optional(),
  resources: z.array(key).max(MAX_ITEMS).optional(),
});
