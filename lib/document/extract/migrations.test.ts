import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runbookOf } from "@/lib/plan/runbook-of";
import type { Plan } from "@/lib/plan/types";
import { readDocument } from "../read-document";

const read = (lines: string[]) => readDocument(lines.join("\n"), "plan.md").plan;
const lineOf = (entry: { line?: number | [number, number] | undefined }) => (Array.isArray(entry.line) ? entry.line[0] : entry.line);
const phasesOf = (plan: Plan) => plan.migrations.map((migration) => migration.phases.map((phase) => [lineOf(phase), phase.title]));
const stepsOf = (plan: Plan) => plan.migrations.flatMap((migration) => migration.phases.flatMap((phase) => phase.steps));
const only = (plan: Plan) => {
  const [migration] = plan.migrations;
  if (migration === undefined || plan.migrations.length !== 1) throw new Error(`${plan.migrations.length} migrations`);
  return migration;
};

const SHELL = [
  "# Wiki: Confluence to Outline",
  "",
  "## Plan",
  "",
  "### Phase 0: Prepare (days 1-2)",
  "",
  "**Goal**: a test instance that works",
  "",
  "```bash",
  "# 1. Create the database",
  "createdb outline",
  "",
  "# 2. Write the settings",
  "cat > .env.example <<'END'",
  "# this is no step",
  "NODE_ENV=production",
  "END",
  "",
  "# 3. Look whether it runs (optional)",
  "curl https://wiki.example.org/health",
  "```",
  "",
  "### Phase 1: Switch (3 hours)",
  "",
  "- [x] Lower the TTL to 120 seconds",
  "- [ ] Dump and load the data:",
  "  ```bash",
  "  pg_dump old | psql new",
  "  ```",
  "- [ ] Wait 10 minutes",
  "- [ ] Change DNS",
  "  1. the record of www",
  "  2. the bare domain",
  "",
  "### Phase 2: Afterwards",
  "",
  "- Watch error rates for 48 hours",
  "- Delete the old server after 14 days",
];

describe("phases and steps", () => {
  const plan = read(SHELL);
  const migration = only(plan);

  it("reads phases from headings with their dates and goals", () => {
    expect(phasesOf(plan)).toEqual([
      [
        [5, "Prepare"],
        [23, "Switch"],
        [35, "Afterwards"],
      ],
    ]);
    expect(migration.phases[0]).toMatchObject({ planned: { days: [1, 2] }, goal: "a test instance that works" });
    expect(migration.phases[1]).toMatchObject({ planned: { duration: "3h" } });
    expect(migration.name).toBe("Confluence to Outline");
  });

  it("reads numbered remarks of a shell block with their commands, not those inside a here-document", () => {
    const [first, second, third] = migration.phases[0]?.steps ?? [];
    expect(migration.phases[0]?.steps).toHaveLength(3);
    expect(first).toMatchObject({ title: "Create the database", line: [10, 11], commands: ["createdb outline"] });
    expect(second?.line).toEqual([13, 17]);
    expect(third).toMatchObject({ optional: true, activity: "http-check", line: [19, 20] });
  });

  it("reads boxes with their state, commands below them and what they are made of", () => {
    expect(migration.phases[1]?.steps.map((step) => [lineOf(step), step.done, step.activity])).toEqual([
      [25, true, "dns"],
      [26, false, "database-copy"],
      [30, false, "wait"],
      [31, false, "dns"],
    ]);
    expect(migration.phases[1]?.steps[0]?.ttl).toBe("120s");
    expect(migration.phases[1]?.steps[1]?.commands).toEqual(["pg_dump old | psql new"]);
    expect(migration.phases[1]?.steps[2]).toMatchObject({ kind: "wait", with: { for: "10m" } });
    expect(migration.phases[1]?.steps[3]?.substeps.map((part) => [part.line, part.title])).toEqual([
      [32, "the record of www"],
      [33, "the bare domain"],
    ]);
  });

  it("knows what belongs to the time after the move", () => {
    expect(migration.phases[2]?.steps.map((step) => [step.stage, step.after])).toEqual([
      ["after", undefined],
      ["after", "14d"],
    ]);
    expect(migration.observation?.duration).toBe("48h");
    expect(migration.decommission?.after).toBe("14d");
  });

  it("makes a runbook of what is still to be done", () => {
    expect(runbookOf(migration)?.steps.map((step) => step.title)).toEqual([
      "Create the database",
      "Write the settings",
      "Look whether it runs (optional)",
      "Dump and load the data",
      "Wait 10 minutes",
      "Change DNS",
    ]);
  });
});

