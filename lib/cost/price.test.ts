import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlanLineItem, PlanPrice } from "@/lib/plan/types";
import { evaluateFormula } from "./formula";
import { itemCost, monthlyInterval, onceInterval, stackCost, stackCosts } from "./price";
import type { Price, PricedItem } from "./types";

const item = (price: Partial<Price> & Pick<Price, "form">, rest: Partial<PricedItem> = {}): PricedItem => ({ price: { period: "month", ...price }, ...rest });
const text = (value: ReturnType<typeof monthlyInterval>) => (value === null ? null : [value.min.toString(), value.max?.toString() ?? null]);

describe("price of a line item, one worked example per form", () => {
  const cases: [string, PricedItem, [string, string | null] | null][] = [
    ["fixed", item({ form: "fixed", amount: 15.33 }), ["15.33", "15.33"]],
    ["fixed per hour: 0.0416 × 730", item({ form: "fixed", amount: 0.0416, period: "hour" }), ["30.368", "30.368"]],
    ["fixed per day: 12 × 365 / 12", item({ form: "fixed", amount: 12, period: "day" }), ["365", "365"]],
    ["fixed per quarter", item({ form: "fixed", amount: 90, period: "quarter" }), ["30", "30"]],
    ["fixed per year, exact", item({ form: "fixed", amount: 120_000, period: "year" }), ["10000", "10000"]],
    ["a fixed amount is for the whole item, whatever the quantity", item({ form: "fixed", amount: 21 }, { quantity: 3 }), ["21", "21"]],
    ["range", item({ form: "range", min: 150, max: 300 }), ["150", "300"]],
    ["open", item({ form: "open", min: 50 }), ["50", null]],
    ["free", item({ form: "free" }), ["0", "0"]],
    ["included", item({ form: "included" }), ["0", "0"]],
    ["per unit with quantity", item({ form: "per-unit", unitPrice: 0.4, unit: "secret" }, { quantity: 3 }), ["1.2", "1.2"]],
    ["per 100,000 units with base", item({ form: "per-unit", unitPrice: 0.2, unit: "command", per: 100_000, base: 5 }, { quantity: 250_000 }), ["5.5", "5.5"]],
    ["per unit without quantity: only the base", item({ form: "per-unit", unitPrice: 0.008, unit: "unit-hour", base: 16.2 }), ["16.2", "16.2"]],
    ["per unit without quantity or base: unknown", item({ form: "per-unit", unitPrice: 0.5, unit: "GB" }), null],
    ["formula with stated amount", item({ form: "formula", formula: "0.25 * 120000 / 12", amount: 2_500 }), ["2500", "2500"]],
    ["formula computed", item({ form: "formula", formula: "cores * rate * 730", inputs: { cores: 0.5, rate: 0.003 } }), ["1.095", "1.095"]],
    ["formula that is not arithmetic: unknown", item({ form: "formula", formula: "ask the vendor" }), null],
    ["percent without volume: unknown", item({ form: "percent", percent: 2.9, fixed: 0.3, of: "transaction" }), null],
    ["unknown", item({ form: "unknown" }), null],
    ["one-off is no monthly cost", item({ form: "fixed", amount: 900, period: "once" }), null],
  ];
  it.each(cases)("%s", (_name, given, expected) => expect(text(monthlyInterval(given))).toEqual(expected));

  it("gives one-off prices once, also by cost class", () => {
    expect(text(onceInterval(item({ form: "fixed", amount: 900, period: "once" })))).toEqual(["900", "900"]);
    expect(text(onceInterval(item({ form: "range", min: 1, max: 2 }, { costClass: "one-off" })))).toEqual(["1", "2"]);
    expect(onceInterval(item({ form: "fixed", amount: 900 }))).toBeNull();
  });

  it("accepts line items of a plan as they are", () => {
    const price: PlanPrice = { form: "free", period: "month", approximate: false, allowances: [], overage: [] };
    const line: PlanLineItem = { price, costClass: "infrastructure" };
    expect(text(monthlyInterval(line))).toEqual(["0", "0"]);
  });
});

