import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TriggerGroupView, TriggerView } from "@/lib/trigger/types";
import { deriveMatrix } from "./derive";
import { cellBounds, currentCell, holds, nextEdge, placeRows, readMatrix } from "./matrix";
import type { CellDocument, MatrixDocument, MetricNow } from "./types";

const now = new Date("2026-11-20T02:10:00Z");
const columns = [{ stack: "phase-1" }, { stack: "phase-2" }, { stack: "phase-3" }];
const stages: CellDocument[] = [
  { type: "range", min: 0, max: 1000 },
  { type: "threshold", op: ">", value: 1000 },
  { type: "threshold", op: ">", value: 10_000 },
];
const cellsOf = (cells: CellDocument[]) =>
  readMatrix({ columns: columns.map((c) => ({ ...c, label: c.stack })), rows: [{ metric: "m", role: "condition", cells }] }).rows[0]?.cells ?? [];

describe("currentCell", () => {
  it.each([
    [0, 0],
    [1000, 0],
    [1000.5, 1],
    [10_000, 1],
    [10_001, 2],
    [5_000_000, 2],
    [-1, null],
  ])("%d is held by column %s", (value, expected) => expect(currentCell(cellsOf(stages), value)).toBe(expected));

  it("gives a shared end of two ranges to the later stage", () => {
    const cells = cellsOf([
      { type: "range", min: 0, max: 50 },
      { type: "range", min: 50, max: 100 },
      { type: "threshold", op: ">=", value: 100 },
    ]);
    expect([49, 50, 99, 100].map((value) => currentCell(cells, value))).toEqual([0, 1, 1, 2]);
  });

  it("leaves gaps between cells empty", () => {
    const cells = cellsOf([
      { type: "threshold", op: "<", value: 20 },
      { type: "text", text: "?" },
      { type: "threshold", op: ">", value: 50 },
    ]);
    expect([10, 30, 60].map((value) => currentCell(cells, value))).toEqual([0, null, 2]);
  });

  it("holds at most one column, and only one that contains the value", () => {
    const cell = fc.oneof(
      fc.record({ type: fc.constant("range" as const), min: fc.integer({ min: -50, max: 50 }), max: fc.integer({ min: -50, max: 50 }) }),
      fc.record({
        type: fc.constant("threshold" as const),
        op: fc.constantFrom(">", ">=", "<", "<=", "is", "approaches"),
        value: fc.integer({ min: -50, max: 50 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 3, maxLength: 3 }), fc.integer({ min: -60, max: 60 }), (list, value) => {
        const cells = cellsOf(list);
        const index = currentCell(cells, value);
        const holding = cells.map((c, i) => (c.bounds !== null && holds(c.bounds, value) ? i : -1)).filter((i) => i >= 0);
        if (index === null) expect(holding).toEqual([]);
        else expect(holding).toContain(index);
      }),
    );
  });
});

describe("cells (B-6)", () => {
  it.each<[string, CellDocument, boolean]>([
    ["range upside down", { type: "range", min: 5, max: 1 }, false],
    ["unknown operator", { type: "threshold", op: "==", value: 1 }, false],
    ["money", { type: "money", amount: 45, period: "month" }, false],
    ["trajectory", { type: "trajectory", from: 100, to: 4.5 }, false],
    ["yes", { type: "threshold", op: "is", value: true }, true],
  ])("%s judges: %s", (_, cell, judges) => expect(cellBounds(cell) !== null).toBe(judges));
});

describe("nextEdge", () => {
  it.each([
    [500, 1000, "phase-2", "up", 50],
    [910, 1000, "phase-2", "up", 91],
    [9000, 10_000, "phase-3", "up", 90],
    [1100, 1000, "phase-1", "down", null],
  ])("%d is nearest to %d, beyond it %s", (value, edge, beyond, direction, share) => {
    const cells = cellsOf(stages);
    const found = nextEdge(cells, columns, currentCell(cells, value) ?? 0, value);
    expect(found).toMatchObject({ value: edge, beyond, direction, sharePercent: share });
  });

  it("is none where nobody holds the other side", () => {
    const cells = cellsOf([
      { type: "threshold", op: ">", value: 5 },
      { type: "text", text: "x" },
      { type: "text", text: "y" },
    ]);
    expect(nextEdge(cells, columns, 0, 9)).toBeNull();
  });
});

const metric = (key: string, value: number | null, more: Partial<MetricNow> = {}): [string, MetricNow] => [
  key,
  {
    key,
    name: key.toUpperCase(),
    unit: "",
    kind: "number",
    value,
    at: value === null ? null : now,
    source: "pushed",
    freshness: value === null ? "unknown" : "fresh",
    ...more,
  },
];

describe("placeRows", () => {
  it("sorts by the distance to the next edge, unknown and result rows last", () => {
    const document: MatrixDocument = {
      columns: columns.map((c) => ({ ...c, label: c.stack })),
      rows: [
        { metric: "far", role: "condition", cells: stages },
        {
          metric: "cost",
          role: "result",
          cells: [
            { type: "money", amount: 45, period: "month" },
            { type: "money", amount: 105, period: "month" },
            { type: "text", text: "more" },
          ],
        },
        { metric: "unknown", role: "condition", cells: stages },
        { metric: "near", role: "condition", cells: stages },
      ],
    };
    const rows = placeRows(readMatrix(document), new Map([metric("far", 100), metric("near", 950), metric("unknown", null), metric("cost", 45)]), now);
    expect(rows.map((row) => row.metric)).toEqual(["near", "far", "unknown", "cost"]);
    expect(rows.map((row) => row.currentCell)).toEqual([0, 0, null, null]);
    expect(rows[3]?.cells.map((cell) => cell.text)).toEqual(["45 / month", "105 / month", "more"]);
  });

  it("keeps the place of a metric that is not declared any more, as unknown", () => {
    const [row] = placeRows(
      readMatrix({ columns: [{ stack: "a", label: "A" }], rows: [{ metric: "gone", role: "condition", cells: [{ type: "range", min: 0, max: 1 }] }] }),
      new Map(),
      now,
    );
    expect(row).toMatchObject({ metric: "gone", freshness: "unknown", currentCell: null });
  });
});

const trigger = (values: Partial<TriggerView>): TriggerView => ({
  id: "t",
  key: "t",
  groupKey: "g",
  metricKey: "users",
  metricName: "Users",
  unit: "",
  text: "",
  kind: "migrate",
  op: ">",
  value: 100,
  high: null,
  holdMs: 0,
  staleAfterMs: null,
  noData: "unknown",
  qualitative: false,
  from: "a",
  to: "b",
  state: "unknown",
  stateSince: null,
  trueSince: null,
  lastValue: null,
  lastSampleAt: null,
  ...values,
});
const group = (triggers: TriggerView[]): TriggerGroupView => ({
  key: "g",
  name: "G",
  kind: "migrate",
  combine: "any",
  from: null,
  to: null,
  state: "unknown",
  triggers,
});
const stacks = ["a", "b", "c"].map((key, position) => ({ key, name: key.toUpperCase(), position }));
const texts = (triggers: TriggerView[]) => deriveMatrix([group(triggers)], stacks).rows.map((row) => [row.metric, ...row.cells.map((cell) => cell.text)]);

describe("deriveMatrix", () => {
  it.each<[string, TriggerView[], string[][]]>([
    ["one threshold", [trigger({})], [["users", "≤ 100", "> 100"]]],
    ["at least", [trigger({ op: ">=" })], [["users", "< 100", "≥ 100"]]],
    ["a chain", [trigger({}), trigger({ from: "b", to: "c", value: 1000 })], [["users", "≤ 100", "100–1,000", "> 1,000"]]],
    ["the lowest of several", [trigger({ value: 300 }), trigger({ value: 100 })], [["users", "≤ 100", "> 100"]]],
    ["a block", [trigger({ kind: "block", op: "<", value: 20 })], [["users", "< 20", "≥ 20"]]],
    ["yes/no", [trigger({ metricKey: "need", op: "is", value: 1 })], [["need", "no", "yes"]]],
    ["block by no", [trigger({ metricKey: "skill", kind: "block", op: "is", value: 0 })], [["skill", "no", "yes"]]],
    ["no stack beyond", [trigger({ to: null })], [["users", "≤ 100", "> 100"]]],
    ["reviews and justifications judge no stack", [trigger({ kind: "review" }), trigger({ kind: "justify" })], []],
  ])("%s", (_, triggers, expected) => expect(texts(triggers)).toEqual(expected));

  it("is none without triggers", () => expect(deriveMatrix([], stacks).source).toBe("none"));
});
