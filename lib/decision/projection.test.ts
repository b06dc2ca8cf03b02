import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitTrend, projectCrossing } from "./projection";

const now = new Date("2026-11-20T00:00:00Z");
const DAY = 86_400_000;
const daily = (days: number, value: (day: number) => number) =>
  Array.from({ length: days }, (_, i) => ({ at: new Date(now.getTime() - (days - i) * DAY), value: value(i) }));
/** Repeatable noise between -1 and 1. */
const noise = (i: number) => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

describe("fitTrend", () => {
  it("finds the slope of a line and is not moved by wrong values", () => {
    const points = daily(60, (i) => 100 + 5 * i).map((p) => ({ at: p.at.getTime(), value: p.value }));
    const spoiled = points.map((p, i) => (i % 7 === 0 ? { ...p, value: p.value * 1000 } : p));
    expect(fitTrend(points)?.slope).toBeCloseTo(5);
    expect(fitTrend(spoiled)?.slope).toBeCloseTo(5, 0);
  });
  it("is null without two days", () => expect(fitTrend([{ at: 0, value: 1 }])).toBeNull());
});

describe("projectCrossing", () => {
  it("needs 14 days", () =>
    expect(
      projectCrossing(
        daily(13, (i) => i),
        100,
        "up",
        now,
      ),
    ).toMatchObject({ kind: "too-few", points: 13 }));

  it("gives a range around the day of crossing", () => {
    const found = projectCrossing(
      daily(60, (i) => 100 + 10 * i + 20 * noise(i)),
      1000,
      "up",
      now,
    );
    if (found.kind !== "crosses") throw new Error(found.kind);
    // 100 + 10 × 90 = 1,000: thirty days from now.
    const days = (text: string) => (new Date(text).getTime() - now.getTime()) / DAY;
    expect(days(found.middle)).toBeGreaterThan(26);
    expect(days(found.middle)).toBeLessThan(34);
    expect(days(found.earliest)).toBeLessThan(days(found.middle));
    expect(days(found.latest)).toBeGreaterThan(days(found.middle));
    expect(found.text).toMatch(/around .* \(.* – .*, 4 in 5 chance\)/);
  });

  it("works downwards", () =>
    expect(
      projectCrossing(
        daily(60, (i) => 1000 - 5 * i),
        500,
        "down",
        now,
      ),
    ).toMatchObject({ kind: "crosses" }));

  it.each([
    ["flat", (_: number) => 100, "not-within"],
    ["falling", (i: number) => 500 - i, "not-within"],
    ["too slow", (i: number) => 100 + i * 0.1, "not-within"],
    ["only noise", (i: number) => 700 + 280 * noise(i * 3 + 1), "may"],
  ])("%s: %s", (_, value, kind) => expect(projectCrossing(daily(60, value), 1000, "up", now).kind).toBe(kind));

  it("says earliest and that it may not happen", () => {
    const found = projectCrossing(
      daily(60, (i) => 700 + 280 * noise(i * 3 + 1)),
      1000,
      "up",
      now,
    );
    expect(found.text).toMatch(/earliest .*; may not happen/);
  });

  it("never answers a time before now, nor an order that makes no sense", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 14, maxLength: 40 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.constantFrom("up" as const, "down" as const),
        (values, edge, direction) => {
          const found = projectCrossing(
            daily(values.length, (i) => values[i] ?? 0),
            edge,
            direction,
            now,
          );
          expect(found.text).not.toMatch(/NaN|Invalid|undefined/);
          if (found.kind !== "crosses") return;
          const [a, b, c] = [found.earliest, found.middle, found.latest].map((text) => new Date(text).getTime());
          expect(a).toBeGreaterThanOrEqual(now.getTime());
          expect(b).toBeGreaterThanOrEqual(a ?? 0);
          expect(c).toBeGreaterThanOrEqual(b ?? 0);
        },
      ),
    );
  });
});
