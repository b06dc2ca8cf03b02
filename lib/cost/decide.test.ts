import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Interval, interval } from "@/lib/core/money";
import { budgetState } from "./budget";
import { breakEvenMonths, compareStacks, type ServiceCost } from "./compare";
import { costCurve, crossovers, usageMetrics } from "./curve";
import { crossing, type DayCost, forecastDays } from "./forecast";
import type { PricedItem } from "./types";

const service = (key: string, monthly: Interval | null, replaces: string[] = []): ServiceCost => ({ key, name: key, monthly, replaces });
const ends = (delta: { min: Decimal | null; max: Decimal | null } | null) =>
  delta === null ? null : [delta.min?.toNumber() ?? null, delta.max?.toNumber() ?? null];

describe("before and after", () => {
  it("subtracts ranges crosswise", () => {
    const result = compareStacks([service("old", interval(45, 70))], [service("new", interval(21, 46), ["old"])]);
    expect(ends(result.delta)).toEqual([-49, 1]);
    expect(ends(result.pairs[0]?.delta ?? null)).toEqual([-49, 1]);
  });

  it("lists what has no counterpart apart, and joins services that replace several", () => {
    const result = compareStacks(
      [service("mail", interval(20)), service("queue", interval(30)), service("legacy", interval(5))],
      [service("platform", interval(10), ["mail", "queue"]), service("backup", interval(3)), service("queue-2", interval(1), ["queue"])],
    );
    expect(result.pairs).toHaveLength(1);
    expect(result.pairs[0]?.before.map((entry) => entry.key)).toEqual(["mail", "queue"]);
    expect(result.pairs[0]?.after.map((entry) => entry.key)).toEqual(["platform", "queue-2"]);
    expect([result.ended.map((entry) => entry.key), result.added.map((entry) => entry.key)]).toEqual([["legacy"], ["backup"]]);
    expect(ends(result.delta)).toEqual([-41, -41]);
  });

  it("pairs what stays under the same key, unless the plan names another replacement", () => {
    const result = compareStacks([service("dns", interval(1)), service("vm", interval(9))], [service("dns", interval(2)), service("vm", interval(4), ["dns"])]);
    expect(result.pairs.map((pair) => [pair.before[0]?.key, pair.after[0]?.key])).toEqual([["dns", "vm"]]);
    const stays = compareStacks([service("dns", interval(1)), service("vm", interval(9))], [service("dns", interval(2)), service("vm-2", interval(4), ["vm"])]);
    expect(stays.pairs.map((pair) => [pair.before[0]?.key, pair.after[0]?.key])).toEqual([
      ["vm", "vm-2"],
      ["dns", "dns"],
    ]);
    expect([stays.ended, stays.added]).toEqual([[], []]);
  });

  it("keeps unknown costs unknown and open ends open", () => {
    const result = compareStacks([service("a", interval(50, null)), service("b", null)], [service("c", interval(10), ["a"]), service("d", interval(1), ["b"])]);
    expect(ends(result.pairs.find((pair) => pair.before[0]?.key === "a")?.delta ?? null)).toEqual([null, -40]);
    expect(result.pairs.find((pair) => pair.before[0]?.key === "b")?.delta).toBeNull();
    expect(result.incomplete).toBe(true);
  });

  it("contains every difference that amounts inside the ranges can have", () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(range, range, fc.float({ min: 0, max: 1, noNaN: true }), fc.float({ min: 0, max: 1, noNaN: true }), (a, b, s, t) => {
        const { delta } = compareStacks([service("o", interval(a[0], a[1]))], [service("n", interval(b[0], b[1]), ["o"])]);
        const actual = b[0] + (b[1] - b[0]) * t - (a[0] + (a[1] - a[0]) * s);
        expect(actual).toBeGreaterThanOrEqual((delta.min?.toNumber() ?? 0) - 1e-6);
        expect(actual).toBeLessThanOrEqual((delta.max?.toNumber() ?? 0) + 1e-6);
      }),
    );
  });

  it("says when a one-off cost is earned back, at best and at worst", () => {
    const months = (min: number, max: number | null) => {
      const result = breakEvenMonths(interval(900, 1_200), { min: new Decimal(min), max: max === null ? null : new Decimal(max) });
      return [result.best?.toNumber() ?? null, result.worst?.toNumber() ?? null];
    };
    expect(months(-300, -100)).toEqual([3, 12]);
    expect(months(-300, 20)).toEqual([3, null]);
    expect(months(0, 20)).toEqual([null, null]);
  });
});