describe("what a phase can look like", () => {
  it.each([
    [
      "a bold line",
      ["## Migration plan", "**Phase 1 – Order (2 weeks before)**", "", "- Buy disks", "", "**Phase 2 – Copy**", "", "- Copy files"],
      [
        [2, "Order"],
        [6, "Copy"],
      ],
    ],
    [
      "a row of a table",
      [
        "# Move of the shop",
        "## Rollout plan",
        "",
        "| Phase | Duration | Tasks |",
        "|---|---|---|",
        "| Build | 1 week | Create servers, install software |",
        "| Switch | 2 hours | Change DNS |",
      ],
      [
        [6, "Build"],
        [7, "Switch"],
      ],
    ],
    [
      "an item of a list",
      ["# Move of the shop", "## Steps", "1. **Phase 1: Build**", "   - Create servers", "2. **Phase 2: Switch**", "   - Change DNS"],
      [
        [3, "Build"],
        [5, "Switch"],
      ],
    ],
    [
      "a line of text",
      ["# Change of the provider", "## Plan", "", "Week 1: Export the zones. Import them.", "", "Week 2: Change the name servers."],
      [
        [4, "Export the zones"],
        [6, "Change the name servers"],
      ],
    ],
    [
      "German",
      ["## Umzug", "### Etappe 1: Aufbau (Woche 1)", "- Server bestellen", "### Etappe 2: Umschaltung", "1. DNS umstellen"],
      [
        [2, "Aufbau"],
        [4, "Umschaltung"],
      ],
    ],
    [
      "French",
      ["## Migration", "### Étape 1 : préparation", "- Créer le projet", "### Étape 2 : bascule", "1. Basculer le DNS"],
      [
        [2, "préparation"],
        [4, "bascule"],
      ],
    ],
    [
      "Spanish",
      ["## Migración", "### Primera fase: copia", "- Copiar los datos", "### Segunda fase: corte", "1. Cambiar el DNS"],
      [
        [2, "copia"],
        [4, "corte"],
      ],
    ],
    [
      "below zero",
      ["## Phase -1: Decide", "- [ ] Agree", "## Phase 0: Count", "- [ ] List tables"],
      [
        [1, "Decide"],
        [3, "Count"],
      ],
    ],
    [
      "names only",
      [
        "# Database move",
        "## Preparation",
        "- Create the replica",
        "- Test the restore",
        "## Cutover",
        "1. Stop writes",
        "2. Promote",
        "## Cleanup",
        "- Remove the old host",
      ],
      [
        [2, "Preparation"],
        [5, "Cutover"],
        [8, "Cleanup"],
      ],
    ],
  ])("reads %s", (_what, lines, expected) => {
    expect(phasesOf(read(lines as string[]))).toEqual([expected]);
  });

  it.each([
    [
      "stages of cost",
      [
        "## Cost analysis",
        "### Phase 1: pilot (~€40/month)",
        "| Service | Cost |",
        "|---|---|",
        "| VM | €20 |",
        "| Database | €20 |",
        "### Phase 2: all (~€90/month)",
        "| Service | Cost |",
        "|---|---|",
        "| VM | €40 |",
        "| Database | €50 |",
      ],
    ],
    ["stages of growth", ["## Growth stages", "### Stage 1: 100 users", "- one VM: $9/month", "### Stage 2: 9,000 users", "- four VMs: $36/month"]],
    ["targets of phases", ["## Success metrics", "### Phase 1 KPIs", "- Uptime: >99.5%", "### Phase 2 KPIs", "- Uptime: >99.9%"]],
    ["tips", ["## Cost optimisation tips", "### Phase 1", "- Use spot instances", "### Phase 2", "- Use savings plans"]],
    ["risks", ["## Risks", "| Phase | Risk | Mitigation |", "|---|---|---|", "| Phase 1 | Delay | Order early |", "| Phase 2 | Loss | Back up |"]],
    ["weeks of a diary", ["# Notes", "## Week 1", "Two incidents.", "## Week 2", "Quiet."]],
  ])("does not take %s for phases", (_what, lines) => {
    expect(read(lines).migrations.flatMap((migration) => migration.phases)).toEqual([]);
  });
});

describe("several moves in one document", () => {
  const plan = read([
    "# Renewal",
    "## Move 1: from Jenkins to Buildbot",
    "### Preparation (week 1)",
    "- Export jobs",
    "- Create workers",
    "### Cutover (2-hour window)",
    "1. Stop builds",
    "2. Switch webhooks",
    "",
    "Estimated downtime: <20 minutes",
    "",
    "**Rollback plan:**",
    "",
    "1. Switch webhooks back",
    "## Move 2: from Nexus to Harbor",
    "### Preparation (weeks 2-3)",
    "- Replicate images",
    "- Test pulls",
    "### Cutover (4-hour window)",
    "1. Freeze pushes",
    "2. Decommission the old registry",
  ]);

  it("gives each its own phases, sides, window and way back", () => {
    expect(plan.migrations.map((migration) => migration.name)).toEqual(["Jenkins to Buildbot", "Nexus to Harbor"]);
    expect(phasesOf(plan)).toEqual([
      [
        [3, "Preparation"],
        [6, "Cutover"],
      ],
      [
        [16, "Preparation"],
        [19, "Cutover"],
      ],
    ]);
    const name = (key: string) => plan.stacks.find((stack) => stack.key === key)?.name;
    expect(plan.migrations.map(({ from, to }) => [name(from), name(to)])).toEqual([
      ["Jenkins", "Buildbot"],
      ["Nexus", "Harbor"],
    ]);
    expect(plan.migrations.map((migration) => migration.window?.duration)).toEqual(["2h", "4h"]);
    expect(plan.migrations[0]?.estimatedDowntime).toMatchObject({ op: "<", max: "20m", line: 10 });
    expect(plan.migrations[0]?.rollback?.steps.map((step) => [step.line, step.title])).toEqual([[14, "Switch webhooks back"]]);
    expect(plan.migrations[1]?.rollback).toBeUndefined();
    expect(plan.migrations[1]?.decommission).toMatchObject({ after: "0s", at: "same day", line: 21 });
  });
});

it("reads any mixture of its own parts without failing", () => {
  const part = fc.oneof(
    fc.constantFrom(...SHELL, "| Time | Step |", "|---|---|", "| T+0 | go |", "- 10% new, 90% old", "**Rollback:**", "## Rollback", "~~~", "    code"),
    fc.string({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (lines) => {
      const plan = read(lines);
      for (const migration of plan.migrations) expect(migration.from).not.toBe(migration.to);
      for (const step of stepsOf(plan)) expect(lineOf(step)).toBeLessThanOrEqual(lines.join("\n").split("\n").length);
    }),
    { numRuns: 60 },
  );
});
