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

describe("the clock of a cutover", () => {
  const offsets = (plan: Plan) => only(plan).cutover.map((event) => [lineOf(event), event.offset]);

  it.each([
    [
      "remarks",
      ["# Move", "## Cutover", "```", "T+0:00 Stop writes", "T+0:10 Copy", "T+1:30 Open again", "```"],
      [
        [4, "0"],
        [5, "10m"],
        [6, "1h30m"],
      ],
    ],
    [
      "a table",
      ["# Move", "## Cutover", "| Time | Action |", "|---|---|", "| T-24h | Lower TTL |", "| T+5 | Copy |"],
      [
        [5, "-24h"],
        [6, "5m"],
      ],
    ],
    [
      "a list",
      ["# Move", "## Timeline", "- T-7 days: tell everybody", "- T-0: stop", "- T+15 min: start"],
      [
        [3, "-7d"],
        [4, "0"],
        [5, "15m"],
      ],
    ],
    [
      "times of day over midnight",
      ["# Move", "## Runbook", "| Time | Task |", "|---|---|", "| 23:30 | Stop |", "| 23:50 | Copy |", "| 00:20 | Start |"],
      [
        [5, "0"],
        [6, "20m"],
        [7, "50m"],
      ],
    ],
  ])("reads %s", (_what, lines, expected) => {
    expect(offsets(read(lines as string[]))).toEqual(expected);
  });

  it("reads the state of rows, and when the old side goes", () => {
    const plan = read([
      "# Move",
      "## Tasks",
      "| Done | Task | When |",
      "|---|---|---|",
      "| ☑ | Export users | T-3 days |",
      "| ☐ | Remove the old directory server | T+14 days |",
    ]);
    expect(stepsOf(plan).map((step) => [step.done, step.offset])).toEqual([
      [true, "-3d"],
      [false, "14d"],
    ]);
    expect(only(plan).decommission?.after).toBe("14d");
  });

  it("knows only the order of numbered steps", () => {
    const plan = read(["# Move", "## Migration", "### Phase 1: Cutover", "1. Stop writes", "2. Copy the database", "3. Change DNS"]);
    expect(only(plan).cutover.map((event) => event.at)).toEqual(["order 1", "order 2", "order 3"]);
  });
});

describe("traffic, both sides at once, way back", () => {
  it("reads weeks with shares, and turns shares of the old side round", () => {
    const plan = read([
      "# Payments: Alpha to Beta",
      "## Traffic",
      "- Week 1: 10% Beta, 90% Alpha",
      "- Week 2: 60% Beta, 40% Alpha",
      "- Week 4: 100% Beta (if stable)",
    ]);
    expect(only(plan).traffic.map((entry) => [entry.percent, entry.hold, entry.criteria, entry.line])).toEqual([
      [10, "7d", undefined, 3],
      [60, "14d", undefined, 4],
      [100, undefined, "if stable", 5],
    ]);
  });

  it.each([
    [
      "Traffic goes 5% → 50% → 100%, two hours each.",
      [
        [5, "2h"],
        [50, "2h"],
        [100, "2h"],
      ],
    ],
    [
      "Shift weights: 5% on day 1, 25% on day 3, 100% on day 4.",
      [
        [5, "2d"],
        [25, "1d"],
        [100, undefined],
      ],
    ],
  ])("reads %j", (sentence, expected) => {
    const plan = read(["# From Alpha to Beta", "## Migration", "### Phase 1: Switch", "- Change the weights", "", sentence]);
    expect(only(plan).traffic.map((entry) => [entry.percent, entry.hold])).toEqual(expected);
  });

  it("does not take error rates and savings for shares", () => {
    const plan = read([
      "# From Alpha to Beta",
      "## Traffic",
      "- Day 1: errors < 5%",
      "- Day 2: CPU 40%, 60% memory",
      "## Migration",
      "### Phase 1: Go",
      "- Start",
    ]);
    expect(only(plan).traffic).toEqual([]);
  });

  it("reads a dual run, the steps back, until when and how fast", () => {
    const plan = read([
      "# From Alpha to Beta",
      "## Migration",
      "### Phase 1: Switch",
      "- Dual-run for 2 weeks",
      "- Change DNS",
      "## Rollback plan (within 36 hours)",
      "1. **Point DNS back** (TTL of 60 seconds)",
      "2. **Copy new rows back**:",
      "   ```bash",
      "   pg_dump new > back.sql",
      "   psql old < back.sql",
      "   ```",
      "### Roll back if",
      "- errors > 2%",
      "- logins fail",
    ]);
    const migration = only(plan);
    expect(migration.dualRun).toMatchObject({ duration: "2w", line: 4 });
    expect(migration.rollback).toMatchObject({ deadline: "36h", ttl: "60s", line: 6 });
    expect(migration.rollback?.steps.map((step) => [lineOf(step), step.activity, step.commands?.length])).toEqual([
      [7, "dns", undefined],
      [8, "database-copy", 2],
    ]);
  });
});

