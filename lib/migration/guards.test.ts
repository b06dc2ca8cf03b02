import { describe, expect, it } from "vitest";
import { baselineOf, crossedLimit } from "./guard-baseline";
import { guardIssues } from "./guard-types";
import { countsFrom, judge, type Reading, waitOutMs } from "./guards";
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
    const { tripped, verdict, silent: _silent, alarming: _alarming, recovered: _recovered, detail: _detail, ...counters } = result;
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
  ] as const)("limit %s %d with %d", (op, limit, measured, breach) => expect(crossedLimit({ op, value: limit }, null, measured) !== null).toBe(breach));

  it("R-GRD-5 counts k bad ones among the last n", () => {
    const two = armed({ samples: 2, of: 4 });
    const readings = [9, 1, 1, 9].map((measured, index) => value((index + 1) * 1_000, measured));
    expect(feed(two, readings)).toMatchObject({ tripped: "breach", at: 4 });
    // The first bad one has left the window by then.
    const spread = [9, 1, 1, 1, 9].map((measured, index) => value((index + 1) * 1_000, measured));
    expect(feed(two, spread)).toMatchObject({ tripped: null, guard: { badStreak: 1, state: "bad" } });
  });

  it("R-GRD-5 waits for the minimum of requests behind the bad samples, however many samples are bad", () => {
    const source = { type: "haproxy", connection: "lb", backend: "app", server: "new", minRequests: 30 };
    const counted = (at: number, measured: number, requests: number): Reading => ({ type: "value", value: measured, at: plus(at), requests });
    const few = Array.from({ length: 5 }, (_one, index) => counted((index + 1) * 1_000, 50, 5));
    expect(feed(armed({ source }), few)).toMatchObject({ tripped: null, guard: { badRequests: 25, state: "bad" } });
    expect(feed(armed({ source }), [...few, counted(6_000, 50, 5)])).toMatchObject({ tripped: "breach", at: 6 });
    // Requests of good samples are no evidence, and a quiet window forgets those of old bad ones.
    const mixed = [...few, counted(6_000, 0, 500), counted(7_000, 0, 500), counted(8_000, 0, 500), counted(9_000, 50, 5)];
    expect(feed(armed({ source }), mixed)).toMatchObject({ tripped: null, guard: { badRequests: 5 } });
  });

  it("R-GRD-5 trips at once on a hard sign, but not on one from before the change", () => {
    const hard = (at: number): Reading => ({ type: "hard", reason: "refused", at: plus(at) });
    expect(judge(armed({ minSamples: 50 }), hard(1), T0, plus(1_000))).toMatchObject({
      tripped: "hard",
      state: "tripped",
      verdict: "bad",
      firstBadAt: plus(1),
    });
    expect(judge(armed(), hard(-1), T0, plus(1_000))).toMatchObject({ tripped: null, verdict: null });
  });

  it("R-GRD-6 remembers when the first of the bad samples was measured", () => {
    const result = feed(armed(), [value(1_000, 1), value(2_000, 9), value(3_000, 9), value(4_000, 9)]);
    expect(result).toMatchObject({ tripped: "breach", guard: { firstBadAt: plus(2_000) } });
    expect(judge(result.guard, value(5_000, 9), T0, plus(5_000)).firstBadAt).toEqual(plus(2_000));
  });

  it("a tripped guard is good again after as many good samples in a row as it took to trip", () => {
    let guard = armed({}, { state: "tripped", recent: "bbb", badStreak: 3, validSamples: 3, firstBadAt: plus(1), lastUsableAt: plus(3) });
    for (const [at, measured, state] of [
      [10, 1, "tripped"],
      [11, 1, "tripped"],
      [12, 9, "tripped"],
      [13, 1, "tripped"],
      [14, 1, "tripped"],
      [15, 1, "armed"],
    ] as const) {
      const {
        recovered,
        tripped,
        verdict: _verdict,
        silent: _silent,
        alarming: _alarming,
        detail: _detail,
        ...counters
      } = judge(guard, value(at, measured), T0, plus(1_000));
      expect([counters.state, recovered, tripped]).toEqual([state, state === "armed", null]);
      guard = { ...guard, ...counters };
    }
    expect(guard.firstBadAt).toBeNull();
  });

  it("R-GRD-9 is told after 30 s of silence, also where the policy waits longer", () => {
    const patient = armed({ noDataFor: "5m" }, { lastUsableAt: plus(1) });
    const at = (ms: number) => judge(patient, { type: "error", reason: "500" }, T0, plus(ms));
    expect([at(29_000).alarming, at(30_001).alarming, at(30_001).silent, at(300_001).silent]).toEqual([false, true, false, true]);
  });
});

