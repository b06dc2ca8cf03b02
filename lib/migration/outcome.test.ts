import { describe, expect, it } from "vitest";
import type { StepResult } from "./executors/types";
import { outcomeOf, type Phase } from "./outcome";
import { plus, T0, testRun, withStep } from "./testing/run";

const HOUR_MS = 3_600_000;
const SHIFT = {
  key: "shift",
  title: "Shift",
  kind: "traffic.shift",
  with: { connection: "lb", backend: "b", oldServer: "o", newServer: "n", stages: [{ percent: 10, hold: "1m", minRequests: 500 }] },
};
const HAND = { key: "hand", title: "Hand", kind: "manual" };

describe("waiting for samples has an end", () => {
  const asked = (spec: object, at: number, result: StepResult, phase: Phase = "verify") => {
    const run = withStep(testRun([spec]), 0, { status: "waiting", waitingFor: "samples", effectAt: T0, startedAt: T0 });
    const [step] = run.steps;
    if (step === undefined) throw new Error("no step");
    return outcomeOf(run, step, phase, result, plus(at));
  };
  const few: StepResult = { type: "waiting", on: "samples", message: "12 of 500 answers of n", output: { responses: 12 } };

  it("an hour where the step says nothing, then failed with what was missing", () => {
    expect(asked(SHIFT, HOUR_MS - 1, few)).toMatchObject({ set: { status: "waiting" }, broken: false });
    const late = asked(SHIFT, HOUR_MS, few);
    expect(late).toMatchObject({ set: { status: "failed", dueAt: null, output: { responses: 12 }, endedAt: plus(HOUR_MS) }, broken: true });
    expect(late.event?.message).toBe('"Shift: 10 %": Only 12 of 500 answers of n in 1 h, the longest time to wait for them.');
  });

  it("the step's own timeout otherwise", () => {
    expect(asked({ ...SHIFT, timeout: "5m" }, 299_999, few).broken).toBe(false);
    expect(asked({ ...SHIFT, timeout: "5m" }, 300_000, few).set.status).toBe("failed");
    expect(asked({ ...SHIFT, timeout: "2h" }, HOUR_MS, few).broken).toBe(false);
  });

  it("enough answers are enough whenever they come; people are waited for without limit", () => {
    expect(asked(SHIFT, 9 * HOUR_MS, { type: "done" }).set.status).toBe("waiting"); // the stage's hold
    expect(asked(HAND, 99 * HOUR_MS, { type: "waiting", on: "human", message: "A person" }, "apply").broken).toBe(false);
  });
});
