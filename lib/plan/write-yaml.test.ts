import fc from "fast-check";
import { expect, it } from "vitest";
import { readYamlPlan } from "./read-yaml";
import { smallPlan } from "./testing/example-text";
import type { Plan } from "./types";
import { writeYamlPlan } from "./write-yaml";

function smallest(): Plan {
  const read = readYamlPlan(smallPlan());
  if (!read.ok) throw new Error("the small plan is damaged");
  return read.plan;
}

/** Texts that YAML would take for something else, beside any other. */
const texts = fc.oneof(
  fc.constantFrom(
    "yes",
    "null",
    "~",
    "0x10",
    "1e3",
    "- a",
    "# a",
    "a: b",
    "a #b",
    "<<",
    "2026-01-01",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "'",
    '"',
    "\\",
    "{",
    "[",
    "a\nb",
    "\ta",
    " a ",
    "é\u0301",
    "😀",
    "\u2028",
    "...",
    "---",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => !text.includes("\0") && text !== "__proto__"),
);
const amounts = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value));

it("reads back every text and number it writes, with and without the former text", () => {
  fc.assert(
    fc.property(texts, texts, amounts, (name, note, amount) => {
      const plan = smallest();
      const server = plan.stacks[0]?.resources[0];
      if (server === undefined) throw new Error("the small plan is damaged");
      Object.assign(server, { name, note, specification: { [name.slice(0, 80)]: note } });
      Object.assign(plan.budgets[0] ?? {}, { amount });
      for (const written of [writeYamlPlan(plan), writeYamlPlan(plan, smallPlan())]) {
        const read = readYamlPlan(written);
        expect(read.ok ? read.plan : read.issues).toEqual(plan);
      }
    }),
    { numRuns: 60 },
  );
});