describe("baseline (R-GRD-7)", () => {
  const normal = baselineOf([1, 1, 1, 1, 1, 1, 1, 2, 2, 90], T0, plus(1_000));
  const relative = (more: Record<string, unknown> = {}) => spec({ value: 50, baseline: { window: "5m", ratio: 3, floor: 2, ...more } });

  it("is the median of the window, and missing where there are too few values", () => {
    expect(normal).toMatchObject({ type: "known", median: 1, low: 1, high: 90, count: 10 });
    expect(baselineOf([1, 2, 3, 4, 5, 6, 7, 8, 9, Number.NaN], T0, plus(1)).type).toBe("missing");
    expect(baselineOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], T0, plus(1))).toMatchObject({ median: 5.5 });
  });

  it.each([
    [2.9, null],
    [3.1, { kind: "baseline", value: 3 }],
    [51, { kind: "absolute", value: 50 }],
  ])("trips on the absolute limit or on the ratio: %d", (measured, limit) => expect(crossedLimit(relative(), normal, measured)).toEqual(limit));

  it("never falls below its floor: three times nearly nothing is still nearly nothing", () => {
    const quiet = baselineOf(
      Array.from({ length: 10 }, () => 0.01),
      T0,
      plus(1),
    );
    expect([crossedLimit(relative(), quiet, 1.9), crossedLimit(relative(), quiet, 2.1)?.value]).toEqual([null, 2]);
    const busy = spec({ op: "<", value: 1, baseline: { window: "5m", ratio: 0.5, floor: 10 } });
    const hundred = baselineOf(
      Array.from({ length: 10 }, () => 100),
      T0,
      plus(1),
    );
    expect([crossedLimit(busy, hundred, 12), crossedLimit(busy, hundred, 9)?.value]).toEqual([null, 10]);
  });

  it("missing or not recorded yet: only the absolute limit holds", () => {
    const missing = baselineOf([], T0, plus(1));
    for (const known of [null, missing]) expect([crossedLimit(relative(), known, 49), crossedLimit(relative(), known, 51)?.kind]).toEqual([null, "absolute"]);
  });

  it("a guard judges by it", () => {
    const guard = armed({ value: 50, baseline: { window: "5m", ratio: 3, floor: 2 } }, { baseline: normal });
    expect(
      feed(
        guard,
        [4, 5, 6].map((measured, index) => value((index + 1) * 1_000, measured)),
      ),
    ).toMatchObject({ tripped: "breach", at: 3 });
    expect(
      feed(
        { ...guard, baseline: null },
        [4, 5, 6].map((measured, index) => value((index + 1) * 1_000, measured)),
      ),
    ).toMatchObject({ tripped: null });
  });
});

describe("countsFrom (R-GRD-4)", () => {
  const SHIFT = {
    key: "s",
    title: "S",
    kind: "traffic.shift",
    with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [5, 9].map((percent) => ({ percent, hold: "0" })) },
  };
  const query = (text: string, scrape = "1s") => armed({ source: { type: "promql", connection: "prom", query: text, scrape } });

  it("counts from the newest change of traffic", () => {
    let run = withStep(testRun([SHIFT]), 0, { effectAt: plus(1_000) });
    expect(countsFrom(run, armed())).toEqual(plus(1_000));
    run = withStep(run, 1, { effectAt: plus(9_000) });
    expect(countsFrom(run, armed())).toEqual(plus(9_000));
  });

  it("F-GRD-7 waits until the longest window of the query and one scrape are past the change", () => {
    const run = withStep(testRun([SHIFT]), 0, { effectAt: plus(1_000) });
    const guard = query("rate(a[5s]) / rate(b[1m])");
    expect(waitOutMs(guard.spec)).toBe(61_000);
    expect(countsFrom(run, guard)).toEqual(plus(62_000));
    expect(judge(guard, value(61_900, 9), countsFrom(run, guard), plus(62_000)).verdict).toBeNull();
    expect(judge(guard, value(62_100, 9), countsFrom(run, guard), plus(63_000)).verdict).toBe("bad");
    // Before any change there is nothing to wait out.
    expect(countsFrom(testRun([SHIFT]), guard)).toEqual(T0);
  });

  it("never counts a query that is fixed in time", () => {
    const run = testRun([SHIFT]);
    expect(judge(query("rate(a[5s] @ end())"), value(1_000, 9), countsFrom(run, query("rate(a[5s] @ end())")), plus(2_000)).verdict).toBeNull();
  });
});

describe("what a guard may be (B-5, B-6)", () => {
  const refused = (more: Record<string, unknown>) => guard.safeParse({ ...spec(), ...more }).error?.issues.map((issue) => issue.path.join(".")) ?? [];
  it.each([
    ["NaN", { value: Number.NaN }, "value"],
    ["infinity", { value: Number.POSITIVE_INFINITY }, "value"],
    ["a count of 0", { samples: 0 }, "samples"],
    ["fewer samples than bad ones", { samples: 3, of: 2 }, "of"],
    ["an interval of 0", { interval: "0" }, "interval"],
    ["an interval of a day", { interval: "24h" }, "interval"],
    ["no word for a time", { interval: "soon", baseline: { window: "never", ratio: 2, floor: 1 } }, "interval"],
    ["a ratio that is always passed", { baseline: { window: "5m", ratio: 1, floor: 1 } }, "baseline.ratio"],
    ["a ratio the wrong way round", { op: "<", baseline: { window: "5m", ratio: 2, floor: 1 } }, "baseline.ratio"],
    ["a window without room for samples", { interval: "1m", baseline: { window: "5m", ratio: 2, floor: 1 } }, "baseline.window"],
    ["an empty query", { source: { type: "promql", connection: "prom", query: "" } }, "source.query"],
    ["a query of 1 MB", { source: { type: "promql", connection: "prom", query: "a".repeat(1_000_000) } }, "source.query"],
    ["a probe ten times a second", { source: { type: "probe", connections: ["db"], perSecond: 10 } }, "source.perSecond"],
    ["a table that is SQL", { source: { type: "probe", connections: ["db"], table: 'x"; DROP TABLE y' } }, "source.table"],
    ["a server that is a command", { source: { type: "haproxy", connection: "lb", backend: "app", server: "new; disable" } }, "source.server"],
  ])("refuses %s", (_name, more, path) => expect(refused(more)).toContain(path));

  it("accepts what is meant", () => {
    expect(refused({ samples: 2, of: 5, baseline: { window: "5m", ratio: 2, floor: 1 } })).toEqual([]);
    expect(guardIssues(spec({ op: "<=", baseline: { window: "5m", ratio: 0.5, floor: 1 } }))).toEqual([]);
  });
});
