import { describe, expect, it } from "vitest";
import { KEPT_ENTRIES, lastWhole, mergeJournal } from "@/components/live/journal-merge";
import type { JournalView } from "@/components/migration/view";

const entry = (seq: number): JournalView => ({
  seq,
  at: "2026-11-20T02:10:00.000Z",
  type: "t",
  actor: { kind: "worker", name: "w" },
  stepKey: null,
  message: `m${seq}`,
  data: {},
});
const seqs = (list: readonly JournalView[]) => list.map((one) => one.seq);

describe("mergeJournal", () => {
  it("F-UI-2: no entry twice, whatever order stream and reload bring them in", () => {
    const { entries, gap } = mergeJournal([1, 2, 3].map(entry), [5, 3, 4].map(entry));
    expect(seqs(entries)).toEqual([1, 2, 3, 4, 5]);
    expect(gap).toBe(false);
  });

  it("F-UI-2: sees a gap and where to go on from", () => {
    const { entries, gap } = mergeJournal([4, 5].map(entry), [8].map(entry));
    expect(gap).toBe(true);
    expect(lastWhole(entries)).toBe(5);
  });

  it("keeps a bounded number, the newest", () => {
    const { entries } = mergeJournal(
      [],
      Array.from({ length: KEPT_ENTRIES + 10 }, (_, n) => entry(n + 1)),
    );
    expect(entries).toHaveLength(KEPT_ENTRIES);
    expect(entries.at(-1)?.seq).toBe(KEPT_ENTRIES + 10);
    expect(lastWhole([])).toBe(0);
  });
});
