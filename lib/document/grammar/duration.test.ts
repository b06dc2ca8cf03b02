import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDuration, parseDuration } from "@/lib/core/duration";
import { findCalendars } from "./calendar";
import { durationText, findDurations } from "./duration";

const read = (text: string) => findDurations(text).map((one) => (one.maxDuration === null ? one.duration : `${one.duration}..${one.maxDuration}`));

describe("durations in running text", () => {
  it.each([
    ["watch it for 24 hours", ["24h"]],
    ["takes 5-10 min", ["5m..10m"]],
    ["1 to 2 hours of work", ["1h..2h"]],
    ["a 2-hour window", ["2h"]],
    ["retry after 500ms, give up after 5m", ["500ms", "5m"]],
    ["1h30m, or 1 hour and 30 minutes", ["1h30m", "1h30m"]],
    ["nach zwei Wochen, spätestens nach 30 Tagen", ["2w", "30d"]],
    ["environ deux heures", ["2h"]],
    ["durante 1,5 horas", ["1h30m"]],
    ["wait half an hour", ["30m"]],
    ["in 3 business days", ["3d"]],
    ["keep 90-day archives", ["90d"]],
    ["stays for 3 months", ["90d"]],
    ["budget $5M, 5 M rows, S3, the 1990s, 24/7, once a week", []],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it("gives the place of each mention", () => {
    const text = "first wait 5 minutes, then monitor for 2 days";
    for (const one of findDurations(text)) expect(text.slice(one.start, one.end)).toBe(one.text);
    expect(findDurations(text).map((one) => one.text)).toEqual(["5 minutes", "2 days"]);
  });

  it("writes durations that the rest of the product understands", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (ms) => {
        expect(parseDuration(durationText(ms))).toBe(ms);
      }),
    );
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        for (const one of findDurations(text)) {
          expect(isDuration(one.duration)).toBe(true);
          expect(one.end).toBeGreaterThan(one.start);
        }
      }),
    );
  });
});

const places = (text: string) => findCalendars(text).map(({ start: _start, end: _end, text: _text, ...rest }) => rest);

describe("places in a calendar", () => {
  it.each([
    ["Week 1-2: preparation", [{ weeks: [1, 2] }]],
    ["Weeks 3 & 4 (Day 5)", [{ weeks: [3, 4] }, { days: [5, 5] }]],
    ["Woche 2 bis 3", [{ weeks: [2, 3] }]],
    ["Semaine 3 à 4", [{ weeks: [3, 4] }]],
    ["Meses 4-6", [{ months: [4, 6] }]],
    ["T+0:15 - T+0:45 copy", [{ offset: "15m", offsetEnd: "45m" }]],
    ["T-24h freeze, T-0 go", [{ offset: "-24h" }, { offset: "0" }]],
    ["J+7", [{ offset: "7d" }]],
    ["T+1:30", [{ offset: "1h30m" }]],
    ["T-7 days", [{ offset: "-7d" }]],
    ["Hour 1-2", [{ offset: "1h", offsetEnd: "2h" }]],
    ["Day 1 10% of traffic", [{ days: [1, 1] }]],
    ["Phase -1, version 2, weekly", []],
  ])("reads %j", (text, expected) => {
    expect(places(text)).toEqual(expected);
  });
});
