import { describe, expect, it } from "vitest";
import { giveUpWindow, measuredPercent, measureOn, stageVerdict, startMeasuring } from "./measure";

const T0 = new Date("2026-03-01T10:00:00Z");
const plus = (seconds: number) => new Date(T0.getTime() + seconds * 1_000);
const counts = (old: number, fresh: number, process = "1") => ({ process, old, new: fresh });
const wish = (values: object = {}) => ({ percent: 25, minRequests: 0, tolerance: 5 as number | "none", ...values });

describe("the measured share", () => {
  it("counts from the change on, not what was answered before", () => {
    const measured = measureOn(startMeasuring(counts(1_000, 0), T0), counts(1_075, 25), plus(10));
    expect(measuredPercent(measured)).toBe(25);
    expect(stageVerdict(wish(), measured)).toEqual({ good: true, message: "measured 25.0 % of 100 requests, set 25 %" });
  });

  it("says nothing without requests, and with too few", () => {
    const start = startMeasuring(counts(0, 0), T0);
    expect(stageVerdict(wish(), start)).toMatchObject({ good: false, message: expect.stringContaining("no request was measured yet") });
    expect(stageVerdict(wish(), measureOn(start, counts(36, 13), plus(1)))).toMatchObject({
      good: false,
      message: expect.stringContaining("50 requests are needed"),
    });
    expect(stageVerdict(wish(), measureOn(start, counts(37, 13), plus(1)))).toMatchObject({ good: true });
  });

  it("does not go on outside of the tolerance, whatever is set, and waits for the samples", () => {
    const measured = measureOn(startMeasuring(counts(0, 0), T0), counts(81, 19), plus(1));
    expect(stageVerdict(wish(), measured).good).toBe(false);
    expect(stageVerdict(wish({ tolerance: 6 }), measured).good).toBe(true);
    expect(stageVerdict(wish({ tolerance: "none" }), measured).good).toBe(true);
    expect(stageVerdict(wish({ tolerance: "none", minRequests: 20 }), measured)).toEqual({ good: false, message: "19 of 20 answers of the new side" });
  });

  it("begins a new window after a restart, and keeps the answers that were counted", () => {
    const first = measureOn(startMeasuring(counts(0, 0), T0), counts(60, 20), plus(1));
    const restarted = measureOn(first, counts(500, 0, "2"), plus(2));
    expect(measuredPercent(restarted)).toBeNull();
    expect(restarted.total).toEqual({ old: 60, new: 20 });
    expect(measureOn(restarted, counts(530, 10, "2"), plus(3)).total).toEqual({ old: 90, new: 30 });
    // A counter that went back is a restart too, where the process cannot be told.
    expect(measuredPercent(measureOn(first, counts(10, 10), plus(2)))).toBeNull();
  });

  it("gives up a window that does not fit after a minute, so that an old deviation does not count for ever", () => {
    const odd = measureOn(startMeasuring(counts(0, 0), T0), counts(100, 0), plus(59));
    expect(giveUpWindow(odd, plus(59))).toBe(odd);
    const fresh = giveUpWindow(odd, plus(60));
    expect(measuredPercent(measureOn(fresh, counts(175, 25), plus(61)))).toBe(25);
    const few = measureOn(startMeasuring(counts(0, 0), T0), counts(10, 0), plus(300));
    expect(giveUpWindow(few, plus(300))).toBe(few);
  });
});
