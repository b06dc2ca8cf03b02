import { describe, expect, it } from "vitest";
import { lineItemColumns, pricedItemOf, type StoredLineItem } from "./line-item";
import { monthlyInterval } from "./price";
import type { PricedItem } from "./types";

const stored = (item: PricedItem): StoredLineItem => ({ name: "x", ...lineItemColumns(item, "EUR") });

describe("line items in the database", () => {
  const items: PricedItem[] = [
    { price: { form: "fixed", amount: 120, period: "year" } },
    { price: { form: "open", min: 25, period: "month", currency: "USD" } },
    { price: { form: "per-unit", unitPrice: 0.4, unit: "secret", period: "month" }, quantity: 3 },
    { price: { form: "per-unit", unitPrice: 0.4, unit: "secret", period: "month", base: 2 } },
    { price: { form: "unknown", period: "month" } },
    { price: { form: "tiered", period: "month", metric: "users", tiers: [{ name: "a", amount: 5, upTo: 10 }] }, costClass: "labor", optional: true },
  ];

  it.each(items.map((item) => [item.price.form, item] as const))("keeps the cost of a %s price through the row", (_form, item) => {
    const back = pricedItemOf(stored(item));
    expect(monthlyInterval(back, { users: 3 })).toEqual(monthlyInterval(item, { users: 3 }));
    expect([back.costClass, back.optional]).toEqual([item.costClass ?? "infrastructure", item.optional ?? false]);
  });

  it("stores bounds per the price's own period, and none for what is unknown", () => {
    expect(stored(items[0] as PricedItem)).toMatchObject({ min: "120", max: "120", period: "year", currency: "EUR" });
    expect(stored(items[1] as PricedItem)).toMatchObject({ min: "25", max: null, currency: "USD" });
    expect(stored(items[4] as PricedItem)).toMatchObject({ min: null, max: null });
  });

  it("reads rows without a stored price from their bounds", () => {
    const row: StoredLineItem = { ...stored(items[1] as PricedItem), detail: {}, form: "range", max: "30" };
    expect(pricedItemOf(row).price).toMatchObject({ form: "range", min: 25, max: 30 });
    expect(pricedItemOf({ ...row, min: null }).price.form).toBe("unknown");
  });
});
