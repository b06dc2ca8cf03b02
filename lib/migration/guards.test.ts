import { describe, expect, it } from "vitest";
import { countsFrom, guardsToArm, holdReasons, isBreach, judge, type Reading, tripAction } from "./guards";
import type { GuardState } from "./snapshot";
import { plus, T0, testGuard, testRun, withStep } from "./testing/run";
import { guard } from "./types";

const spec = (more: Record<string, unknown> = {}) =>
  guard.parse({ key: "errors", title: "Errors", source: { type: "metric", metric: "errors" }, op: ">", value: 5, samples: 3, noDataFor: "30s", ...more });
const armed = (more: Record<string, unknown> = {}, change: Partial<GuardState> = {}) =>
  testGuard({ spec: spec(more), state: "inconclusive", armedAt: T0, ...change });
const value = (at: number, measured: number): Reading => ({ type: "value", value: measured, at: plus(at) });

/** Feeds readings one second apart and returns the guard after them with the cause of its first trip. */
function feed(start: GuardState, readings: Reading[]): { guard: GuardState; tripped: string | null; at: number } {
  let current = start;
  for (const [index, reading] of readings.entries()) {
    const result = judge(current, reading, T0, plus((index + 1) * 1_000));
    const { tripped, verdict, silent: _silent, detail: _detail, ...counters } = result;
    current = { ...current, ...counters, lastVerdict: verdict ?? current.lastVerdict };
    if (tripped !== null) return { guard: current, tripped, at: index + 1 };
  }
  return { guard: current, tripped: null, at: readings.length };
}

describe("judge", () => {
  it("trips after k bad samples in a row, not before (R-GRD-5)", () => {
    expect(
      feed(
        armed(),
        [1, 2].map((n) => value(n, 9)),
      ),
    ).toMatchObject({ tripped: null, guard: { state: "bad", badStreak: 2 } });
    expect(
      feed(
        armed(),
        [1, 2, 3].map((n) => value(n, 9)),
      ),
    ).toMatchObject({ tripped: "breach", at: 3 });
  });

  it("F-GRD-2 forgets one bad second", () => {
    expect(feed(armed(), [value(1, 9), value(2, 9), value(3, 1), value(4, 9), value(5, 9)])).toMatchObject({ tripped: null, guard: { badStreak: 2 } });
  });

  it("does not count the same sample twice", () => {
    expect(feed(armed(), [value(1, 9), value(1, 9), value(1, 9), value(1, 9)])).toMatchObject({ tripped: null, guard: { badStreak: 1, validSamples: 1 } });
  });

  it("F-GRD-7 ignores samples from before the newest effect and starts to count again after it", () => {
    expect(judge(armed(), value(-5, 9), T0, plus(1_000)).verdict).toBeNull();
    const before = armed({}, { state: "bad", badStreak: 2, validSamples: 8, lastUsableAt: plus(900) });
    const result = judge(before, value(2_000, 9), plus(1_000), plus(2_000));
    expect(result).toMatchObject({ badStreak: 1, validSamples: 1, tripped: null });
  });

  it("R-GRD-1 says nothing before it has enough samples", () => {
    const few = armed({ minSamples: 3, samples: 1 });
    expect(feed(few, [value(1, 9), value(2, 9)])).toMatchObject({ tripped: null, guard: { state: "bad" } });
    expect(feed(few, [value(1, 1), value(2, 1)])).toMatchObject({ guard: { state: "inconclusive" } });
    expect(feed(few, [value(1, 9), value(2, 9), value(3, 9)]).tripped).toBe("breach");
    expect(
      feed(
        few,
        [1, 2, 3].map((n) => value(n, 1)),
      ).guard.state,
    ).toBe("armed");
  });

  it.each([
    ["nodata", { type: "nodata", reason: "empty" }, "nodata"],
    ["error", { type: "error", reason: "500" }, "error"],
    ["NaN", { type: "value", value: Number.NaN, at: plus(1_000) }, "nodata"],
    ["Infinity", { type: "value", value: Number.POSITIVE_INFINITY, at: plus(1_000) }, "nodata"],
  ] as [string, Reading, string][])("F-GRD-4 %s is never healthy and never bad", (_name, reading, verdict) => {
    const ok = armed({}, { state: "armed", validSamples: 5, lastUsableAt: plus(1) });
    expect(judge(ok, reading, T0, plus(2_000))).toMatchObject({ verdict, state: "armed", tripped: null, silent: false });
    expect(judge(ok, reading, T0, plus(31_000))).toMatchObject({ verdict, state: "inconclusive", tripped: null, silent: true });
  });

  it.each([
    ["hold", null, "inconclusive"],
    ["ignore", null, "inconclusive"],
    ["rollback", "no-data", "tripped"],
  ] as const)("R-GRD-9 silence with policy %s", (noData, tripped, state) => {
    const result = judge(armed({ noData }), { type: "nodata", reason: "empty" }, T0, plus(30_000));
    expect([result.tripped, result.state]).toEqual([tripped, state]);
    expect(judge(armed({ noData }), { type: "nodata", reason: "empty" }, T0, plus(29_000)).tripped).toBeNull();
  });

  it("trips once: a tripped guard does not trip again", () => {
    const tripped = armed({}, { state: "tripped", badStreak: 3, validSamples: 3, lastUsableAt: plus(3) });
    expect(judge(tripped, value(5_000, 9), T0, plus(5_000)).tripped).toBeNull();
  });

  it.each([
    [">", 5, 6, true],
    [">", 5, 5, false],
    [">=", 5, 5, true],
    ["<", 5, 4, true],
    ["<", 5, 5, false],
    ["<=", 5, 5, true],
  ] as const)("limit %s %d with %d", (op, limit, measured, breach) => expect(isBreach({ op, value: limit }, measured)).toBe(breach));
});

