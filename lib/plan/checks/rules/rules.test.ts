import { describe, expect, it } from "vitest";
import { readYamlPlan } from "../../read-yaml";
import { EXAMPLES, exampleText } from "../../testing/example-text";
import { checkPlan, factsOf } from "../check-plan";
import { RULE_FAMILIES, type Rule } from "../types";
import { RULES } from ".";

const HEAD = "schemaVersion: 1\nproject: { slug: example, name: Example }\n";

function check(yaml: string) {
  const read = readYamlPlan(HEAD + yaml);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return checkPlan(read.plan, read.locate);
}

const of = (rule: Rule, yaml: string) => check(yaml).filter((finding) => finding.code === rule.code);

describe.each(RULES.map((rule) => [rule.code, rule] as const))("rule %s", (_code, rule) => {
  it("finds what its example says, with lines", () => {
    const found = of(rule, rule.example.wrong);
    expect(found.map((finding) => finding.message)).toEqual([rule.example.finds]);
    expect(rule.levels).toContain(found[0]?.level);
    expect(found[0]?.lines.length).toBeGreaterThan(0);
  });

  it("is silent when the example is put right", () => {
    expect(of(rule, rule.example.right)).toEqual([]);
  });
});

describe("the rules together", () => {
  it("have codes of their own, a known family and a plain sentence", () => {
    expect(RULES.map((rule) => rule.code).filter((code, i, all) => all.indexOf(code) !== i)).toEqual([]);
    for (const rule of RULES) {
      expect(rule.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(RULE_FAMILIES).toContain(rule.family);
      expect(rule.says).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each(EXAMPLES)("only use their own code and levels on %s", (name) => {
    const read = readYamlPlan(exampleText(name));
    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const facts = factsOf(read.plan);
    for (const rule of RULES) {
      for (const noticed of rule.check(read.plan, facts)) {
        expect(noticed.code).toBe(rule.code);
        expect(rule.levels).toContain(noticed.level);
      }
    }
  });
});
