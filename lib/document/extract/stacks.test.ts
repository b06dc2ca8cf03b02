import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Draft } from "../draft";
import { readDocument } from "../read-document";
import { numberedName, stackOf, transitionOf } from "./stacks-names";

function draft(...stacks: [name: string, role: "current" | "target" | "phase"][]): Draft {
  const made = new Draft({ slug: "x", name: "X", line: 1 });
  for (const [name, role] of stacks) made.add("stacks", { key: made.key("stacks", name), name, role }, 1);
  return made;
}

describe("stackOf", () => {
  const two = draft(["Heroku with add-ons", "current"], ["Render", "target"]);
  const three = draft(["Phase 1: Launch", "current"], ["Phase 2: Growth", "phase"], ["Phase 3: Production", "phase"]);

  it.each([
    ["the old stack", "heroku-with-add-ons"],
    ["the new setup", "render"],
    ["on Render", "render"],
    ["Heroku", "heroku-with-add-ons"],
    ["Zielumgebung", "render"],
    ["elsewhere", null],
    ["", null],
  ])("%s", (text, key) => expect(stackOf(two, text)).toBe(key));

  it("goes by numbers first", () => {
    expect(stackOf(three, "when phase 2 begins")).toBe("phase-2-growth");
    expect(stackOf(three, "Etappe 3")).toBe("phase-3-production");
  });

  it("reads both ends of a transition", () => {
    expect(transitionOf(three, "Phase 1 → Phase 2")).toEqual({ from: "phase-1-launch", to: "phase-2-growth" });
    expect(transitionOf(two, "from Heroku to Render")).toEqual({ from: "heroku-with-add-ons", to: "render" });
    expect(transitionOf(two, "nothing of the kind")).toBeNull();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([null, ...two.plan.stacks.map((one) => one.key)]).toContain(stackOf(two, text));
        transitionOf(two, text);
      }),
    );
  });
});

describe("numberedName", () => {
  it.each([
    ["Phase 2: Growth", "phase 2"],
    ["Stage 3", "phase 3"],
    ["Option B (rent)", "option b"],
    ["Variante 2", "option 2"],
    ["In this phase we", null],
    ["Planning", null],
  ])("%s", (text, name) => expect(numberedName(text)).toBe(name));
});

describe("stacks of a document", () => {
  const stacks = (text: string) => readDocument(text, "plan.md").plan.stacks.map((one) => [one.name, one.role, one.variant ?? one.variantOf ?? null]);

  it("come from headings, without the amount they repeat", () =>
    expect(stacks("# Plan\n\n## Current setup - $30/mo\n\n- Web: $20\n- DB: $10\n\n## 2. New setup (~$9/mo)\n\n- VPS: $9\n")).toEqual([
      ["Current setup", "current", null],
      ["New setup", "target", null],
    ]));

  it("are parts of one where lists under one side name different things", () =>
    expect(stacks("# Plan\n\n## Current costs\n\n### Compute\n\n- Web: $20\n- Worker: $10\n\n### Data\n\n- Postgres: $30\n- Redis: $10\n")).toEqual([
      ["Current costs", "current", null],
    ]));

  it("are another view where a second list names the same things", () =>
    expect(
      stacks(
        "# Plan\n\n## Current deployment\n\n- Web server: $20-30\n- Postgres: $30-40\n- Total: $50-70\n\n## Savings\n\n### Current costs\n\n- Web server: $25\n- Postgres: $35\n- Total: $60\n",
      ),
    ).toEqual([
      ["Current deployment", "current", null],
      ["Current costs", "variant", "point-estimate"],
    ]));

  it("are none where money is not spent on a stack", () =>
    expect(stacks("# Meeting\n\nThe room costs $20.\n\n| What | When |\n|---|---|\n| Lunch | 12:00 |\n")).toEqual([]));
});
