import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readYamlPlan } from "./read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";
import { writeYamlPlan } from "./write-yaml";

const issuesOf = (text: string) => {
  const read = readYamlPlan(text);
  return read.ok ? [] : read.issues.map((issue) => `${issue.line ?? "-"}: ${issue.message}`);
};

describe("reading a plan", () => {
  it.each(EXAMPLES)("reads %s", (name) => expect(issuesOf(exampleText(name))).toEqual([]));

  it("tells where a path stands in the text", () => {
    const read = readYamlPlan(smallPlan());
    expect(read.ok && read.locate("stacks[0].resources[0].name")?.line).toBe(
      smallPlan()
        .split("\n")
        .findIndex((line) => line.includes("name: Server")) + 1,
    );
    expect(read.ok && read.locate("stacks[9].nothing")?.line).toBe(
      smallPlan()
        .split("\n")
        .findIndex((line) => line.startsWith("stacks")) + 1,
    );
  });

  it("names unknown fields with line and the field that was probably meant (B-1)", () => {
    const text = smallPlan().replace("provider: Example", "provder: Example");
    expect(issuesOf(text)).toEqual([`${lineOf(text, "provder")}: "provder" is not a field here; did you mean "provider"?`]);
  });

  it("names a missing field", () => expect(issuesOf(smallPlan().replace("slug: small, ", ""))).toEqual(["2: slug is missing (string)"]));

  it.each([
    ["a wrong unit of time", "for: 24h", "for: 24 hours", "write a duration such as 30s, 5m, 24h or 7d"],
    ["an unknown operator", 'op: ">"', 'op: "=>"', 'write one of ">", ">=", "<", "<=", "between", "approaches", "is"'],
    ["an unknown metric", "metric: users, op", "metric: user, op", 'there is no metric "user"; did you mean "users"?'],
    ["an unknown form of price", "form: fixed", "form: fixd", "write one of fixed, range, open, free, included, per-unit, tiered, percent, formula, unknown"],
    ["NaN", "value: 1000", "value: .nan", "NaN is not a number a plan can hold"],
    ["a number beyond double precision", "value: 1000", "value: 1e309", "Infinity is not a number a plan can hold"],
    ["a huge number", "value: 1000", "value: 1e300", "the number 1e+300 is too large: at most 1,000,000,000,000 is allowed"],
    ["a negative price", "amount: 20", "amount: -20", "too small: at least 0 is allowed"],
    ["a key used twice", "slug: small,", "slug: small, slug: other,", 'the field "slug" is written twice'],
    ["__proto__", "schemaVersion: 1", "schemaVersion: 1\n__proto__: { polluted: true }", '"__proto__" is not a field here'],
    ["an unknown tag", "name: Server", "name: !!js/function Server", "Unresolved tag: tag:yaml.org,2002:js/function"],
    ["a tab as indentation", "stacks:", "stacks:\n\t- a", "Tabs are not allowed as indentation"],
  ])("refuses %s on its line (B-1)", (_what, before, after, message) => {
    const text = smallPlan().replace(before, after);
    expect(text).not.toBe(smallPlan());
    const issues = issuesOf(text);
    expect(issues[0]).toMatch(/^\d+: /);
    expect(issues.map((issue) => issue.replace(/^\d+: /, ""))).toContain(message);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("refuses circles of dependencies", () => {
    const text = smallPlan().replace("provider: Example", "dependsOn: [cache]").replace("name: Cache", "name: Cache, dependsOn: [server]");
    expect(issuesOf(text)[0]).toContain("these depend on each other in a circle: server → cache → server");
  });

  it.each<[string, () => string, string]>([
    ["380,000 steps", () => `schemaVersion: 1\nmigrations:\n  - phases:\n      - steps:\n${"        - {}\n".repeat(380_000)}`, "380,000 steps are too many"],
    ["an alias bomb", aliasBomb, "Aliases stand for too many values"],
    ["deep brackets", () => `a: ${"[".repeat(50_000)}`, "nested too deep"],
    ["deep blocks", () => Array.from({ length: 60 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "nested too deep"],
    ["more than 5 MB", () => `a: "${"x".repeat(5_242_881)}"`, "5,242,880 are read"],
    ["200,000 fields", () => Array.from({ length: 210_000 }, (_, i) => `k${i}: 1`).join("\n"), "the plan is too large"],
    ["two documents", () => `${smallPlan()}\n---\na: 1\n`, "several documents"],
    ["an empty text", () => "  \n", "The text is empty."],
    ["plain text", () => "# Migration plan\n\nHello", "a plan is a YAML object"],
  ])("refuses %s (B-1)", (_what, text, message) => {
    expect(issuesOf(text())[0]).toContain(message);
  });
});

describe("writing a plan", () => {
  it.each(EXAMPLES)("%s reads back as the same plan, without its former text", (name) => {
    const read = readYamlPlan(exampleText(name));
    if (!read.ok) throw new Error("the example is damaged");
    const again = readYamlPlan(writeYamlPlan(read.plan));
    expect(again.ok && again.plan).toEqual(read.plan);
    expect(writeYamlPlan(read.plan)).toBe(writeYamlPlan(read.plan));
  });

  it("keeps the former text when nothing changed, and its comments when something did", () => {
    const text = exampleText("barum-aws");
    const read = readYamlPlan(text);
    if (!read.ok) throw new Error("the example is damaged");
    expect(writeYamlPlan(read.plan, text)).toBe(text);

    const changed = structuredClone(read.plan);
    changed.triggers = changed.triggers.filter((trigger) => trigger.key !== "phase-2-mrr");
    const first = changed.stacks[0]?.resources[0];
    if (first === undefined) throw new Error("the example is damaged");
    first.name = "EC2 t3.medium";
    changed.metrics.push({ key: "extra", name: "Extra", kind: "number", aggregation: "last" });
    const written = writeYamlPlan(changed, text);
    const comments = (source: string) => source.split("\n").filter((line) => line.trimStart().startsWith("#"));
    expect(comments(written)).toEqual(comments(text));
    expect(written).toContain("name: EC2 t3.medium");
    const again = readYamlPlan(written);
    expect(again.ok && again.plan).toEqual(changed);
    // Lines that were not touched stay as they are.
    const kept = new Set(written.split("\n"));
    expect(text.split("\n").filter((line) => kept.has(line)).length).toBeGreaterThan(text.split("\n").length * 0.7);
  });
});

function lineOf(text: string, part: string): number {
  return text.split("\n").findIndex((line) => line.includes(part)) + 1;
}

function aliasBomb(): string {
  const names = "abcdefghij";
  const lines = [...names].slice(1).map((name, i) => `${name}: &${name} [${Array(9).fill(`*${names[i]}`).join(",")}]`);
  return ["a: &a [1,1,1,1,1,1,1,1,1]", ...lines].join("\n");
}

it("finds the examples where the tests say", () => {
  expect(readFileSync(path.resolve("examples/barum-aws.yaml"), "utf8")).toBe(exampleText("barum-aws"));
});
