import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRows, countRows, otherSource, type StoredRow } from "./source-changes";

const stored = (address: string, size: number, gone = false): StoredRow => ({ id: `id-${address}`, address, gone, content: { size } });
const found = (address: string, size: number, previousAddress: string | null = null) => ({ address, previousAddress, content: { size } });
const words = (changes: ReturnType<typeof compareRows>) => changes.map((change) => `${change.found?.address ?? change.stored?.address} ${change.status}`);

describe("rows of a source before and now", () => {
  it("are new, changed, unchanged, returned or vanished", () => {
    const before = [stored("a", 1), stored("b", 1), stored("c", 1), stored("d", 1, true), stored("e", 1, true)];
    const changes = compareRows(before, [found("a", 1), found("b", 2), found("d", 1), found("f", 1)]);
    expect(words(changes)).toEqual(["a unchanged", "b changed", "d returned", "f new", "c vanished"]);
    expect(countRows(changes)).toEqual({ new: 1, changed: 1, unchanged: 1, returned: 1, vanished: 1 });
  });

  it("follow a move inside the source, unless the old address is still used", () => {
    expect(words(compareRows([stored("old", 1)], [found("new", 1, "old")]))).toEqual(["new changed"]);
    expect(words(compareRows([stored("old", 1)], [found("new", 1, "old"), found("old", 1)]))).toEqual(["new new", "old unchanged"]);
    expect(words(compareRows([stored("old", 1), stored("new", 1)], [found("new", 1, "old")]))).toEqual(["new unchanged", "old vanished"]);
  });

  it("do not depend on the order of members", () => {
    const before = { id: "x", address: "a", gone: false, content: { x: 1, y: { b: 1, a: 2 } } };
    expect(compareRows([before], [{ address: "a", previousAddress: null, content: { y: { a: 2, b: 1 }, x: 1 } }])[0]?.status).toBe("unchanged");
  });

  it("are all unchanged when the same file comes again", () => {
    const file = fc.uniqueArray(fc.record({ address: fc.string({ minLength: 1 }), size: fc.integer() }), { selector: (row) => row.address });
    fc.assert(
      fc.property(file, file, (first, second) => {
        const rows = second.map((row) => found(row.address, row.size));
        const changes = compareRows(
          first.map((row) => stored(row.address, row.size)),
          rows,
        );
        const after = changes.map(
          (change): StoredRow => ({
            id: "",
            address: change.found?.address ?? change.stored?.address ?? "",
            gone: change.found === null,
            content: change.found?.content ?? {},
          }),
        );
        expect(compareRows(after, rows).every((change) => change.status === "unchanged")).toBe(true);
      }),
    );
  });
});

describe("another source under the same name", () => {
  const status = (...list: ("new" | "unchanged" | "vanished")[]) => list.map((one) => ({ status: one }));
  it.each([
    ["the first import", null, "x", status("new"), null],
    ["another lineage", { lineage: "y" }, "x", status("unchanged"), "its state has another lineage"],
    ["the same lineage, everything destroyed", { lineage: "x" }, "x", status("vanished"), null],
    ["a plan after a state, some kept", { lineage: "x" }, null, status("unchanged", "vanished"), null],
    ["nothing in common", { lineage: null }, null, status("new", "vanished"), "it has nothing of what was imported before"],
    ["nothing there before", { lineage: null }, null, status("new"), null],
  ])("%s", (_, before, lineage, changes, expected) => expect(otherSource(before, lineage, changes)).toBe(expected));
});
