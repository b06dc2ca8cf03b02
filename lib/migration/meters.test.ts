import { describe, expect, it } from "vitest";
import { breaches, grainOf, losslessNow, meterEvents } from "./meters";
import { plus, T0 } from "./testing/run";
import type { Watch } from "./watch-types";

const quiet: Watch = { back: "lossless", why: "", backSeconds: 0, writesAtRisk: 0, lag: { bytes: 0, seconds: 0 }, alarms: [], breach: null };
const meter = (change: Partial<Watch>, at = T0) => ({ stepKey: "move.sync", at, watch: { ...quiet, ...change } });

describe("meters", () => {
  it("F-PG-25: going back is lossless only while every meter says so and is at most 5 s old", () => {
    expect(losslessNow([], T0)).toBe(true);
    expect(losslessNow([meter({})], plus(5_000))).toBe(true);
    expect(losslessNow([meter({})], plus(5_001))).toBe(false);
    expect(losslessNow([meter({}), meter({ back: "lossy" })], T0)).toBe(false);
    expect(losslessNow([meter({ back: "impossible" })], T0)).toBe(false);
  });

  it("a breach is told once and holds the run until it is gone", () => {
    expect(breaches([meter({}), meter({ breach: "the slot is lost" })])).toEqual(["move.sync: the slot is lost"]);
    const told = meterEvents("Move", quiet, { ...quiet, breach: "the slot is lost" });
    expect(told).toEqual([{ type: "meter.breached", message: '"Move": the slot is lost', holds: true }]);
    expect(meterEvents("Move", { ...quiet, breach: "the slot is lost" }, { ...quiet, breach: "the slot is lost" })).toEqual([]);
    expect(meterEvents("Move", { ...quiet, breach: "the slot is lost" }, quiet).map((event) => event.type)).toEqual(["meter.cleared"]);
  });

  it("tells when the way back closes and opens, and each alarm once", () => {
    expect(meterEvents("Move", null, quiet)).toEqual([]);
    expect(meterEvents("Move", null, { ...quiet, back: "lossy", why: "nothing follows" })[0]?.message).toBe(
      '"Move": Going back would lose writes: nothing follows',
    );
    expect(meterEvents("Move", { ...quiet, back: "lossy" }, quiet).map((event) => event.type)).toEqual(["meter.back"]);
    expect(meterEvents("Move", { ...quiet, alarms: ["a"] }, { ...quiet, alarms: ["a", "b"] }).map((event) => event.message)).toEqual(['"Move": b']);
  });

  it("keeps a thinned history: ten seconds, a minute, ten minutes, and every change", () => {
    const at = (ms: number) => new Date(600_000 * 10 + ms);
    expect(grainOf(null, at(5), false)).toBe(2);
    expect(grainOf(at(5), at(9_999), false)).toBeNull();
    expect(grainOf(at(5), at(10_000), false)).toBe(0);
    expect(grainOf(at(50_000), at(60_001), false)).toBe(1);
    expect(grainOf(at(590_000), at(600_000), false)).toBe(2);
    expect(grainOf(at(5), at(1_000), true)).toBe(2);
  });
});
