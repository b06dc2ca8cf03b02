import { describe, expect, it } from "vitest";
import { type IdleLook, judgeSilence, type Silence } from "./idle-check";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds));
const nobody: IdleLook = { sessions: [], answered: 100, weight: 0 };

function quiet(before: Silence | null, look: IdleLook, now: Date) {
  const verdict = judgeSilence(before, look, now);
  if (verdict.type !== "quiet") throw new Error(verdict.reason);
  return verdict;
}

describe("whether the old side is unused", () => {
  it("names who is still connected", () => {
    expect(judgeSilence(null, { ...nobody, sessions: ["app (web, 10.0.0.7)"] }, at(0))).toEqual({
      type: "busy",
      reason: "Still connected: app (web, 10.0.0.7).",
    });
  });

  it("counts from the first look on, by looks that follow each other", () => {
    const first = quiet(null, nobody, at(0));
    expect(first.lastedMs).toBe(0);
    const second = quiet(first.silence, nobody, at(5));
    expect(second.lastedMs).toBe(5_000);
    expect(quiet(second.silence, nobody, at(10)).silence.looks).toBe(3);
  });

  it("begins again after a gap: what was not seen was not quiet", () => {
    const first = quiet(null, nobody, at(0));
    expect(quiet(first.silence, nobody, at(121)).lastedMs).toBe(0);
  });

  it("sees requests that were answered between two looks", () => {
    const first = quiet(null, nobody, at(0));
    expect(judgeSilence(first.silence, { ...nobody, answered: 103 }, at(5))).toMatchObject({
      type: "busy",
      reason: expect.stringContaining("answered 3 requests"),
    });
  });

  it("begins again when the load balancer was started anew, and refuses a server that still has weight", () => {
    const first = quiet(null, nobody, at(0));
    expect(quiet(first.silence, { ...nobody, answered: 0 }, at(5)).lastedMs).toBe(0);
    expect(judgeSilence(first.silence, { ...nobody, weight: 10 }, at(5)).type).toBe("busy");
  });
});
