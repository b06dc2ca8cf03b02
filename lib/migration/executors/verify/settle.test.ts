import { describe, expect, it } from "vitest";
import { differingKeys, judgeRound, type ListedRow, type Standing } from "./settle";

const seen = (entries: Record<string, string>) => new Map(Object.entries(entries));
const rows = (...list: [string, string][]): AsyncIterator<ListedRow> =>
  (async function* () {
    for (const [key, value] of list) yield { at: key, key, value };
  })();

describe("rows that differ while the source is written to", () => {
  it("are settled when the target has either value of the source", () => {
    const open: Standing = new Map([
      ["old", 0],
      ["new", 0],
      ["gone", 0],
    ]);
    const proven = judgeRound(open, { before: seen({ old: "1", new: "1" }), target: seen({ old: "1", new: "2" }), after: seen({ old: "2", new: "2" }) });
    expect([proven, open.size]).toEqual([[], 0]);
  });

  it("are proven only when the source was the same before and after, twice", () => {
    const open: Standing = new Map([
      ["a", 0],
      ["b", 0],
      ["c", 0],
    ]);
    const round = { before: seen({ a: "1", b: "1" }), target: seen({ a: "x", c: "9" }), after: seen({ a: "1", b: "1" }) };
    expect(judgeRound(open, round)).toEqual([]);
    expect(judgeRound(open, round)).toEqual([
      { key: "a", kind: "different" },
      { key: "b", kind: "missing" },
      { key: "c", kind: "extra" },
    ]);
  });

  it("stay open while the source changes and the target has neither value", () => {
    const open: Standing = new Map([["hot", 0]]);
    for (let round = 0; round < 5; round++)
      expect(judgeRound(open, { before: seen({ hot: `${round}` }), target: seen({ hot: "x" }), after: seen({ hot: `${round}b` }) })).toEqual([]);
    expect([...open]).toEqual([["hot", 0]]);
  });
});

describe("keys of two lists", () => {
  it("that differ are found at the beginning, in the middle and at the end", async () => {
    const found = await differingKeys(rows(["a", "1"], ["c", "1"], ["d", "1"]), rows(["b", "1"], ["c", "2"], ["d", "1"], ["e", "1"]), 10);
    expect(found).toEqual({ keys: ["a", "b", "c", "e"], more: false });
    expect(await differingKeys(rows(), rows(["x", "1"]), 10)).toEqual({ keys: ["x"], more: false });
    expect(await differingKeys(rows(["x", "1"]), rows(["x", "1"]), 10)).toEqual({ keys: [], more: false });
  });

  it("are not looked for beyond what is asked", async () => {
    expect(await differingKeys(rows(["a", "1"], ["b", "1"], ["c", "1"]), rows(), 2)).toEqual({ keys: ["a", "b"], more: true });
  });
});
