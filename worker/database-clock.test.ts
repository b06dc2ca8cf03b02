import { describe, expect, it } from "vitest";
import { DatabaseClock } from "./database-clock";

const reading = (databaseMs: number, askedMs: number, answeredMs: number) => ({ databaseAt: new Date(databaseMs), askedMs, answeredMs });
const clockOf = (...readings: ReturnType<typeof reading>[]) => {
  const clock = new DatabaseClock();
  for (const one of readings) clock.take(one);
  return clock;
};
/** The difference the clock sees, and how far it may be off. */
const seen = (clock: DatabaseClock) => [clock.at(0).getTime(), clock.uncertaintyMs()];

describe("the database's clock", () => {
  it("F-ENG-15: an answer that was read late is not taken for the present: it lies somewhere between question and answer", () => {
    // Asked at 1000, answered by the database at once, read four seconds later.
    const clock = clockOf(reading(501_000, 1_000, 5_000));
    expect(seen(clock)).toEqual([498_000, 2_000.5]);
    expect(Math.abs(clock.at(1_000).getTime() - 501_000)).toBeLessThanOrEqual(clock.uncertaintyMs());
  });

  it("a quick answer narrows what slow ones left open, before and after", () => {
    const quick = reading(600_010, 100_000, 100_019);
    const slow = reading(603_000, 102_000, 109_000);
    expect(seen(clockOf(slow, quick))).toEqual([500_001, 10]);
    expect(seen(clockOf(quick, slow))).toEqual([500_001, 10]);
  });

  it("a clock that was set counts from then on", () => {
    const clock = clockOf(reading(501_000, 1_000, 1_009), reading(4_102_000, 2_000, 2_009));
    expect(seen(clock)).toEqual([4_099_996, 5]);
  });
});
