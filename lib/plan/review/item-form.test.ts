import { describe, expect, it } from "vitest";
import { InvalidInputError } from "@/lib/core/errors";
import { editedPlan } from "../edited-plan";
import { readYamlPlan } from "../read-yaml";
import { smallPlan } from "../testing/example-text";
import { blankForm, coerced, formOf, freshEntry } from "./item-form";
import type { FieldSpec } from "./types";

const read = readYamlPlan(smallPlan());
if (!read.ok) throw new Error("the small plan must be read");
const edited = editedPlan(read.plan, [], () => "");
const at = (path: string) => {
  const placed = edited.ids.get(path);
  if (placed === undefined) throw new Error(`nothing at ${path}`);
  return placed;
};
const spec = (type: FieldSpec["type"], field = "x", required = false): FieldSpec => ({ field, label: "Field", type, required });
const price = (raw: object, before: unknown = null) => coerced(spec("price", "price"), raw, before);

describe("forms of entries", () => {
  it("show a service with its stack and its one price", () => {
    const fields = formOf(at("stacks[0].resources[1]"), edited);
    expect(fields.map((field) => [field.field, field.target === at("stacks[0].resources[1]").id])).toEqual([
      ["name", true],
      ["provider", true],
      ["kind", true],
      ["stack", true],
      ["owner", true],
      ["price", false],
      ["quantity", false],
      ["costClass", false],
    ]);
    expect(fields.find((field) => field.field === "stack")).toMatchObject({
      value: "now",
      options: [
        { value: "now", text: "Now" },
        { value: "next", text: "Next" },
      ],
    });
    expect(fields.find((field) => field.field === "price")?.value).toMatchObject({ form: "range", min: 5, max: 10 });
  });

  it("show the cells of the matrix in words, and the plain values of any other entry", () => {
    expect(formOf(at("decisionMatrix.rows[0]"), edited).find((field) => field.field === "cells")?.value).toEqual(["0–1000", "> 1000"]);
    expect(formOf(at("metrics[0]"), edited).map((field) => field.value)).toEqual(["Users", "users", "number"]);
    expect(() => blankForm("nowhere", read.plan)).toThrow(InvalidInputError);
  });

  it("make entries with a key, defaults and a price", () => {
    const made = freshEntry("stacks.resources", {
      name: "Große Queue",
      kind: "queue",
      price: { form: "fixed", amount: "1,250.50", period: "year", currency: "eur" },
    });
    expect(made).toMatchObject({
      key: "grosse-queue",
      name: "Große Queue",
      lineItems: [{ price: { form: "fixed", amount: 1250.5, period: "year", currency: "EUR" } }],
    });
    expect(() => freshEntry("stacks.resources", { name: "", kind: "queue" })).toThrow(/cannot be empty/);
  });
});

describe("values from a browser", () => {
  it("are numbers, yes and no, lines, levels", () => {
    expect(coerced(spec("number"), " 12,5 ", null)).toBe(12.5);
    expect(coerced(spec("number"), "1,234", null)).toBe(1234);
    expect(() => coerced(spec("number"), "many", null)).toThrow(/write a number/);
    expect([coerced(spec("comparand"), "yes", null), coerced(spec("comparand"), "70", null), coerced(spec("comparand"), "green", null)]).toEqual([
      true,
      70,
      "green",
    ]);
    expect(coerced(spec("lines"), ["a", "b "], null)).toEqual(["a", "b"]);
    expect(coerced(spec("level"), { op: ">=", value: "5" }, null)).toEqual({ op: ">=", value: 5 });
    expect(coerced(spec("text"), "  ", null)).toBeNull();
    expect(() => coerced(spec("text", "for"), "a while", null)).toThrow(/duration/);
  });

  it("are prices of every form that can be made by hand, and keep what stood beside the amount", () => {
    const allowances = [{ of: "traffic", amount: 100 }];
    expect(price({ form: "range", min: "5", max: 10, period: "month", approximate: true }, { form: "fixed", amount: 3, allowances })).toEqual({
      form: "range",
      min: 5,
      max: 10,
      period: "month",
      approximate: true,
      allowances,
      overage: [],
    });
    expect(price({ form: "per-unit", unitPrice: "0.2", per: "", unit: "commands" })).toMatchObject({ unitPrice: 0.2, per: 1, unit: "commands" });
    expect(price({ form: "percent", percent: 2.9, of: "" })).toMatchObject({ percent: 2.9, of: "payments" });
    expect(price({ form: "free" })).toMatchObject({ form: "free", period: "month" });
    expect(() => price({ form: "fixed", amount: "" })).toThrow(/amount as a number/);
    expect(() => price({ form: "fixed", amount: 1, currency: "EURO" })).toThrow(/three letters/);
    expect(() => price({ form: "tiered" })).toThrow(/another form/);
    const tiered = { form: "tiered", tiers: [{ name: "Pro", amount: 5 }], period: "month" };
    expect(price({ form: "tiered", period: "year" }, tiered)).toMatchObject({ tiers: tiered.tiers, period: "year" });
  });

  it("are cells of the matrix; those not changed stay as they were", () => {
    const before = [{ type: "range", min: 0, max: 5, text: "up to five" }];
    expect(coerced(spec("cell", "cells"), ["up to five", "10-20", ">= 7", "yes", "see below"], before)).toEqual([
      before[0],
      { type: "range", min: 10, max: 20 },
      { type: "threshold", op: ">=", value: 7 },
      { type: "threshold", op: "is", value: true },
      { type: "text", text: "see below" },
    ]);
  });
});