describe("tripAction", () => {
  const SHIFT = {
    key: "s",
    title: "S",
    kind: "traffic.shift",
    with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [{ percent: 5, hold: "0" }] },
  };
  const DROP = { key: "d", title: "Drop", kind: "manual", pointOfNoReturn: true };

  it("rolls back once, holds afterwards, and only tells during a rollback (R-GRD-8, F-GRD-6)", () => {
    const run = testRun([SHIFT]);
    expect(tripAction(run, armed(), "breach").action).toBe("rollback");
    expect(tripAction({ ...run, autoRollbacks: 1 }, armed(), "breach").action).toBe("hold");
    expect(tripAction({ ...run, direction: "back", meters: [] }, armed(), "breach").action).toBe("alarm");
    expect(tripAction(run, armed({ effect: "hold" }), "breach").action).toBe("hold");
  });

  it("never rolls back by itself past the point of no return", () => {
    const run = withStep(testRun([DROP]), 0, { status: "succeeded", startedAt: T0 });
    expect(tripAction(run, armed(), "breach").action).toBe("hold");
    expect(tripAction(testRun([DROP]), armed(), "breach").action).toBe("rollback");
  });
});

describe("arming and holding", () => {
  it("arms by moment", () => {
    const run = testRun([{ key: "m", title: "M", kind: "manual" }], {
      guards: [testGuard({ position: 0, spec: spec({ arm: "start" }) }), testGuard({ position: 1, spec: spec({ arm: "traffic" }) })],
    });
    expect(guardsToArm(run, "start").map((one) => one.position)).toEqual([0]);
    expect(guardsToArm(run, "traffic").map((one) => one.position)).toEqual([0, 1]);
  });

  it("counts from the newest change of traffic", () => {
    const SHIFT = {
      key: "s",
      title: "S",
      kind: "traffic.shift",
      with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [5, 9].map((percent) => ({ percent, hold: "0" })) },
    };
    let run = withStep(testRun([SHIFT]), 0, { effectAt: plus(1_000) });
    expect(countsFrom(run, armed())).toEqual(plus(1_000));
    run = withStep(run, 1, { effectAt: plus(9_000) });
    expect(countsFrom(run, armed())).toEqual(plus(9_000));
  });

  it("holds while a guard is breached, doubtful or silent, unless silence is to be ignored", () => {
    const held = (change: Partial<GuardState>) => holdReasons({ guards: [testGuard(change)], direction: "forward", meters: [] }).length;
    expect([held({ state: "idle" }), held({ state: "armed" }), held({ state: "disarmed" })]).toEqual([0, 0, 0]);
    expect([held({ state: "bad" }), held({ state: "tripped" }), held({ state: "inconclusive" })]).toEqual([1, 1, 1]);
    expect(held({ state: "inconclusive", spec: spec({ noData: "ignore" }) })).toBe(0);
    expect(holdReasons({ guards: [testGuard({ state: "tripped" })], direction: "back", meters: [] })).toEqual([]);
  });
});
