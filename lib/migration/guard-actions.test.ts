import { describe, expect, it } from "vitest";
import { guardsToArm, holdReasons, isSwitching, nextSignal, tripAction } from "./guard-actions";
import type { Meter } from "./meters";
import type { GuardState } from "./snapshot";
import { plus, T0, testGuard, testRun, withStep } from "./testing/run";
import { guard } from "./types";

const spec = (more: Record<string, unknown> = {}) =>
  guard.parse({ key: "errors", title: "Errors", source: { type: "metric", metric: "errors" }, op: ">", value: 5, samples: 3, noDataFor: "30s", ...more });
const armed = (more: Record<string, unknown> = {}) => testGuard({ spec: spec(more), state: "inconclusive", armedAt: T0 });

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
    expect(tripAction(run, armed(), "breach", T0, true).action).toBe("rollback");
    expect(tripAction({ ...run, autoRollbacks: 1 }, armed(), "breach", T0, true).action).toBe("hold");
    expect(tripAction({ ...run, direction: "back", meters: [] }, armed(), "breach", T0, true).action).toBe("alarm");
    expect(tripAction(run, armed({ effect: "hold" }), "breach", T0, true).action).toBe("hold");
    for (const effect of ["rollback", "pause", "hold"])
      expect(tripAction({ ...run, desired: "rollback", autoRollbacks: 1 }, armed({ effect }), "breach", T0, true).action).toBe("alarm");
  });

  it("never rolls back by itself past the point of no return", () => {
    const run = withStep(testRun([DROP]), 0, { status: "succeeded", startedAt: T0 });
    expect(tripAction(run, armed(), "breach", T0, true).action).toBe("hold");
    expect(tripAction(testRun([DROP]), armed(), "breach", T0, true).action).toBe("rollback");
  });

  const watch = { back: "lossless", why: "followed", backSeconds: 1, writesAtRisk: 0, lag: null, breach: null } as const;
  const meter = (change: Partial<Meter["watch"]> = {}, at = T0): Meter => ({
    stepId: "x",
    stepKey: "move",
    at,
    watch: { ...watch, alarms: [], ...change },
    error: null,
  });

  it("R-GRD-8, F-PG-25 rolls back only while going back loses nothing, otherwise it holds and asks for a person", () => {
    const act = (meters: Meter[], at = T0, settled = true) => tripAction({ ...testRun([SHIFT]), meters }, armed(), "breach", at, settled);
    expect(act([meter()])).toMatchObject({ action: "rollback", page: false });
    expect(act([meter(), meter({ back: "lossy", why: "the reverse slot is gone" })])).toEqual({
      action: "hold",
      why: "move: the reverse slot is gone",
      page: true,
    });
    expect(act([meter({ back: "impossible", why: "the source is away" })])).toMatchObject({ action: "hold", page: true });
    expect(act([meter()], plus(5_001))).toMatchObject({ action: "hold", page: true });
    expect(act([meter()], plus(5_000))).toMatchObject({ action: "rollback" });
    const hard = tripAction({ ...testRun([SHIFT]), meters: [meter({ back: "lossy" })] }, armed(), "hard", T0, true);
    expect(hard).toMatchObject({ action: "hold", page: true });
  });

  it("F-GRD-8 a worker that has just taken over measures first whether going back loses nothing", () => {
    const run = { ...testRun([SHIFT]), meters: [meter()] };
    expect(tripAction(run, armed(), "breach", plus(9_000), false).action).toBe("defer");
    // What is known to be lossy is not waited for.
    expect(tripAction({ ...run, meters: [meter({ back: "lossy" }, plus(9_000))] }, armed(), "breach", plus(9_000), false).action).toBe("hold");
  });

  it("a signal pauses a running run, and only holds one that observes or stands still", () => {
    const run = testRun([SHIFT]);
    const signal = armed({ effect: "pause" });
    expect(tripAction(run, signal, "breach", T0, true)).toMatchObject({ action: "pause", page: false });
    expect(tripAction({ ...run, status: "observing" }, signal, "breach", T0, true).action).toBe("hold");
    expect(tripAction({ ...run, direction: "back" }, signal, "breach", T0, true).action).toBe("alarm");
    // The no-data policy is its own rule.
    expect(tripAction(run, signal, "no-data", T0, true).action).toBe("rollback");
  });

  it("says which other signal a paused run waits for", () => {
    const signals = ["a", "b"].map((key, position) => testGuard({ position, spec: spec({ key, effect: "pause" }), state: "tripped" }));
    expect(nextSignal({ guards: signals }, "a")).toBe("b");
    expect(nextSignal({ guards: signals.slice(0, 1) }, "a")).toBeNull();
  });

  it("knows when a change of traffic is under way", () => {
    const run = testRun([SHIFT]);
    expect(isSwitching(run)).toBe(false);
    expect(isSwitching(withStep(run, 0, { status: "running", startedAt: T0 }))).toBe(true);
    expect(isSwitching(withStep(run, 0, { status: "running", startedAt: T0, effectAt: T0 }))).toBe(false);
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

  it("holds while a guard is breached, doubtful or silent, unless silence is to be ignored", () => {
    const held = (change: Partial<GuardState>) => holdReasons({ guards: [testGuard(change)], direction: "forward", meters: [] }).length;
    expect([held({ state: "idle" }), held({ state: "armed" }), held({ state: "disarmed" })]).toEqual([0, 0, 0]);
    expect([held({ state: "bad" }), held({ state: "tripped" }), held({ state: "inconclusive" })]).toEqual([1, 1, 1]);
    expect(held({ state: "inconclusive", spec: spec({ noData: "ignore" }) })).toBe(0);
    // R-GRD-9: without an answer there is no promotion, from the first one on.
    expect([
      held({ state: "armed", lastVerdict: "error" }),
      held({ state: "armed", lastVerdict: "nodata" }),
      held({ state: "armed", lastVerdict: "ok" }),
    ]).toEqual([1, 1, 0]);
    expect(held({ state: "armed", lastVerdict: "error", spec: spec({ noData: "ignore" }) })).toBe(0);
    expect(holdReasons({ guards: [testGuard({ state: "tripped" })], direction: "back", meters: [] })).toEqual([]);
  });
});
