import { z } from "zod";
import { amount, currency, entity, key, line1, list, MAX_ITEMS, measured, number, operator, percent, text, values, whole } from "./common";
import { period, statedAmount } from "./price";

/** A headline number of the source, kept beside what the plan computes. */
export const claim = entity({
  what: line1(),
  ...measured,
  openEnded: z.boolean().optional(),
  atLeast: z.boolean().optional(),
  /** What the number is about, where it is one of the figures a plan can be held to. */
  quantity: z.enum(["cost-before", "cost-after", "saving", "saving-percent", "break-even-multiple"]).optional(),
  text: line1().optional(),
});

const side = z.strictObject({
  name: line1().optional(),
  stack: key.optional(),
  ...statedAmount,
  annual: z.strictObject({ min: number, max: number.optional() }).optional(),
});

/** A comparison the source makes itself: before, after, saving. */
export const costComparison = entity({
  key,
  name: line1(),
  rows: z
    .array(
      entity({
        role: z.enum(["before", "after", "saving"]),
        ...side.shape,
        percent: number.optional(),
      }),
    )
    .min(1)
    .max(20),
});

const priced = z.strictObject({
  name: line1(),
  resource: key.optional(),
  min: amount,
  max: amount.optional(),
  period: period.default("month"),
  /** What is free in it, and the size it is chosen for: 3,000 mails a month; 10,000 to 50,000 subscribers. */
  allowance: z.strictObject({ of: line1(80), amount, per: period.optional() }).optional(),
  serves: z.strictObject({ ...measured }).optional(),
});

/** What a component is replaced by, with the price ranges the source names for each alternative. */
export const replacement = entity({
  component: line1(),
  section: line1(20).optional(),
  /** Key of the phase in which it is replaced. */
  phase: key.optional(),
  from: z.array(priced).min(1).max(20),
  to: priced,
});

export const budget = entity({
  key,
  name: line1(),
  amount,
  currency: currency.optional(),
  period: z.enum(["month", "year"]).default("month"),
  stack: key.optional(),
  /** Further amounts at which somebody is told, lowest first. */
  levels: z.array(amount).max(20).optional(),
});

export const scalingStage = entity({
  key,
  title: line1(),
  stack: key.optional(),
  metric: key.optional(),
  op: operator.optional(),
  value: number.optional(),
  /** Size served: users, storage. */
  serves: list(entity({ metric: key, ...measured }), "capacities", 20),
  cost: z.strictObject({ ...statedAmount }).optional(),
  /** Change of the monthly cost. */
  costDelta: z.strictObject({ ...statedAmount }).optional(),
  costText: line1().optional(),
  parts: z
    .array(z.strictObject({ name: line1(), amount }))
    .max(20)
    .optional(),
  specification: values.optional(),
  when: line1().optional(),
  months: z.tuple([whole, whole]).optional(),
  action: line1(300).optional(),
  topology: line1(300).optional(),
});

const share = z.strictObject({
  stack: key.optional(),
  op: operator.optional(),
  value: number.optional(),
  from: number.optional(),
  to: number.optional(),
});

export const unitEconomics = z.strictObject({
  breakEven: list(
    entity({
      metric: key.optional(),
      value: number,
      stack: key.optional(),
      revenuePerUnit: amount.optional(),
      cost: amount.optional(),
      openEnded: z.boolean().optional(),
      text: line1(300).optional(),
    }),
    "break-even points",
    MAX_ITEMS,
  ),
  margins: list(
    entity({
      customers: whole,
      revenue: amount,
      cost: amount,
      profit: number,
      statedPercent: percent.optional(),
      period: period.default("month"),
    }),
    "margins",
    MAX_ITEMS,
  ),
  costPer: list(
    entity({
      unit: line1(60),
      stack: key.optional(),
      op: operator.optional(),
      value: number.optional(),
      at: number.optional(),
      derived: z.boolean().optional(),
    }),
    "costs per unit",
    MAX_ITEMS,
  ),
  revenueShare: list(entity(share.shape), "revenue shares", MAX_ITEMS),
  costMultiples: list(entity({ from: key, to: key, value: number }), "cost multiples", MAX_ITEMS),
  /** After how many months the one-off cost is said to be earned back. */
  payback: list(entity({ months: number.min(0), approximate: z.boolean().optional(), cost: amount.optional(), text: line1(300).optional() }), "paybacks", 20),
  minimumRevenue: list(entity({ stack: key, percent, amount, derived: z.boolean().optional() }), "minimum revenues", MAX_ITEMS),
  labor: entity({ fte: amount, annual: amount, monthly: amount }).optional(),
  paymentFee: entity({ percent, fixed: amount, of: line1(80) }).optional(),
  annual: entity({
    before: number.optional(),
    after: number.optional(),
    saving: number.optional(),
    savingMax: number.optional(),
    percent: number.optional(),
  }).optional(),
  figures: list(
    entity({
      what: line1(),
      value: number,
      unit: line1(40).optional(),
      derived: z.boolean().optional(),
    }),
    "figures",
    MAX_ITEMS,
  ),
});

export const costTip = entity({ stack: key.optional(), text: text(500) });
