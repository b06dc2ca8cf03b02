import { describe, expect, it } from "vitest";
import { longerPlan } from "./longer-plan";
import { median, pairedRatio, quantile, summarise, takeTurns } from "./measure";
import { missing } from "./programs";

describe("measurements", () => {
  it("takes medians and quantiles between neighbours", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48);
    expect(quantile([7], 0.95)).toBe(7);
    expect(() => median([])).toThrow("Nothing was measured");
  });

  it("compares only ways of the same work, and ours only with the others", () => {
    const base = { benchmark: "b", work: "w" };
    const [ours, other, elsewhere] = summarise([
      { ...base, way: "ours", side: "switchyard", times: [30, 10, 20], amount: { count: 100, unit: "rows" } },
      { ...base, way: "plain", side: "instead", times: [10, 10, 40] },
      { ...base, work: "another", way: "plain", side: "instead", times: [1] },
    ]);
    expect(ours).toMatchObject({ medianMs: 20, minMs: 10, maxMs: 30, runs: 3, perSecond: 5_000, ratios: { plain: 1 } });
    expect(other?.ratios).toBeUndefined();
    expect(elsewhere?.medianMs).toBe(1);
  });

  it("compares round with round, so that a slow round of both says nothing", () => {
    expect(pairedRatio([20, 200, 22], [10, 100, 10])).toBe(2);
    expect(() => pairedRatio([1], [1, 2])).toThrow("belong together");
  });

  it("lets every way run in every round, and leaves the rehearsal out", async () => {
    const order: string[] = [];
    const way = (name: string) => ({ way: name, side: "instead" as const, run: (round: number) => order.push(`${name}${round}`) });
    const measured = await takeTurns("b", "w", 2, [way("a"), way("b")]);
    expect(order).toEqual(["a0", "b0", "b1", "a1", "a2", "b2"]);
    expect(measured.map((one) => one.times.length)).toEqual([2, 2]);
  });
});

describe("longer plans", () => {
  it("gives every copy keys and references of its own and leaves words of the format alone", () => {
    const plan = { project: { slug: "shop" }, metrics: [{ key: "users", kind: "users" }], triggers: [{ key: "many", metric: "users" }] };
    expect(longerPlan(plan, 2)).toEqual({
      project: { slug: "shop" },
      metrics: [
        { key: "users", kind: "users" },
        { key: "users-copy1", kind: "users" },
      ],
      triggers: [
        { key: "many", metric: "users" },
        { key: "many-copy1", metric: "users-copy1" },
      ],
    });
  });
});

describe("programs", () => {
  it("names the package whose program is not there", () => {
    expect(missing({ "no-such-program-anywhere": "its-package", sh: "dash" })).toEqual(["its-package"]);
  });
});
