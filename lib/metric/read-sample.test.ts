import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KnownMetric, readSample } from "./read-sample";

const now = new Date("2026-11-20T02:10:00Z");
const users: KnownMetric = { id: "m1", key: "active_users", kind: "number" };
const compliance: KnownMetric = { id: "m2", key: "compliance_required", kind: "boolean" };
const known = new Map([
  [users.key, users],
  ["mau", users],
  [compliance.key, compliance],
]);

const read = (raw: unknown) => readSample(raw, known, now);
const code = (raw: unknown) => {
  const result = read(raw);
  return result.ok ? "ok" : result.code;
};

describe("a sample is stored or refused with a reason (B-7, B-13)", () => {
  it.each([
    ["number", { metric: "active_users", value: 5 }, "ok"],
    ["alias", { metric: "mau", value: 5 }, "ok"],
    ["no object", 5, "shape"],
    ["list", [], "shape"],
    ["null", null, "shape"],
    ["unknown field", { metric: "active_users", value: 5, when: 1 }, "shape"],
    ["no metric", { value: 5 }, "shape"],
    ["unknown metric", { metric: "nothing_like_it", value: 5 }, "unknown-metric"],
    ["prototype key", { metric: "__proto__", value: 5 }, "unknown-metric"],
    ["no value", { metric: "active_users" }, "value"],
    ["null value", { metric: "active_users", value: null }, "value"],
    ["text", { metric: "active_users", value: "5" }, "value"],
    ["text NaN", { metric: "active_users", value: "NaN" }, "value"],
    ["NaN", { metric: "active_users", value: Number.NaN }, "value"],
    ["infinity from 1e309", JSON.parse('{"metric": "active_users", "value": 1e309}'), "value"],
    ["boolean for a number", { metric: "active_users", value: true }, "value"],
    ["2 for yes/no", { metric: "compliance_required", value: 2 }, "value"],
    ["word for yes/no", { metric: "compliance_required", value: "maybe" }, "value"],
    ["no zone", { metric: "active_users", value: 5, at: "2026-11-19T02:10:00" }, "time"],
    ["31 April", { metric: "active_users", value: 5, at: "2026-04-31T00:00:00Z" }, "time"],
    ["29 February 2025", { metric: "active_users", value: 5, at: "2025-02-29T00:00:00Z" }, "time"],
    ["epoch number", { metric: "active_users", value: 5, at: 1763604600 }, "time"],
    ["4 minutes ahead", { metric: "active_users", value: 5, at: "2026-11-20T02:14:00Z" }, "ok"],
    ["6 minutes ahead", { metric: "active_users", value: 5, at: "2026-11-20T02:16:00Z" }, "time"],
    ["three years old", { metric: "active_users", value: 5, at: "2023-11-20T02:10:00Z" }, "time"],
    ["label name", { metric: "active_users", value: 5, labels: { "a-b": "x" } }, "labels"],
    ["reserved label", { metric: "active_users", value: 5, labels: { __name__: "x" } }, "labels"],
    ["label number", { metric: "active_users", value: 5, labels: { a: 1 } }, "labels"],
    ["label with NUL", { metric: "active_users", value: 5, labels: { a: "x\0" } }, "labels"],
    ["long label", { metric: "active_users", value: 5, labels: { a: "x".repeat(201) } }, "labels"],
    ["31 labels", { metric: "active_users", value: 5, labels: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`l${i}`, "x"])) }, "labels"],
  ])("%s", (_, raw, expected) => expect(code(raw)).toBe(expected));

  it.each([
    [true, 1],
    ["yes", 1],
    ["TRUE", 1],
    [1, 1],
    ["no", 0],
    [false, 0],
    ["0", 0],
  ])("yes/no %s is %d", (value, expected) => {
    const result = read({ metric: "compliance_required", value });
    expect(result.ok && result.sample.value).toBe(expected);
  });

  it("names the metric that was meant", () => {
    const result = read({ metric: "active_user", value: 5 });
    expect(!result.ok && result.message).toContain('did you mean "active_users"?');
  });

  it("gives the same hash to the same labels in any order, and none without", () => {
    const hash = (labels: Record<string, string>) => {
      const result = read({ metric: "mau", value: 1, labels });
      return result.ok ? result.sample.labelsHash : "refused";
    };
    expect(hash({ a: "1", b: "2" })).toBe(hash({ b: "2", a: "1" }));
    expect(hash({ a: "1" })).not.toBe(hash({ a: "2" }));
    expect(hash({})).toBe("");
  });

  it("never throws and never lets a value through that cannot be stored", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (value, at, labels) => {
        const result = read({ metric: "active_users", value, at, labels });
        if (result.ok) {
          expect(Number.isFinite(result.sample.value)).toBe(true);
          expect(Math.abs(result.sample.at.getTime() - now.getTime())).toBeLessThan(2 * 367 * 86_400_000);
        } else expect(result.message.length).toBeLessThan(400);
      }),
    );
  });
});
