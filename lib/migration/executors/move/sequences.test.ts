import { describe, expect, it } from "vitest";
import { type SequenceState, sequenceChanges } from "./sequences";

const sequence = (last: bigint | null, more: Partial<SequenceState> = {}): SequenceState => ({
  schema: "public",
  name: "s",
  last,
  increment: 1n,
  min: 1n,
  max: 9_223_372_036_854_775_807n,
  cycles: false,
  ...more,
});
const value = (from: SequenceState, to: SequenceState, headroom = 1_000) => sequenceChanges([from], [to], headroom)[0]?.value ?? null;

describe("sequences at the switch (B-9, F-PG-18)", () => {
  it.each([
    ["ahead of everything cached", sequence(500n), sequence(null), 1_500n],
    ["in steps of its own", sequence(500n, { increment: 10n }), sequence(1n, { increment: 10n }), 10_500n],
    [
      "downwards when it goes down",
      sequence(-500n, { increment: -1n, min: -100_000n, max: -1n }),
      sequence(null, { increment: -1n, min: -100_000n, max: -1n }),
      -1_500n,
    ],
    ["never past its end", sequence(99_500n, { max: 100_000n }), sequence(null, { max: 100_000n }), 100_000n],
    ["never past its end downwards", sequence(-99_500n, { increment: -1n, min: -100_000n }), sequence(null, { increment: -1n, min: -100_000n }), -100_000n],
    [
      "without headroom where a cycle would begin again",
      sequence(99_500n, { max: 100_000n, cycles: true }),
      sequence(null, { max: 100_000n, cycles: true }),
      99_500n,
    ],
    ["never back", sequence(500n), sequence(5_000n), null],
    ["never back downwards", sequence(-5n, { increment: -1n, min: -100_000n }), sequence(-9_000n, { increment: -1n, min: -100_000n }), null],
    ["not at all while it was never used", sequence(null), sequence(null), null],
    ["beyond what a number holds exactly", sequence(9_007_199_254_740_993n), sequence(null), 9_007_199_254_741_993n],
  ])("go %s", (_what, from, to, wanted) => {
    expect(value(from, to)).toBe(wanted);
  });

  it("are refused when one is missing on the side that takes over", () => {
    expect(() => sequenceChanges([sequence(1n)], [], 0)).toThrow("public.s is missing");
  });
});
