import { describe, expect, it } from "vitest";
import { KNOWN_BAD, knownAgainst } from "./known-bad";

describe("known faults of minor versions", () => {
  it("block the versions that lose changes, warn of the next one, and let the rest pass", () => {
    const level = (version: number) => knownAgainst(version)[0]?.level ?? "pass";
    expect([150_000, 150_012, 150_013, 150_014, 150_018].map(level)).toEqual(["block", "block", "warn", "pass", "pass"]);
    expect([160_008, 160_009, 160_010].map(level)).toEqual(["block", "warn", "pass"]);
    expect([170_004, 170_005, 170_006].map(level)).toEqual(["block", "warn", "pass"]);
    expect(level(180_000)).toBe("pass");
  });

  it("are told the worst first, and every line has a release that is good again", () => {
    const list = [
      { major: 15, from: 0, fixedIn: 9, level: "warn" as const, why: "a" },
      { major: 15, from: 0, fixedIn: 7, level: "block" as const, why: "b" },
    ];
    expect(knownAgainst(150_003, list).map((entry) => entry.why)).toEqual(["b", "a"]);
    for (const entry of KNOWN_BAD) expect(entry.fixedIn).toBeGreaterThan(entry.from);
  });
});
