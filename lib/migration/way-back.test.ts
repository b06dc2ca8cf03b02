import { describe, expect, it } from "vitest";
import type { Meter } from "./meters";
import { plus, T0, testRun, withStep } from "./testing/run";
import { wayBackOf } from "./way-back";

const COPY = { key: "copy", title: "Copy", kind: "postgres.copy", with: { from: "db", to: "db" } };
const HAND = { key: "hand", title: "Switch the mail", kind: "manual" };
const SHIFT = {
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [{ percent: 100, hold: "1m" }] },
};
const done = { status: "succeeded" as const, startedAt: T0, effectAt: T0, endedAt: T0 };

function meter(watch: Partial<Meter["watch"]>, at = T0, error: string | null = null): Meter {
  const base = {
    back: "lossless" as const,
    why: "the old side follows",
    backSeconds: 2,
    writesAtRisk: 0,
    lag: { bytes: 10, seconds: 0.1 },
    alarms: [],
    breach: null,
  };
  return { stepId: "s", stepKey: "db.switch", at, watch: { ...base, ...watch }, error };
}

describe("the way back", () => {
  it("has nothing to undo before anything was done, and none once the run has ended", () => {
    expect(wayBackOf(testRun([SHIFT]), plus(1_000))?.state).toBe("nothing-done");
    expect(wayBackOf(testRun([SHIFT], { status: "succeeded" }), plus(1_000))).toBeNull();
  });

  it("loses nothing where only settings changed, and names what people would have to undo", () => {
    const run = withStep(withStep(testRun([HAND, SHIFT]), 0, done), 1, done);
    expect(wayBackOf(run, plus(1_000))).toMatchObject({ state: "lossless", undoes: 1, byHand: ["Switch the mail"], measuredAt: null });
  });

  it("is not known after a copy that nothing copies back: never lossless by silence", () => {
    expect(wayBackOf(withStep(testRun([COPY]), 0, done), plus(1_000))?.state).toBe("unknown");
  });

  it("is the worst of what is measured", () => {
    const run = withStep(testRun([COPY], { meters: [meter({}), meter({ back: "lossy", why: "the reverse slot is gone", writesAtRisk: 41 })] }), 0, done);
    expect(wayBackOf(run, plus(1_000))).toMatchObject({ state: "lossy", why: "the reverse slot is gone", writesAtRisk: 41, seconds: 4 });
  });

  it("R-PG-8 is not known when the measurement is older than five seconds, and says why it is", () => {
    const run = withStep(testRun([COPY], { meters: [meter({}, T0, "connection refused")] }), 0, done);
    expect(wayBackOf(run, plus(5_000))?.state).toBe("lossless");
    expect(wayBackOf(run, plus(5_001))).toMatchObject({ state: "unknown", why: expect.stringContaining("connection refused") });
  });

  it("does not add up what is not known", () => {
    const run = withStep(testRun([COPY], { meters: [meter({ writesAtRisk: null }), meter({ writesAtRisk: 3 })] }), 0, done);
    expect(wayBackOf(run, plus(1_000))?.writesAtRisk).toBeNull();
  });

  it("loses data past the point of no return, whatever is measured", () => {
    const run = withStep(testRun([{ ...COPY, pointOfNoReturn: true }], { meters: [meter({})] }), 0, done);
    expect(wayBackOf(run, plus(1_000))).toMatchObject({ state: "lossy", why: expect.stringContaining("point of no return") });
  });
});
