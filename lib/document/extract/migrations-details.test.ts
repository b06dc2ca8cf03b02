import { describe, expect, it } from "vitest";
import type { Plan } from "@/lib/plan/types";
import { readDocument } from "../read-document";

const read = (lines: string[]) => readDocument(lines.join("\n"), "plan.md").plan;
const lineOf = (entry: { line?: number | [number, number] | undefined }) => (Array.isArray(entry.line) ? entry.line[0] : entry.line);
const stepsOf = (plan: Plan) => plan.migrations.flatMap((migration) => migration.phases.flatMap((phase) => phase.steps));
const only = (plan: Plan) => {
  const [migration] = plan.migrations;
  if (migration === undefined || plan.migrations.length !== 1) throw new Error(`${plan.migrations.length} migrations`);
  return migration;
};

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
  it("reads a table of shares with what lets each go on", () => {
    const plan = read([
      "# From Alpha to Beta",
      "## Migration",
      "### Phase 1: Go",
      "- Start",
      "## Ramp",
      "| Week | Traffic to Beta | Criteria |",
      "|---|---|---|",
      "| 2 | 10% | errors < 0.5% |",
      "| 3 | 100% | sign-off |",
    ]);
    expect(only(plan).traffic.map((entry) => [entry.percent, entry.at, entry.hold, entry.criteria, entry.line])).toEqual([
      [10, "week 2", "7d", "errors < 0.5%", 8],
      [100, "week 3", undefined, "sign-off", 9],
    ]);
  });

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
      "Maintenance window: Sunday 1-4 AM ET",
      { day: "Sunday", start: "01:00", end: "04:00", timeZone: "America/New_York", zoneText: "ET", duration: "3h", line: 7 },
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
    ["Keep the old machines running for 3 weeks minimum", undefined, "3w", true],
    ["Alte Server nach 30 Tagen abschalten", undefined, "30d", undefined],
    ["Keep backups for 30 days", undefined, undefined, undefined],
  ])("reads how long the old side stays from %j", (sentence, fallback, after, minimum) => {
    const migration = plan(sentence);
    expect([migration.observation?.fallback, migration.decommission?.after, migration.decommission?.minimum]).toEqual([fallback, after, minimum]);
  });

  it("reads the length of the whole", () => {
    expect(plan("Estimated migration timeline: 5-6 weeks").estimatedDuration).toMatchObject({ min: "5w", max: "6w", line: 7 });
    expect(plan("Total time to launch: 10 weeks").estimatedDuration).toBeUndefined();
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

it("reads workflows with what starts them and what they do", () => {
  const plan = read([
    "## Automation",
    "- Workflow 1: Invoice unpaid → Send reminder + Tell sales",
    "- Workflow 2: no arrow",
    "",
    "```bash",
    "# Workflow 3: New user -> Create account",
    "```",
  ]);
  expect(plan.workflows.map((one) => [one.line, one.trigger, one.actions])).toEqual([
    [2, "Invoice unpaid", ["Send reminder", "Tell sales"]],
    [6, "New user", ["Create account"]],
  ]);
});