const days = (count: number, amount: (n: number) => number, first = "2026-01-01"): DayCost[] =>
  Array.from({ length: count }, (_, n) => ({ day: new Date(Date.parse(first) + n * 86_400_000).toISOString().slice(0, 10), amount: amount(n) }));

describe("forecast", () => {
  it("is not made before one full month and 14 points, and says when it can be", () => {
    expect(forecastDays([], 30)).toEqual({ possible: false, reason: expect.stringContaining("no bill"), from: null });
    expect(
      forecastDays(
        days(20, () => 10, "2026-01-15"),
        30,
      ),
    ).toMatchObject({ possible: false, from: "2026-03-01" });
    expect(
      forecastDays(
        days(30, () => 10),
        30,
      ),
    ).toMatchObject({ possible: false, from: "2026-02-01" });
    expect(
      forecastDays(
        days(31, () => 10),
        30,
      ).possible,
    ).toBe(true);
  });

  it("continues a steady cost without a range, and a growing one with its growth", () => {
    const steady = forecastDays(
      days(60, () => 10),
      10,
    );
    if (!steady.possible) throw new Error("expected a forecast");
    expect(steady.sum).toEqual({ expected: expect.closeTo(100, 6), low: expect.closeTo(100, 6), high: expect.closeTo(100, 6) });
    const growing = forecastDays(
      days(60, (n) => n),
      1,
    );
    if (!growing.possible) throw new Error("expected a forecast");
    expect(growing.days[0]).toMatchObject({ day: "2026-03-02", amount: expect.closeTo(60, 6) });
  });

  it("holds about four of five outcomes in its range", () => {
    let state = 42;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    const noise = () => (random() + random() + random() + random() - 2) * 5;
    let inside = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round += 1) {
      const all = days(70, (n) => 100 + n + noise());
      const result = forecastDays(all.slice(0, 60), 10);
      const actual = all.slice(60).reduce((total, day) => total + day.amount, 0);
      if (result.possible && actual >= result.sum.low && actual <= result.sum.high) inside += 1;
    }
    expect(inside / rounds).toBeGreaterThan(0.72);
    expect(inside / rounds).toBeLessThan(0.92);
  });

  it("gives a crossing as middle and range, as possible, or as not in sight", () => {
    const projected = Array.from({ length: 10 }, (_, n) => ({ day: `2026-01-${String(n + 10)}`, amount: n, low: n - 2, high: n + 2 }));
    expect(crossing(0, projected, 5)).toEqual({ kind: "expected", middle: "2026-01-15", earliest: "2026-01-13", latest: "2026-01-17" });
    expect(crossing(0, projected, 10)).toEqual({ kind: "may", earliest: "2026-01-18" });
    expect(crossing(0, projected, 50)).toEqual({ kind: "not-within" });
    expect(crossing(7, projected, 5)).toEqual({ kind: "already" });
  });
});

describe("budgets", () => {
  const budget = { amount: "300", period: "month" as const, levels: [175, 200] };
  it.each([
    [100, null, "below", null],
    [180, null, "level", 175],
    [250, 290, "level", 200],
    [250, 310, "expected-over", 200],
    [301, null, "over", 200],
    [300, 300, "level", 200],
  ])("spent %s, expected %s: %s", (spent, expected, state, passed) => {
    const result = budgetState(budget, spent, expected);
    expect([result.state, result.passed?.toNumber() ?? null]).toEqual([state, passed]);
  });
  it("takes a twelfth of a yearly budget", () => expect(budgetState({ amount: "1200", period: "year", levels: [] }, 101, null).state).toBe("over"));
});

describe("cost against usage", () => {
  const perUnit: PricedItem = {
    price: {
      form: "free",
      period: "month",
      overage: [{ unitPrice: 1, per: 10, unit: "GB", metric: "gb" }],
      allowances: [{ of: "GB", amount: 100, metric: "gb" }],
    },
  };
  const flat: PricedItem = { price: { form: "fixed", amount: 20, period: "month" } };

  it("finds the usage at which the other stack becomes cheaper", () => {
    const usages = Array.from({ length: 41 }, (_, n) => n * 10);
    const options = { currency: "USD", labor: true };
    const [a, b] = [costCurve([perUnit], "gb", usages, {}, options), costCurve([flat], "gb", usages, {}, options)];
    expect(a.find((point) => point.usage === 200)?.low).toBe(10);
    expect(crossovers(a, b)).toEqual([{ from: 290, to: 310, cheaperAbove: "b" }]);
    expect(crossovers(b, b)).toEqual([]);
    expect(usageMetrics([perUnit, flat])).toEqual(["gb"]);
  });
});
