import { describe, expect, it } from "vitest";
import { amountTicks, dayLabel, moneyTick, monthTicks } from "./axis";

describe("axes", () => {
  it.each([
    [47, [0, 10, 20, 30, 40, 50]],
    [1_700, [0, 500, 1_000, 1_500, 2_000]],
    [0.08, [0, 0.02, 0.04, 0.06, 0.08]],
    [0, [0, 1]],
  ])("round steps up to %s", (max, ticks) => expect(amountTicks(max).slice(0, ticks.length)).toEqual(ticks));
  it("reaches the largest value", () => {
    for (const max of [1, 9.99, 10, 123, 5_001, 1e7]) expect(amountTicks(max).at(-1)).toBeGreaterThanOrEqual(max);
  });
  it("labels all ticks in one unit", () => {
    const ticks = [0, 500, 1_000, 1_500, 2_000];
    expect(ticks.map(moneyTick("USD", ticks))).toEqual(["$0", "$0.5K", "$1.0K", "$1.5K", "$2.0K"]);
    expect([0, 10, 20].map(moneyTick("EUR", [0, 10, 20]))).toEqual(["€0", "€10", "€20"]);
  });
  it("marks months, fewer where there are many", () => {
    const days = Array.from({ length: 400 }, (_, n) => new Date(Date.UTC(2025, 9, 15 + n)).toISOString().slice(0, 10));
    const ticks = monthTicks(days);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks.every((tick) => tick.endsWith("-01"))).toBe(true);
    expect(dayLabel("2026-11-05")).toBe("5 Nov 2026");
  });
});
