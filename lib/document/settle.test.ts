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
});
