import { describe, expect, it } from "vitest";
import { stepTiming } from "./clock";

const NOW = Date.parse("2026-11-30T02:10:00Z");
type Step = Parameters<typeof stepTiming>[0];
const step = (more: Partial<Step>): Step => ({
  status: "running",
  waitingFor: null,
  dueAt: null,
  startedAt: "2026-11-30T02:09:30Z",
  endedAt: null,
  expectedMs: null,
  tries: 0,
  ...more,
});

describe("what the clock says about a step", () => {
  it.each<[string, Partial<Step>, string]>([
    ["a step under way", { expectedMs: 60_000 }, "30 s so far, 1 min expected"],
    ["one that has not begun", { status: "pending", startedAt: null }, "no expected time given"],
    ["a hold", { status: "waiting", waitingFor: "timer", dueAt: "2026-11-30T02:10:45Z" }, "holding, 45 s left"],
    ["a hold whose time is over", { status: "waiting", waitingFor: "timer", dueAt: "2026-11-30T02:09:00Z" }, "holding, 0 s left"],
    ["a try to come", { status: "errored", tries: 2, dueAt: "2026-11-30T02:10:08Z" }, "tried 2 times, next try in 8 s"],
    ["no try left", { status: "errored", tries: 3 }, "tried 3 times"],
    ["a clear no", { status: "failed", tries: 1 }, "tried once"],
    ["a no that was not counted", { status: "failed", endedAt: "2026-11-30T02:09:35Z" }, "5 s so far, no expected time given"],
  ])("%s", (_name, more, text) => expect(stepTiming(step(more), NOW)).toBe(text));
});
