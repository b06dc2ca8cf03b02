import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { MAX_STEPS, runbookStep } from "@/lib/migration/types";
import { parsePlan } from "./parse-plan";
import { runbookOf } from "./runbook-of";
import { type PlanInput, planJsonSchema, planSchema, planStep } from "./types";

const small = (): PlanInput => ({
  schemaVersion: 1,
  project: { slug: "shop", name: "Shop" },
  metrics: [
    { key: "users", name: "Users" },
    { key: "compliance", name: "Compliance needed", kind: "boolean" },
  ],
  stacks: [
    {
      key: "now",
      name: "One server",
      role: "current",
      resources: [{ key: "server", name: "Server", kind: "compute", lineItems: [{ price: { form: "fixed", amount: 20 } }] }],
      statedTotals: [{ min: 20, max: 20 }],
    },
    { key: "next", name: "Two servers", role: "target" },
  ],
  triggerGroups: [{ key: "size", name: "Size" }],
  triggers: [{ key: "many-users", group: "size", metric: "users", op: ">", value: 1000, for: "24h", from: "now", to: "next" }],
  migrations: [
    {
      key: "grow",
      name: "Grow",
      from: "now",
      to: "next",
      phases: [
        {
          key: "cutover",
          title: "Cutover",
          steps: [
            { key: "notice", title: "Tell users", kind: "manual", done: true },
            { key: "check", title: "Health", kind: "http.check", with: { url: "https://shop.example.test/health" }, dependsOn: ["notice"], line: 12 },
          ],
        },
      ],
    },
  ],
});

function issuesOf(change: (plan: PlanInput) => void): string[] {
  const plan = small();
  change(plan);
  const parsed = parsePlan(plan);
  return parsed.ok ? [] : parsed.issues.map((issue) => `${issue.path}: ${issue.message}`);
}

describe("plan schema", () => {
  it("accepts a small plan and fills in defaults", () => {
    const parsed = parsePlan(small());
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.plan.project.currency).toBe("USD");
    expect(parsed.plan.stacks[0]?.resources[0]?.lineItems[0]?.price.period).toBe("month");
    expect(parsed.plan.triggers[0]?.noData).toBe("unknown");
    expect(parsed.plan.budgets).toEqual([]);
  });

  it("names every unknown field with its path", () => {
    const issues = issuesOf((plan) => {
      Object.assign(plan, { stackz: [] });
      Object.assign(plan.stacks?.[0]?.resources?.[0] ?? {}, { prise: 5, colour: "red" });
    });
    expect(issues).toEqual([
      'stacks[0].resources[0].prise: "prise" is not a field here',
      'stacks[0].resources[0].colour: "colour" is not a field here',
      'stackz: "stackz" is not a field here',
    ]);
  });

  it("refuses a wrong unit of time and a wrong currency", () => {
    const issues = issuesOf((plan) => {
      Object.assign(plan.triggers?.[0] ?? {}, { for: "5 minutes" });
      Object.assign(plan.project, { currency: "dollars" });
    });
    expect(issues).toContain("triggers[0].for: write a duration such as 30s, 5m, 24h or 7d");
    expect(issues).toContain("project.currency: write a currency as three capital letters, for example USD");
  });

  it("refuses NaN and infinite numbers", () => {
    expect(issuesOf((plan) => Object.assign(plan.triggers?.[0] ?? {}, { value: Number.NaN }))).toHaveLength(1);
    expect(issuesOf((plan) => Object.assign(plan.triggers?.[0] ?? {}, { value: Number.POSITIVE_INFINITY }))).toHaveLength(1);
  });

  it("refuses a million steps with one issue, not a million", () => {
    const step = { key: "a", title: "A", kind: "manual" as const };
    const issues = issuesOf((plan) => {
      const phase = plan.migrations?.[0]?.phases?.[0];
      if (phase !== undefined) phase.steps = Array.from({ length: 1_000_000 }, () => step);
    });
    expect(issues).toEqual(["migrations[0].phases[0].steps: 1,000,000 steps are too many: at most 2,000 per migration are allowed"]);
  });

  it("counts steps over all phases", () => {
    const issues = issuesOf((plan) => {
      const phases = plan.migrations?.[0]?.phases;
      for (const part of [0, 1, 2]) {
        const steps = Array.from({ length: 700 }, (_, i) => ({ key: `s-${part}-${i}`, title: "S", kind: "manual" as const }));
        phases?.push({ key: `p-${part}`, title: "P", steps });
      }
    });
    expect(issues).toEqual([`migrations[0].phases: 2102 steps are too many: at most ${MAX_STEPS} per migration are allowed`]);
  });

  it("refuses a document with too many values in all", () => {
    const issues = issuesOf((plan) => {
      Object.assign(plan, { goals: Array.from({ length: 250_000 }, () => ({ text: "x" })) });
    });
    expect(issues).toEqual([": the plan is too large: at most 200,000 values are allowed"]);
  });

  it.each([null, 5, "text", [], undefined])("refuses %j instead of a document", (value) => {
    expect(parsePlan(value).ok).toBe(false);
  });
});

