import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { expect, it } from "vitest";
import { parse } from "yaml";

/** The published schema as somebody else's validator reads it: editors and other programs see this, not our zod. */
const root = path.resolve(import.meta.dirname, "../..");
const schema = JSON.parse(readFileSync(path.join(root, "docs/plan.schema.json"), "utf8"));
const validate = new Ajv2020({ strict: false, formats: { uri: (text: string) => URL.canParse(text) } }).compile(schema);
const examples = readdirSync(path.join(root, "examples")).filter((file) => file.endsWith(".yaml"));
const read = (file: string) => parse(readFileSync(path.join(root, "examples", file), "utf8"));

it("knows five examples", () => expect(examples).toHaveLength(5));

it.each(examples)("validates examples/%s", (file) => {
  validate(read(file));
  expect(validate.errors ?? []).toEqual([]);
});

it.each<[string, (plan: Record<string, unknown>) => void]>([
  ["an unknown field", (plan) => Object.assign(plan, { stackz: [] })],
  ["a role that does not exist", (plan) => Object.assign((plan.stacks as object[])[0] ?? {}, { role: "best" })],
  ["a missing project", (plan) => Reflect.deleteProperty(plan, "project")],
])("refuses %s", (_what, spoil) => {
  const plan = read(examples[0] ?? "");
  spoil(plan);
  expect(validate(plan)).toBe(false);
});
