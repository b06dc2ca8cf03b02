import { describe, expect, it } from "vitest";
import { diffPlans } from "./diff";
import { readYamlPlan } from "./read-yaml";
import { EXAMPLES, exampleText, smallPlan } from "./testing/example-text";
import type { Plan } from "./types";

function plan(text: string): Plan {
  const read = readYamlPlan(text);
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  return read.plan;
}

const changes = (before: string, after: string) =>
  diffPlans(plan(before), plan(after)).changes.map(
    (change) =>
      `${change.kind} ${change.entity} ${change.key}${change.fields.map((field) => ` ${field.field}:${JSON.stringify(field.before)}>${JSON.stringify(field.after)}`).join("")}`,
  );

describe("difference of two plans", () => {
  it.each(EXAMPLES)("is empty between %s and itself", (name) => expect(diffPlans(plan(exampleText(name)), plan(exampleText(name))).changes).toEqual([]));

  it("lists everything as added against nothing", () => {
    const difference = diffPlans(null, plan(smallPlan()));
    expect(difference).toMatchObject({ added: 16, removed: 0, changed: 0 });
    expect(difference.changes.map((change) => change.entity)).toContain("decision matrix");
  });

  it("names entries and fields, not whole documents", () => {
    expect(changes(smallPlan(), smallPlan().replace("name: Server", "name: Big server").replace("amount: 20", "amount: 25"))).toEqual([
      'changed resource server name:"Server">"Big server" lineItems[0].price.amount:20>25',
    ]);
    expect(changes(smallPlan(), smallPlan().replace(/ {6}- \{ key: cache.*\n/, "      - { key: queue, name: Queue }\n"))).toEqual([
      "added resource queue",
      "removed resource cache",
    ]);
    expect(changes(smallPlan(), smallPlan().replace("title: Prepare,", "title: Prepare well,"))).toEqual([
      'changed migration move phases.day.steps.prepare.title:"Prepare">"Prepare well"',
    ]);
    expect(changes(smallPlan(), smallPlan().replace(/decisionMatrix:[\s\S]*?alertRules/, "alertRules"))).toEqual(["removed decision matrix decision matrix"]);
  });

  it("does not count line numbers and comments", () => {
    expect(changes(smallPlan(), `# A comment\n${smallPlan().replace("name: Server,", "name: Server, line: 17,")}`)).toEqual([]);
  });

  it("says what applying does to what is running", () => {
    const effect = (after: string) => diffPlans(plan(smallPlan()), plan(after)).changes[0]?.effect;
    expect(effect(smallPlan().replace("value: 1000, for", "value: 2000, for"))).toBe("It starts anew: its hold time begins again.");
    expect(effect(smallPlan().replace("group: growth, metric", "text: Many users, group: growth, metric"))).toBe("");
    expect(effect(smallPlan().replace(/triggers:\n.*\n/, ""))).toMatch(/It is no longer evaluated/);
    expect(effect(smallPlan().replace("title: Prepare,", "title: Prepare well,"))).toMatch(
      /new runbook version.*lose their approvals, unless only texts changed/,
    );
  });
});