describe("usage-dependent prices", () => {
  const commands = item({
    form: "free",
    allowances: [{ of: "commands", amount: 10_000, per: "day", metric: "commands_per_day" }],
    overage: [{ unitPrice: 0.2, per: 100_000, unit: "commands", metric: "commands_per_day" }],
  });

  it("charges only what is beyond the free allowance, turned into a month", () => {
    expect(text(monthlyInterval(commands, { commands_per_day: 9_999 }))).toEqual(["0", "0"]);
    // 120,000 a day beyond the allowance: 1.2 × 0.2 a day × 365 / 12.
    expect(text(monthlyInterval(commands, { commands_per_day: 130_000 }))).toEqual(["7.3", "7.3"]);
  });

  it("is a lower bound beyond an allowance for which no further price is stated", () => {
    const mails = item({ form: "free", allowances: [{ of: "mails", amount: 3_000, metric: "mails_per_month" }] });
    expect(text(monthlyInterval(mails, { mails_per_month: 3_000 }))).toEqual(["0", "0"]);
    expect(text(monthlyInterval(mails, { mails_per_month: 3_001 }))).toEqual(["0", null]);
  });

  it("says that it depends on usage when none is given", () => {
    expect(itemCost(commands, "USD")).toMatchObject({ dependsOnUsage: true, unknown: false });
    expect(itemCost(commands, "USD", { commands_per_day: 1 })).toMatchObject({ dependsOnUsage: false });
  });

  const tiers = item({
    form: "tiered",
    metric: "requests_per_day",
    tiers: [
      { name: "free", amount: 0, upTo: 10_000 },
      { name: "pro", amount: 10, upTo: 100_000 },
      { name: "enterprise", min: 20, max: 30, upTo: 1_000_000 },
    ],
  });

  it("picks the tier by usage, limits included", () => {
    expect(text(monthlyInterval(tiers, { requests_per_day: 10_000 }))).toEqual(["0", "0"]);
    expect(text(monthlyInterval(tiers, { requests_per_day: 10_001 }))).toEqual(["10", "10"]);
    expect(text(monthlyInterval(tiers, { requests_per_day: 500_000 }))).toEqual(["20", "30"]);
    expect(monthlyInterval(tiers, { requests_per_day: 2_000_000 })).toBeNull();
  });

  it("uses the named current tier, else the lowest with an open end", () => {
    expect(text(monthlyInterval(tiers))).toEqual(["0", null]);
    expect(text(monthlyInterval({ ...tiers, price: { ...tiers.price, current: "pro" } }))).toEqual(["10", "10"]);
  });

  it("picks the tier whose included quantities suffice", () => {
    const database = item({
      form: "tiered",
      tiers: [
        { name: "launch", amount: 19, includes: [{ of: "storage", amount: 10, metric: "storage_gb" }] },
        { name: "scale", amount: 69, includes: [{ of: "storage", amount: 50, metric: "storage_gb" }] },
      ],
    });
    expect(text(monthlyInterval(database, { storage_gb: 10 }))).toEqual(["19", "19"]);
    expect(text(monthlyInterval(database, { storage_gb: 11 }))).toEqual(["69", "69"]);
  });

  it("prices a percentage plus a fixed part from volume and count", () => {
    const fee = item({ form: "percent", percent: 2.9, fixed: 0.3, of: "transaction" });
    expect(text(monthlyInterval(fee, { transaction_volume: 10_000, transaction_count: 100 }))).toEqual(["320", "320"]);
  });
});

describe("cost of a stack", () => {
  const options = { labor: true, currency: "USD" };

  it("adds known items, counts unknown ones, keeps the open end and the one-off cost apart", () => {
    const total = stackCost(
      [
        item({ form: "range", min: 150, max: 300 }),
        item({ form: "open", min: 50 }),
        item({ form: "unknown" }),
        item({ form: "fixed", amount: 400, period: "once" }),
        item({ form: "fixed", amount: 10 }, { optional: true }),
      ],
      options,
    );
    expect(text(total.interval)).toEqual(["210", null]);
    expect(total).toMatchObject({ unknown: 1, open: true, optional: 1, items: 5 });
    expect(text(total.oneOff)).toEqual(["400", "400"]);
  });

  it("counts labor only when asked", () => {
    const items = [item({ form: "fixed", amount: 220 }), item({ form: "fixed", amount: 2_500 }, { costClass: "labor" })];
    expect(text(stackCost(items, options).interval)).toEqual(["2720", "2720"]);
    expect(text(stackCost(items, { ...options, labor: false }).interval)).toEqual(["220", "220"]);
  });

  it("never adds two currencies", () => {
    const items = [item({ form: "fixed", amount: 20, currency: "EUR" }), item({ form: "fixed", amount: 30 })];
    expect(() => stackCost(items, options)).toThrow(/EUR.*dated rate|dated rate/);
    expect(stackCosts(items, options).map((cost) => [cost.currency, cost.interval.min.toString()])).toEqual([
      ["USD", "30"],
      ["EUR", "20"],
    ]);
    expect(stackCost([item({ form: "fixed", amount: 20, currency: "EUR" })], options).currency).toBe("EUR");
  });

  it("is the sum of its parts, in any order", () => {
    const cents = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cents, cents), { maxLength: 30 }), (pairs) => {
        const items = pairs.map(([a, b]) => item({ form: "range", min: Math.min(a, b) / 100, max: Math.max(a, b) / 100 }));
        const total = stackCost(items, options);
        expect(total.interval.min.times(100).toNumber()).toBe(pairs.reduce((sum, [a, b]) => sum + Math.min(a, b), 0));
        expect(total.interval.max?.times(100).toNumber()).toBe(pairs.reduce((sum, [a, b]) => sum + Math.max(a, b), 0));
        expect(stackCost([...items].reverse(), options).interval.min.equals(total.interval.min)).toBe(true);
      }),
    );
  });
});

describe("formulas", () => {
  it.each([
    ["0.5 * 0.003 * 730 = 1.10", "1.095"],
    ["(1 + 2) × 3 ÷ 2", "4.5"],
    ["25% * 120000 / 12", "2500"],
    ["-2 + 5", "3"],
  ])("%s", (formula, value) => expect(evaluateFormula(formula)?.toString()).toBe(value));
  it.each(["", "1 / 0", "2 +", "process.exit()", "a * 2", "1 2", `${"(".repeat(60)}1${")".repeat(60)}`, "1;2"])("refuses %s", (formula) =>
    expect(evaluateFormula(formula)).toBeNull(),
  );
});
