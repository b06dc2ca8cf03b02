import { describe, expect, it } from "vitest";
import { readinessOf, readinessSentence } from "@/app/(app)/projects/[slug]/migrations/_lib/readiness";
import type { RunListItem } from "@/lib/migration/migration-store";
import { makeRunbook } from "@/prisma/testing/factories/migration";

const run = (values: Partial<RunListItem>): RunListItem => ({
  id: "r",
  number: 1,
  mode: "rehearsal",
  part: "move",
  status: "succeeded",
  runbookVersion: 1,
  runbookHash: "h",
  planHash: "p",
  reason: "",
  createdBy: "",
  createdAt: new Date(0),
  startedAt: null,
  endedAt: null,
  endReason: null,
  ...values,
});

const book = makeRunbook({
  steps: [
    { key: "freeze", title: "Freeze writes", kind: "manual", expected: "5m" },
    { key: "soak", title: "Soak", kind: "wait", with: { for: "10m" }, pointOfNoReturn: true },
    {
      key: "shift",
      title: "Shift",
      kind: "traffic.shift",
      with: {
        connection: "lb",
        backend: "b",
        oldServer: "o",
        newServer: "n",
        stages: [
          { percent: 10, hold: "1m" },
          { percent: 100, hold: "2m" },
        ],
      },
    },
  ],
});

describe("readinessOf", () => {
  it("counts traffic stages as steps and sums expected times, waits and holds", () => {
    const ready = readinessOf(book, "h", []);
    expect(ready.steps).toBe(4);
    expect(ready.plannedMs).toBe(18 * 60_000);
    expect(ready.pointOfNoReturn).toEqual({ number: 2, title: "Soak" });
    expect(ready.unowned).toEqual(["Freeze writes"]);
  });

  it("counts only a successful rehearsal of exactly this runbook", () => {
    expect(readinessOf(book, "h", [run({ runbookHash: "other" }), run({ status: "rolled-back" }), run({ mode: "live" })]).rehearsed).toBeNull();
    expect(readinessOf(book, "h", [run({ number: 7 })]).rehearsed?.number).toBe(7);
  });

  it("says in one sentence what is missing", () => {
    const sentence = readinessSentence(readinessOf(book, "h", [run({ status: "awaiting-approval", mode: "live", number: 3 })]), { from: "A", to: "B" });
    expect(sentence).toBe(
      "From A to B: 4 steps, no guard, 18 min planned, point of no return at step 2. Live run 3 is awaiting approval. Missing: 1 step by hand without an owner; nothing rolls back by itself.",
    );
  });
});
