import { describe, expect, it } from "vitest";
import { formatInterval } from "@/lib/core/money";
import { monthlyInterval, monthlyOfRow, type PriceTerms, priceBounds, sumMonthly } from "./price";

const shown = (price: PriceTerms, quantity?: number) => {
  const bounds = priceBounds(price, quantity);
  return bounds === null ? null : formatInterval(bounds, "USD");
};

describe("prices", () => {
  it.each<[PriceTerms, number | undefined, string | null]>([
    [{ form: "fixed", amount: 15.33, period: "month" }, undefined, "$15.33"],
    [{ form: "range", min: 19, max: 249, period: "month" }, undefined, "$19.00–$249.00"],
    [{ form: "open", min: 25, period: "month" }, undefined, "$25.00 or more"],
    [{ form: "free", period: "month" }, undefined, "$0.00"],
    [{ form: "per-unit", unitPrice: 30.24, per: 1, period: "month" }, 3, "$90.72"],
    [{ form: "per-unit", unitPrice: 0.2, per: 100_000, base: 1, period: "month" }, 250_000, "$1.50"],
    [{ form: "per-unit", unitPrice: 0.008, per: 1, base: 16.2, period: "month" }, undefined, "$16.20 or more"],
    [{ form: "per-unit", unitPrice: 0.4, per: 1, period: "month" }, undefined, null],
    [
      {
        form: "tiered",
        tiers: [
          { name: "pro", amount: 19 },
          { name: "free", amount: 0 },
        ],
        current: "pro",
        period: "month",
      },
      undefined,
      "$19.00",
    ],
    [{ form: "tiered", tiers: [{ name: "pro", amount: 19 }], period: "month" }, undefined, null],
    [{ form: "percent", period: "month" }, undefined, null],
    [{ form: "unknown", period: "month" }, undefined, null],
  ])("%j × %s is %s", (price, quantity, expected) => expect(shown(price, quantity)).toBe(expected));

  it("brings every period to a month and leaves one-off prices out", () => {
    const monthly = (amount: number, period: PriceTerms["period"]) =>
      monthlyInterval({ price: { form: "fixed", amount, period } })
        ?.min.toDecimalPlaces(2)
        .toString();
    expect(monthly(120, "year")).toBe("10");
    expect(monthly(0.021, "hour")).toBe("15.33");
    expect(monthly(500, "once")).toBeUndefined();
  });

  it("counts unknown amounts instead of adding zero", () => {
    const { total, unknown } = sumMonthly([
      monthlyOfRow({ min: "0.1", max: "0.1", period: "month" }),
      monthlyOfRow({ min: "0.2", max: null, period: "month" }),
      null,
    ]);
    expect([total.min.toString(), total.max, unknown]).toEqual(["0.3", null, 1]);
  });
});
