import { describe, expect, it } from "vitest";
import { clockText, contactText, elapsedMs, tabTitle } from "@/components/migration/clock";
import { visible } from "@/components/migration/visible";
import { conditionText, driftText, guardWord, marginText, runWord, stepWord } from "@/components/migration/words";

const guard = { title: "Error rate", op: ">" as const, value: 1, unit: "%", samples: 3, arm: "traffic" as const };

describe("words", () => {
  it("names for whom a running run waits, and a wish that is on its way", () => {
    expect(runWord({ status: "running", desired: "go" }, null).word).toBe("Running");
    expect(runWord({ status: "running", desired: "go" }, "human").word).toBe("Waiting for a person");
    expect(runWord({ status: "running", desired: "go" }, "approval").word).toBe("Waiting for approval");
    expect(runWord({ status: "running", desired: "pause" }, "human").word).toBe("Pausing");
    expect(runWord({ status: "paused", desired: "pause" }, null).word).toBe("Paused");
  });

  it("tells errored from failed and a hold from a wait for people", () => {
    expect(stepWord("errored", null).word).toBe("Could not tell");
    expect(stepWord("failed", null).word).toBe("Failed");
    expect(stepWord("waiting", "timer")).toEqual({ word: "Holding", tone: "info" });
    expect(stepWord("waiting", "human").word).toBe("Waiting for a person");
  });

  it("R-GRD-1: no data is never OK", () => {
    expect(guardWord({ state: "armed", badStreak: 0, lastVerdict: null }, guard)).toEqual({ word: "No sample yet", tone: "unknown" });
    for (const state of ["armed", "inconclusive", "bad"])
      for (const lastVerdict of ["nodata", "error"])
        expect(guardWord({ state, badStreak: 0, lastVerdict }, guard)).toEqual({ word: "Cannot evaluate", tone: "bad" });
    expect(guardWord({ state: "inconclusive", badStreak: 0, lastVerdict: null }, guard).tone).toBe("unknown");
    expect(guardWord({ state: "armed", badStreak: 0, lastVerdict: "ok" }, guard)).toEqual({ word: "OK", tone: "ok" });
    expect(guardWord({ state: "bad", badStreak: 2, lastVerdict: "bad" }, guard).word).toBe("Bad 2 of 3");
  });

  it("says condition and margin in words, never as failed (1) > limit (0)", () => {
    expect(conditionText(guard)).toBe("Error rate above 1 %, 3 samples in a row");
    expect(conditionText({ ...guard, of: 5, baseline: { window: "5m", ratio: 2, floor: 0.5 } })).toBe(
      "Error rate above 1 % or above 2 times the time before (from 0.5 %), 3 of 5 samples",
    );
    expect(marginText(guard, 0.42)).toBe("0.58 % below the limit");
    expect(marginText(guard, 3)).toBe("2 % over the limit");
    expect(marginText({ ...guard, op: "<" }, 0.5)).toBe("0.5 % under the limit");
    expect(marginText(guard, 1)).toBe("at the limit");
  });

  it("says drift with a word", () => {
    expect(driftText(10_000)).toBe("on time");
    expect(driftText(240_000)).toBe("4 min late");
    expect(driftText(-120_000)).toBe("2 min early");
  });
});

describe("clock", () => {
  const run = { startedAt: "2026-11-20T02:00:00.000Z", endedAt: null };
  const at = Date.parse("2026-11-20T02:06:12.400Z");

  it("counts from the start, stands still at the end, and shows no number before", () => {
    expect(clockText(run, at)).toBe("T+06:12");
    expect(clockText({ ...run, endedAt: "2026-11-20T03:00:01.000Z" }, at + 9e9)).toBe("T+1:00:01");
    expect(clockText({ startedAt: null, endedAt: null }, at)).toBe("not started");
    // A clock of a browser that is behind the server never shows a negative time.
    expect(clockText(run, Date.parse("2026-11-20T01:59:58.000Z"))).toBe("T+00:00");
  });

  it("says after ten seconds that what is shown may be old", () => {
    expect(contactText(2_400)).toEqual({ lost: false, text: "live, 2 s" });
    expect(contactText(9_999).lost).toBe(false);
    expect(contactText(14_000)).toEqual({ lost: true, text: "Last update 14 s ago" });
  });

  it("puts state and time into the tab title", () => {
    expect(tabTitle({ ...run, state: { word: "Paused", tone: "warn" }, project: { name: "api-prod" } }, at)).toBe("⏸ Paused T+06:12 api-prod");
  });

  it("measures a step that still runs up to now", () => {
    expect(elapsedMs(run.startedAt, null, at)).toBe(372_400);
    expect(elapsedMs(null, null, at)).toBeNull();
  });
});

describe("visible", () => {
  it("R-APR-10: writes hidden characters out and leaves ordinary text, tabs and line breaks", () => {
    expect(visible("rm \u202e-rf\u200b /tmp\t\n")).toBe("rm ‹U+202E›-rf‹U+200B› /tmp\t\n");
    expect(visible("größe ≥ 5 €")).toBe("größe ≥ 5 €");
  });
});
