import { describe, expect, it } from "vitest";
import { namePattern } from "./fault-names";

describe("names of fault cases", () => {
  it("means one number, not those that begin with it", () => {
    const pattern = namePattern(["F-ENG-1", "pooler (a"]);
    expect(["F-ENG-1 kill -9", "F-ENG-11 rolling", "the pooler (a second one)"].map((name) => pattern?.test(name))).toEqual([true, false, true]);
    expect(namePattern([])).toBeNull();
  });
});
