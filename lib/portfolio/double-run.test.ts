import type { Decimal } from "decimal.js";
import { describe, expect, it } from "vitest";
import { interval } from "@/lib/core/money";
import type { StackCost } from "@/lib/cost/types";
import { doubleRunOf } from "./double-run";

const cost = (min: string, max = min, currency = "USD", unknown = 0): StackCost => ({
  currency,
  interval: interval(min, max),
  unknown,
  open: false,
  dependsOnUsage: 0,
  optional: 0,
  oneOff: interval(0),
  items: 1,
});
const since = new Date("2026-03-01T00:00:00Z");
const later = (days: number) => new Date(since.getTime() + days * 86_400_000);
const money = (value: { min: Decimal; max: Decimal | null }) => [value.min.toFixed(2), value.max?.toFixed(2)];

describe("what both sides cost at the same time", () => {
  it("adds the days of both stacks, a month being a twelfth of a year", () => {
    const both = doubleRunOf(cost("365"), cost("730", "1460"), since, null, later(10));
    expect(both === null ? null : [money(both.oldPerDay), money(both.newPerDay), money(both.perDay), money(both.soFar)]).toEqual([
      ["12.00", "12.00"],
      ["24.00", "48.00"],
      ["36.00", "60.00"],
      ["360.00", "600.00"],
    ]);
  });
  it("stops counting when the old side was taken away", () => {
    expect(doubleRunOf(cost("365"), cost("365"), since, later(2), later(30))?.days).toBe(2);
  });
  it("says nothing where a side has no price or another currency", () => {
    expect(doubleRunOf(cost("10"), undefined, since, null, later(1))).toBeNull();
    expect(doubleRunOf(cost("10"), cost("10", "10", "EUR"), since, null, later(1))).toBeNull();
  });
  it("tells how many services have no price", () => {
    expect(doubleRunOf(cost("10", "10", "USD", 2), cost("10", "10", "USD", 1), since, null, later(1))?.unknown).toBe(3);
  });
});
