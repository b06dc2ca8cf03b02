import { describe, expect, it } from "vitest";
import { parsePlan } from "@/lib/plan/parse-plan";
import type { PlanInput } from "@/lib/plan/types";
import { locateByLines } from "./locate";
import { settle } from "./settle";

const draft = (rest: Partial<PlanInput>): PlanInput => ({ schemaVersion: 1, project: { slug: "p", name: "P", line: 1 }, ...rest });

describe("settling what was read", () => {
  it("leaves a valid plan alone", () => {
    expect(settle(draft({ stacks: [{ key: "a", name: "A", role: "current", line: 4 }] }), parsePlan)).toMatchObject({
      plan: { stacks: [{ key: "a", line: 4 }] },
      refused: [],
    });
  });

  it("takes out the innermost entry that is refused, and what referred to it", () => {
    const { plan, refused } = settle(
      draft({
        stacks: [
          {
            key: "a",
            name: "A",
            role: "current",
            resources: [
              { key: "x", name: "", line: 7 },
              { key: "y", name: "Y" },
            ],
          },
          { key: "Bad Key", name: "B", role: "target", line: 9 },
        ],
        migrations: [{ key: "m", name: "M", from: "a", to: "Bad Key", line: 12 }],
      }),
      parsePlan,
    );
    expect(plan.stacks.map((stack) => [stack.key, stack.resources.map((resource) => resource.key)])).toEqual([["a", ["y"]]]);
    expect(plan.migrations).toEqual([]);
    expect(refused.map((one) => [one.path, one.line])).toEqual(
      expect.arrayContaining([
        ["stacks[0].resources[0]", 7],
        ["stacks[1]", 9],
        ["migrations[0]", 12],
      ]),
    );
  });

  it("finds the line of a path by the nearest entry that has one", () => {
    const { plan } = settle(
      draft({
        stacks: [
          { key: "a", name: "A", role: "current", line: [4, 9], resources: [{ key: "x", name: "X", line: 7, lineItems: [{ price: { form: "free" } }] }] },
        ],
      }),
      parsePlan,
    );
    const locate = locateByLines(plan);
    expect(
      ["stacks[0].resources[0].lineItems[0].price", "stacks[0].name", "stacks[0].resources", "goals", "nothing[3]"].map((path) => locate(path)?.line ?? null),
    ).toEqual([7, 4, 7, null, null]);
  });

  it("keeps the beginning of a list that is too long", () => {
    const phases = Array.from({ length: 1_500 }, (_, i) => ({ key: `p${i}`, title: `Phase ${i}`, line: i + 1 }));
    const { plan, refused } = settle(
      draft({
        stacks: [
          { key: "a", name: "A", role: "current" },
          { key: "b", name: "B", role: "target" },
        ],
        migrations: [{ key: "m", name: "M", from: "a", to: "b", phases, line: 1 }],
      }),
      parsePlan,
    );
    expect(plan.migrations[0]?.phases[0]?.key).toBe("p0");
    expect(plan.migrations[0]?.phases.length).toBeGreaterThan(50);
    expect(refused).toHaveLength(1);
  });

  it("makes a plan of what is too large as a whole", () => {
    const resources = Array.from({ length: 200 }, (_, i) => ({
      key: `r${i}`,
      name: `R ${i}`,
      lineItems: Array.from({ length: 8 }, () => ({ price: { form: "fixed" as const, amount: i } })),
    }));
    const stacks = Array.from({ length: 100 }, (_, i) => ({ key: `s${i}`, name: `S ${i}`, role: "current" as const, resources, line: i + 1 }));
    const { plan } = settle(draft({ stacks }), parsePlan);
    expect(plan.stacks.length).toBeGreaterThan(5);
  });

  it("gives up whole lists rather than everything", () => {
    const metrics = Array.from({ length: 12_000 }, (_, i) => ({ key: `Bad ${i}`, name: "M" }));
    const { plan } = settle(draft({ metrics, stacks: [{ key: "a", name: "A", role: "current" }] }), parsePlan);
    expect(plan.stacks.map((stack) => stack.key)).toEqual(["a"]);
  });
});
