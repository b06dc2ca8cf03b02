import { describe, expect, it } from "vitest";
import { BLOWS, scheduleOf } from "./schedule";

describe("F-ALL the schedule of a chaos run", () => {
  it("is the same for the same seed, another one for another seed or run", () => {
    expect(scheduleOf(7, 3, 60_000)).toEqual(scheduleOf(7, 3, 60_000));
    expect(scheduleOf(7, 3, 60_000)).not.toEqual(scheduleOf(8, 3, 60_000));
    expect(scheduleOf(7, 3, 60_000)).not.toEqual(scheduleOf(7, 4, 60_000));
  });

  it("strikes every 1 to 10 s, in every way, and goes both ways over many runs", () => {
    const all = Array.from({ length: 60 }, (_, run) => scheduleOf(1, run, 60_000));
    const blows = all.flatMap((one) => one.blows);
    expect(blows.every((one) => one.afterMs >= 1_000 && one.afterMs <= 10_000)).toBe(true);
    expect(new Set(blows.map((one) => one.blow))).toEqual(new Set(BLOWS));
    expect(new Set(blows.map((one) => one.victim))).toEqual(new Set([0, 1]));
    expect(new Set(all.map((one) => one.goes))).toEqual(new Set(["through", "back"]));
    expect(all.every((one) => one.blows.length >= 5)).toBe(true);
  });
});
