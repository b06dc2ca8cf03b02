import { describe, expect, it } from "vitest";
import { selectFaults } from "./fault-names";

const FILES = ["examples.fault.ts", "switch.fault.ts", "switch-kill.fault.ts"];

describe("names of fault cases", () => {
  it("means one number, not those that begin with it", () => {
    const { pattern, files } = selectFaults(["F-ENG-1", "pooler (a"], FILES);
    expect(["F-ENG-1 kill -9", "F-ENG-11 rolling", "the pooler (a second one)"].map((name) => pattern?.test(name))).toEqual([true, false, true]);
    expect(files).toEqual([]);
    expect(selectFaults([], FILES)).toEqual({ files: [], pattern: null });
  });

  it("takes the name of a file for its cases, and no more files than that", () => {
    expect(selectFaults(["examples", "switch.fault.ts"], FILES)).toEqual({ files: ["examples.fault.ts", "switch.fault.ts"], pattern: null });
    expect(selectFaults(["switch-kill.fault", "back"], FILES)).toEqual({ files: ["switch-kill.fault.ts"], pattern: /back/ });
  });
});
