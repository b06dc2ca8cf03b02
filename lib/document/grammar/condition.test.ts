import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findConditions } from "./condition";

const shown = (text: string) =>
  findConditions(text).map(({ op, value, high, unit, for: hold, forText }) =>
    [op, value, ...(high === null ? [] : [high]), unit, ...(hold === null ? [] : [hold]), ...(forText === null ? [] : [forText])].join(" "),
  );

describe("limits in running text", () => {
  it.each([
    ["CPU utilisation >70% consistently", ["> 70 percent consistently"]],
    ["MRR: >$1,000", ["> 1000 USD"]],
    ["storage exceeds 100GB", ["> 100 GB"]],
    ["80,000+ monthly active users", [">= 80000 users"]],
    ["approaching 3 GB", ["approaches 3 GB"]],
    ["< 0.5 %", ["< 0.5 percent"]],
    ["under 20K users", ["< 20000 users"]],
    ["fewer than two engineers", ["< 2 developers"]],
    ["at least 99.95 % uptime", [">= 99.95 percent"]],
    ["uptime ≥ 99.999 %", [">= 99.999 percent"]],
    ["between 5 and 10 GB", ["between 5 10 GB"]],
    ["does not exceed 3%", ["<= 3 percent"]],
    ["no more than 15 min", ["<= 15 minutes"]],
    ["300 ms or more", [">= 300 ms"]],
    ["latency >350ms or errors >0.8%", ["> 350 ms", "> 0.8 percent"]],
    ["reaches 40K users or €450/month", [">= 40000 users", ">= 450 EUR/month"]],
    ["> 5 % for 24 hours", ["> 5 percent 24h"]],
    [">70% 5min", ["> 70 percent 5m"]],
    [">99.9% over 30 days", ["> 99.9 percent 30d"]],
    ["> 80% for more than 5 minutes", ["> 80 percent 5m"]],
    ["bill over ₹1,37,430 per month", ["> 137430 INR/month"]],
    ["mehr als 1.200 € pro Monat", ["> 1200 EUR/month"]],
    ["über 70 % für 10 Minuten", ["> 70 percent 10m"]],
    ["ab 500 Nutzern", [">= 500 users"]],
    ["wenn 100 GB überschritten werden", ["> 100 GB"]],
    ["plus de 1 000 utilisateurs", ["> 1000 users"]],
    ["dépasse 80 % pendant 15 min", ["> 80 percent 15m"]],
    ["dépassant 200 Go", ["> 200 GB"]],
    ["más de 2.500 usuarios", ["> 2500 users"]],
    ["superior al 80 % durante 24 horas", ["> 80 percent 24h"]],
  ])("%s", (text, wanted) => expect(shown(text)).toEqual(wanted));

  it.each([
    "A -> 5 users",
    "2>&1",
    "db.t3.medium",
    "2024-01-15",
    "10:30",
    "HTTP/2",
    "p95",
    "5xx",
    "v1.2.3",
    "within 24 hours",
    "rows => 5",
    "$5-15/month",
    "<token>",
  ])("finds none in %s", (text) => expect(shown(text)).toEqual([]));
});

describe("whatever the text", () => {
  it("positions lie in the text and do not overlap", () => {
    const part = fc.oneof(
      fc.constantFrom("more than ", "> ", "für ", "5", "1.000", "%", " GB", "$", " or ", "; ", "über ", "und "),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        let end = 0;
        for (const one of findConditions(text)) {
          expect(one.start).toBeGreaterThanOrEqual(end);
          expect(one.valueStart).toBeGreaterThanOrEqual(one.start);
          expect(one.end).toBeGreaterThan(one.valueStart);
          expect(one.end).toBeLessThanOrEqual(text.length);
          expect(Number.isFinite(one.value)).toBe(true);
          end = one.end;
        }
      }),
      { numRuns: 300 },
    );
  });

  const comparisons = fc.constantFrom<[string, string]>(
    ["more than", ">"],
    ["mindestens", ">="],
    ["moins de", "<"],
    ["como máximo", "<="],
    [">", ">"],
    ["≤", "<="],
    ["unter", "<"],
    ["supera", ">"],
  );
  const units = fc.constantFrom<[string, string | null]>([" ms", "ms"], [" GB", "GB"], [" users", "users"], [" €", "EUR"], [" req/s", "requests/s"]);
  const numbers = fc.oneof(
    fc.integer({ min: 1, max: 999 }).map((value) => [String(value), value] as const),
    fc.integer({ min: 1_000, max: 9_999_999 }).map((value) => [value.toLocaleString("en-US"), value] as const),
    fc.integer({ min: 1_000_000, max: 9_999_999 }).map((value) => [value.toLocaleString("de-DE"), value] as const),
    fc.integer({ min: 1, max: 900 }).map((value) => [`${value}k`, value * 1_000] as const),
  );
  it("a comparison, a number and a unit are read back", () => {
    fc.assert(
      fc.property(comparisons, numbers, units, ([words, op], [written, value], [unitText, unit]) => {
        expect(findConditions(`x ${words} ${written}${unitText}`).map((one) => [one.op, one.value, one.unit])).toEqual([[op, value, unit]]);
      }),
      { numRuns: 500 },
    );
  });
});
