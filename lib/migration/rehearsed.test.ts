import { expect, it } from "vitest";
import { freezePlan } from "./plan-hash";
import { testTraits } from "./testing/run";
import { runbook } from "./types";

const lb = { connection: "lb", backend: "app", oldServer: "old", newServer: "new" };
const book = runbook.parse({
  steps: [
    { key: "wait", title: "Wait", kind: "wait", with: { for: "1h" }, hold: "10s" },
    { key: "shift", title: "Shift", kind: "traffic.shift", with: { ...lb, stages: [{ percent: 10, hold: "7d", minRequests: 1_000 }] } },
  ],
  observation: { duration: "30d" },
});
const connections = [{ key: "lb", kind: "haproxy", config: {}, secretVersion: 0 }];

function frozen(mode: "live" | "rehearsal", longestMs?: number) {
  const made = freezePlan(book, { mode, fromStackId: "a", toStackId: "b", connections, traits: testTraits, longestMs });
  if (!made.ok) throw new Error(made.problems.join(" "));
  return made;
}

it("a rehearsal caps holds, waits, observation and the answers a stage waits for; a live run keeps them", () => {
  const [wait, shift] = frozen("rehearsal").plan.steps;
  expect([wait?.with, wait?.hold, shift?.hold, frozen("rehearsal").plan.observationMs]).toEqual([{ for: "30s" }, "10s", "30s", 30_000]);
  expect(shift?.with).toMatchObject({ minRequests: 100 });
  expect(frozen("live", 1_000).plan).toEqual(frozen("live").plan);
  expect(frozen("live").plan.observationMs).toBe(30 * 86_400_000);
});

it("another length can be asked for, and is another plan", () => {
  const short = frozen("rehearsal", 2_000);
  expect(short.plan.steps.map((step) => step.hold)).toEqual(["2s", "2s"]);
  expect(short.plan.observationMs).toBe(2_000);
  expect(short.planHash).not.toBe(frozen("rehearsal").planHash);
});