describe("time around the move", () => {
  const plan = (sentence: string) =>
    only(read(["# From Alpha to Beta", "## Migration", "### Phase 1: Go", "- Start the new side", "- Change DNS", "", sentence]));

  it.each([
    [
      "Maintenance window: Sunday 2-6 AM ET",
      { day: "Sunday", start: "02:00", end: "06:00", timeZone: "America/New_York", zoneText: "ET", duration: "4h", line: 7 },
    ],
    ["Wartungsfenster: Samstag 22:00–01:30 Uhr", { day: "Saturday", start: "22:00", end: "01:30", duration: "3h30m", line: 7 }],
    ["Fenêtre de maintenance : 23h-1h CET", { start: "23:00", end: "01:00", timeZone: "Europe/Berlin", zoneText: "CET", duration: "2h", line: 7 }],
  ])("reads the window %j", (sentence, expected) => {
    expect(plan(sentence).window).toEqual(expected);
  });

  it.each([
    ["Expected downtime: 15-20 minutes", { min: "15m", max: "20m", line: 7 }],
    ["Geplante Ausfallzeit: unter 10 Minuten", { op: "<", max: "10m", line: 7 }],
    ["Zero downtime for all users", { stated: "0s", line: 7 }],
    ["Zero-downtime deployments are a feature of the tool", undefined],
    ["Zero downtime is not possible", undefined],
    ["Downtime costs us $900 per hour", undefined],
  ])("reads the downtime of %j", (sentence, expected) => {
    expect(plan(sentence).estimatedDowntime).toEqual(expected);
  });

  it.each([
    ["Keep the old servers running for 10 days, then delete them after 3 weeks.", "10d", "3w", undefined],
    ["Keep old infrastructure running for 2 weeks minimum", undefined, "2w", true],
    ["Alte Server nach 30 Tagen abschalten", undefined, "30d", undefined],
    ["Keep backups for 30 days", undefined, undefined, undefined],
  ])("reads how long the old side stays from %j", (sentence, fallback, after, minimum) => {
    const migration = plan(sentence);
    expect([migration.observation?.fallback, migration.decommission?.after, migration.decommission?.minimum]).toEqual([fallback, after, minimum]);
  });

  it("reads the length of the whole", () => {
    expect(plan("Estimated migration timeline: 2-3 weeks").estimatedDuration).toMatchObject({ min: "2w", max: "3w", line: 7 });
    expect(plan("Total time to launch: 16 weeks").estimatedDuration).toBeUndefined();
  });
});

describe("checklists", () => {
  const plan = read([
    "# From Alpha to Beta",
    "## Migration",
    "### Phase 1: Go",
    "- [ ] Start",
    "  - [x] the first node",
    "",
    "Success criteria:",
    "",
    "- [ ] No errors",
    "",
    "## Before you start",
    "",
    "1. Tell the team",
    "2. Book the window",
    "",
    "## Readiness",
    "```",
    "☐ Backups tested",
    "☑ Access granted",
    "```",
  ]);

  it("has every box once, as a step or as a check", () => {
    expect(stepsOf(plan).map((step) => [lineOf(step), step.done])).toEqual([
      [4, false],
      [5, true],
    ]);
    expect(plan.checklists.map((list) => [list.title, list.items.map((item) => [item.line, item.done])])).toEqual([
      ["Success criteria", [[9, false]]],
      [
        "Before you start",
        [
          [13, undefined],
          [14, undefined],
        ],
      ],
      [
        "Readiness",
        [
          [18, false],
          [19, true],
        ],
      ],
    ]);
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
