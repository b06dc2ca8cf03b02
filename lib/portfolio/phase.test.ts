import { describe, expect, it } from "vitest";
import { nextStepOf, phaseOf } from "@/lib/portfolio/phase";

const none = { migrations: 1, decisions: 0, rehearsal: null, live: null };

describe("phase of a project", () => {
  it.each([
    [none, "Assess"],
    [{ ...none, decisions: 1 }, "Plan"],
    [{ ...none, decisions: 1, rehearsal: "running" }, "Rehearse"],
    [{ ...none, decisions: 1, rehearsal: "succeeded" }, "Cut over"],
    [{ ...none, live: "observing" }, "Observe"],
    [{ ...none, live: "rolled-back", decisions: 1 }, "Plan"],
    [{ ...none, live: "succeeded" }, "Retire"],
  ])("%o → %s", (facts, phase) => {
    expect(phaseOf(facts)).toBe(phase);
  });

  it("names one next step for every state", () => {
    const more = { slug: "shop", migrationKey: "move", liveRunId: "r1" };
    expect(nextStepOf({ ...none, ...more, migrations: 0 })).toEqual({ text: "Declare a migration in the plan", href: "/projects/shop/plan" });
    expect(nextStepOf({ ...none, ...more })).toEqual({ text: "Record a decision", href: "/projects/shop/decision" });
    expect(nextStepOf({ ...none, ...more, decisions: 1 }).text).toBe("Rehearse the runbook");
    expect(nextStepOf({ ...none, ...more, live: "awaiting-approval" })).toEqual({ text: "Wait for approval", href: "/runs/r1" });
  });
});
