import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readYamlPlan } from "./read-yaml";
import { runbookOf } from "./runbook-of";
import { figureFile, whyMissing } from "./testing/figures";
import type { Plan } from "./types";
import { writeYamlPlan } from "./write-yaml";

const SYSTEMS = ["apexmediation", "barum-aws", "venture-nudge", "tour-crm", "paircam"] as const;
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function load(text: string): Plan {
  const parsed = readYamlPlan(text);
  if (!parsed.ok) throw new Error(parsed.issues.map((issue) => `${issue.path}: ${issue.message}`).join("\n"));
  return parsed.plan;
}

/** Figures that are knowingly absent: rows of the table "Figures left out" in docs/examples.md. */
function leftOut(): Map<string, string> {
  const section = read("docs/examples.md").split("## Figures left out")[1]?.split("\n## ")[0] ?? "";
  const rows = [...section.matchAll(/^\| *`([^`]+)` *\| *`([^`]+)` *\| *(.+?) *\|$/gm)];
  return new Map(rows.map(([, system, id, why]) => [`${system}: ${id}`, why ?? ""]));
}

describe.each(SYSTEMS)("example %s", (system) => {
  const text = read(`examples/${system}.yaml`);
  const { figures } = figureFile.parse(JSON.parse(read(`lib/plan/testing/figures/${system}.json`)));

  it("is a valid plan that names its schema", () => {
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=../docs/plan.schema.json");
    expect(load(text).project.slug).toBe(system);
  });

  it("holds every figure of its document at the right place, read back from its export (done 7)", () => {
    const written = load(writeYamlPlan(load(text)));
    const known = leftOut();
    const missing = figures.flatMap((figure) => {
      const why = whyMissing(written, figure);
      return why === null || known.has(`${system}: ${figure.id}`) ? [] : [`${figure.id}: ${why}`];
    });
    expect(missing, `${missing.length} of ${figures.length} figures are missing:\n${missing.join("\n")}`).toEqual([]);
  });

  it("notices a changed figure (the comparison itself can fail)", () => {
    const plan = load(text);
    for (const stack of plan.stacks) for (const total of stack.statedTotals) total.min += 1;
    for (const migration of plan.migrations) migration.from = "elsewhere";
    const missing = figures.filter((figure) => whyMissing(plan, figure) !== null);
    expect(missing.some((figure) => figure.id.includes("stated total"))).toBe(true);
    expect(missing.some((figure) => figure.id.startsWith("migration "))).toBe(true);
  });

  it("explains only figures that are really absent", () => {
    const plan = load(text);
    const stale = figures.filter((figure) => leftOut().has(`${system}: ${figure.id}`) && whyMissing(plan, figure) === null);
    expect(stale.map((figure) => figure.id)).toEqual([]);
  });

  it("has a migration that Switchyard can carry out", () => {
    const runbooks = load(text).migrations.map((migration) => runbookOf(migration));
    const kinds = new Set(runbooks.flatMap((runbook) => runbook?.steps.map((step) => step.kind) ?? []));
    expect([...kinds]).toEqual(expect.arrayContaining(["manual", "sql.check", "postgres.move", "traffic.shift"]));
    for (const runbook of runbooks) expect(runbook?.guards.length).toBeGreaterThan(0);
  });
});

describe("docs/examples.md", () => {
  it("explains only figures that exist", () => {
    const ids = new Set(
      SYSTEMS.flatMap((system) =>
        figureFile.parse(JSON.parse(read(`lib/plan/testing/figures/${system}.json`))).figures.map((figure) => `${system}: ${figure.id}`),
      ),
    );
    expect([...leftOut().keys()].filter((id) => !ids.has(id))).toEqual([]);
  });
});
