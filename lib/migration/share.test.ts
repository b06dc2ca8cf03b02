import { describe, expect, it } from "vitest";
import { pointOf, type ShareBucket, shareSentence, stagesOf, waysOf, wayTitles, withGaps } from "./share";
import type { StepState } from "./snapshot";

const T0 = Date.UTC(2026, 10, 29, 3);
const counts = (old: number, fresh: number, process = "1") => ({ process, old, new: fresh });
const bucket = (seconds: number, set: number, percent: number | null, answers: number | null): ShareBucket => ({
  at: new Date(T0 + seconds * 1_000),
  set,
  percent,
  answers,
});

function stage(key: string, percent: number, more: Partial<StepState> = {}, backend = "app"): StepState {
  const target = { connection: "lb", backend, oldServer: "old", newServer: "new", minRequests: 0, tolerance: 5 as const };
  const at = new Date(T0);
  return {
    key,
    status: "succeeded",
    startedAt: at,
    effectAt: at,
    spec: { kind: "traffic.set", key, title: key, with: { ...target, percent } },
    ...more,
  } as StepState;
}

const setOf = (steps: StepState[]) => waysOf(steps).map((way) => [way.key, way.step.key, way.set]);

describe("ways of a run", () => {
  it("have the share of the stage whose effect is there, and are not looked at before their first stage begins", () => {
    const pending = stage("c", 100, { status: "pending", startedAt: null, effectAt: null });
    expect(setOf([stage("a", 10), stage("b", 25, { status: "running", effectAt: null }), pending])).toEqual([["lb/app/old/new", "b", 10]]);
    expect(setOf([pending])).toEqual([]);
    expect(setOf([stage("a", 10), stage("x", 50, {}, "api")])).toEqual([
      ["lb/app/old/new", "a", 10],
      ["lb/api/old/new", "x", 50],
    ]);
  });

  it("have no share on the new side once one stage is undone", () => {
    expect(setOf([stage("a", 10), stage("b", 25, { status: "undone" })])).toEqual([["lb/app/old/new", "b", 0]]);
  });
});

describe("titles of ways", () => {
  const way = (connection: string, backend: string) =>
    ({ with: { ...stage("a", 10).spec.with, connection, backend } }) as Parameters<typeof wayTitles>[0][number];

  it("are short, and in full where two would read alike", () => {
    expect([...wayTitles([way("lb", "app"), way("lb", "app"), way("lb", "api")]).values()]).toEqual(["app/new", "api/new"]);
    expect([...wayTitles([way("eu", "app"), way("us", "app"), way("us", "api")])]).toEqual([
      ["eu/app/old/new", "eu: app, old → new"],
      ["us/app/old/new", "us: app, old → new"],
      ["us/api/old/new", "api/new"],
    ]);
  });
});

describe("the point of a look", () => {
  it("counts answers between two looks at the same share, and none across a change, a restart or at first", () => {
    const last = { set: 25, counts: counts(1_000, 100) };
    expect(pointOf(25, { counts: counts(1_075, 125), percent: null }, last)).toEqual({ set: 25, percent: 25, answers: 100 });
    expect(pointOf(50, { counts: counts(1_075, 125), percent: null }, last)).toEqual({ set: 50, percent: null, answers: 0 });
    expect(pointOf(25, { counts: counts(5, 5, "2"), percent: null }, last)).toEqual({ set: 25, percent: null, answers: 0 });
    expect(pointOf(25, { counts: counts(5, 5), percent: null }, null)).toEqual({ set: 25, percent: null, answers: 0 });
    expect(pointOf(25, { counts: counts(1_000, 100), percent: null }, last)).toEqual({ set: 25, percent: null, answers: 0 });
  });

  it("takes the percent of a query as it is, within 0 and 100", () => {
    expect(pointOf(25, { counts: null, percent: 24.5 }, null)).toEqual({ set: 25, percent: 24.5, answers: null });
    expect(pointOf(100, { counts: null, percent: 100.4 }, null).percent).toBe(100);
    expect(pointOf(25, { counts: null, percent: null }, null)).toEqual({ set: 25, percent: null, answers: null });
  });
});

describe("stages and sentence", () => {
  const buckets = [bucket(0, 10, null, 0), bucket(5, 10, 8, 100), bucket(10, 10, 11, 300), bucket(15, 25, 30, 10), bucket(20, 0, 0, 50)];

  it("puts stretches of one share together, weighed by answers", () => {
    expect(stagesOf(buckets).map(({ from, ...rest }) => [(from.getTime() - T0) / 1_000, rest])).toEqual([
      [0, { set: 10, percent: 10.25, answers: 400 }],
      [15, { set: 25, percent: 30, answers: 10 }],
      [20, { set: 0, percent: 0, answers: 50 }],
    ]);
    expect(stagesOf([])).toEqual([]);
  });

  it("has an empty place where nobody looked", () => {
    const [first, second, third] = [bucket(0, 10, 9, 50), bucket(30, 10, 11, 50), bucket(200, 10, 10, 50)];
    expect(withGaps([first, second, third], 90_000)).toEqual([first, second, { ...bucket(30.001, 10, null, null) }, third]);
    expect(withGaps([], 90_000)).toEqual([]);
  });

  it("says what is set and what was measured lately, or why nothing was", () => {
    const at = (seconds: number) => new Date(T0 + seconds * 1_000);
    expect(shareSentence(buckets.slice(0, 3), at(12))).toBe("10 % set, 10.3 % measured of 400 answers in the last minute.");
    expect(shareSentence(buckets.slice(0, 3), at(68))).toBe("10 % set, 11 % measured of 300 answers in the last minute.");
    expect(shareSentence(buckets.slice(0, 3), at(200))).toBe("10 % set; no look succeeded in the last minute.");
    expect(shareSentence([bucket(0, 25, null, 0)], at(1))).toBe("25 % set; nobody was answered in the last minute.");
    expect(shareSentence([bucket(0, 25, null, null)], at(1))).toBe("25 % set; nobody measures the real share.");
    expect(shareSentence([bucket(0, 25, 24.44, null)], at(1))).toBe("25 % set, 24.4 % measured.");
    expect(shareSentence([], at(0))).toBe("Nothing was measured yet.");
  });
});