describe("plan references", () => {
  it("names what is not declared and the nearest name", () => {
    const issues = issuesOf((plan) => {
      Object.assign(plan.triggers?.[0] ?? {}, { metric: "user", to: "elsewhere" });
    });
    expect(issues).toEqual(['triggers[0].metric: there is no metric "user"; did you mean "users"?', 'triggers[0].to: there is no stack "elsewhere"']);
  });

  it("finds keys used twice", () => {
    expect(issuesOf((plan) => plan.metrics?.push({ key: "users", name: "Again" }))).toEqual(['metrics[2].key: the key "users" is used twice']);
    expect(issuesOf((plan) => plan.migrations?.[0]?.phases?.[0]?.steps?.push({ key: "check", title: "Again", kind: "manual" }))).toEqual([
      'migrations[0].phases[0].steps[2].key: the step key "check" is used twice in this migration',
    ]);
  });

  it("finds circles of dependencies", () => {
    const issues = issuesOf((plan) => {
      const stack = plan.stacks?.[0];
      if (stack === undefined) return;
      stack.resources = [
        { key: "a", name: "A", dependsOn: ["b"] },
        { key: "b", name: "B", dependsOn: ["c"] },
        { key: "c", name: "C", dependsOn: ["a"] },
      ];
    });
    expect(issues).toEqual(["stacks[0].resources: these depend on each other in a circle: a → b → c → a"]);
  });

  it("finds a step that must come before one it stands after", () => {
    const issues = issuesOf((plan) => Object.assign(plan.migrations?.[0]?.phases?.[0]?.steps?.[0] ?? {}, { dependsOn: ["check"] }));
    expect(issues).toContain('migrations[0].phases[0].steps[0].dependsOn[0]: "check" stands after "notice" but must be done before it');
    expect(issues.some((issue) => issue.includes("circle"))).toBe(true);
  });

  it("wants a number for a number and yes or no for a yes/no metric", () => {
    expect(issuesOf((plan) => Object.assign(plan.triggers?.[0] ?? {}, { value: true }))).toHaveLength(1);
    expect(issuesOf((plan) => plan.triggers?.push({ key: "audit", metric: "compliance", op: ">", value: 1 }))).toHaveLength(1);
    expect(issuesOf((plan) => plan.triggers?.push({ key: "audit", metric: "compliance", op: "is", value: true }))).toEqual([]);
    expect(issuesOf((plan) => plan.triggers?.push({ key: "none", metric: "users", op: ">" }))).toHaveLength(1);
  });

  it("wants one cell per column", () => {
    const issues = issuesOf((plan) => {
      plan.decisionMatrix = {
        columns: [
          { stack: "now", label: "Now" },
          { stack: "next", label: "Next" },
        ],
        rows: [{ metric: "users", cells: [{ type: "range", min: 0, max: 1000 }] }],
      };
    });
    expect(issues).toEqual(["decisionMatrix.rows[0].cells: one cell per column is needed: 2, not 1"]);
  });
});

describe("steps and runbooks", () => {
  it("knows every step kind of the runbook", () => {
    const kinds = (options: readonly { shape: { kind: { value: string } } }[]) => options.map((option) => option.shape.kind.value);
    expect(kinds(planStep.options)).toEqual(kinds(runbookStep.options));
  });

  it("makes a runbook without what is done and without provenance", () => {
    const parsed = parsePlan(small());
    const migration = parsed.ok ? parsed.plan.migrations[0] : undefined;
    if (migration === undefined) throw new Error("no migration");
    const runbook = runbookOf(migration);
    expect(runbook?.steps).toHaveLength(1);
    expect(runbook?.steps[0]).toMatchObject({ key: "check", kind: "http.check", phase: "Cutover", with: { expectStatus: 200 } });
    expect(runbook?.steps[0]).not.toHaveProperty("line");
    expect(runbook?.observation).toEqual({ duration: "24h" });
  });
});

describe("JSON Schema", () => {
  it("is published as it is in the code", () => {
    const published = JSON.parse(readFileSync(new URL("../../docs/plan.schema.json", import.meta.url), "utf8"));
    expect(published, "run: node --import tsx scripts/plan-schema.ts").toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
  });

  it("has a valid example in docs/plan-format.md whose every section is documented", () => {
    const page = readFileSync(new URL("../../docs/plan-format.md", import.meta.url), "utf8");
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const parsed = parsePlan(parse(example));
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    const migration = parsed.ok ? parsed.plan.migrations[0] : undefined;
    expect(migration && runbookOf(migration)?.steps.map((step) => step.kind)).toEqual(["manual", "postgres.copy", "traffic.shift"]);
    const undocumented = Object.keys(planSchema.shape).filter((name) => !page.includes(name));
    expect(undocumented).toEqual([]);
    const kinds = planStep.options.map((option) => option.shape.kind.value).filter((kind) => !page.includes(`\n| \`${kind}\` `));
    expect(kinds).toEqual([]);
  });
});
