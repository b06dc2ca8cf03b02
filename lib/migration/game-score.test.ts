import { describe, expect, it } from "vitest";
import { type GameEvent, scoreGameDay } from "./game-score";

const T0 = Date.parse("2026-11-20T02:00:00Z");

/** A journal from `[second, type, data?, epoch?]`. */
function journal(...entries: [number, string, Record<string, unknown>?, number?][]): GameEvent[] {
  return entries.map(([second, type, data = {}, epoch = 1], index) => ({
    seq: index + 1,
    at: new Date(T0 + second * 1_000),
    epoch,
    type,
    message: type,
    data,
  }));
}

const back = { status: "rolled-back" as const, trafficPercent: 0 };
const running = { status: "running" as const, trafficPercent: 25 };

describe("the score of a game day", () => {
  it("has none without a planted fault", () => {
    expect(scoreGameDay(journal([0, "run.started"]), running)).toBeNull();
  });

  it("gives every point for errors that were noticed, held and rolled back, with the times", () => {
    const score = scoreGameDay(
      journal([0, "step.started"], [10, "game-day.injected", { fault: "errors" }], [13, "guard.tripped"], [14, "rollback.started"], [16, "run.rolled-back"]),
      back,
    );
    expect(score).toMatchObject({ fault: "errors", points: 3, of: 3, noticedMs: 3_000, decidedMs: 3_000, backMs: 6_000, verdict: "rolled back by itself." });
  });

  it("gives none when nobody noticed and the next stage began", () => {
    const score = scoreGameDay(journal([10, "game-day.injected", { fault: "errors" }], [20, "step.started"], [30, "game-day.healed"]), running);
    expect(score).toMatchObject({ points: 0, verdict: "nobody noticed.", noticedMs: null, backMs: null });
  });

  it("counts a stage that began after the fault was taken away as no going on", () => {
    const score = scoreGameDay(
      journal([10, "game-day.injected", { fault: "metrics" }], [40, "guard.no-data"], [50, "game-day.healed"], [60, "step.started"]),
      running,
    );
    expect(score).toMatchObject({ points: 2, of: 2, verdict: "noticed and held." });
  });

  it("wants another worker in the journal after one was killed", () => {
    const planted: [number, string, Record<string, unknown>] = [10, "game-day.injected", { fault: "worker" }];
    expect(scoreGameDay(journal(planted, [20, "step.succeeded", {}, 2]), running)).toMatchObject({ points: 2, verdict: "went on under another worker." });
    expect(scoreGameDay(journal(planted), running)).toMatchObject({ points: 0, verdict: "stood still: no worker took it over." });
  });

  it("looks at the newest fault only", () => {
    const score = scoreGameDay(
      journal([0, "game-day.injected", { fault: "errors" }], [2, "guard.tripped"], [5, "game-day.healed"], [10, "game-day.injected", { fault: "metrics" }]),
      running,
    );
    expect(score).toMatchObject({ fault: "metrics", noticedMs: null });
  });
});
