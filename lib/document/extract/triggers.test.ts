import { describe, expect, it } from "vitest";
import { reportTriggers } from "@/lib/plan/report-triggers";
import { readDocument } from "../read-document";

const read = (...lines: string[]) => readDocument(lines.join("\n"));
const reported = (...lines: string[]) => {
  const { plan, locate } = read(...lines);
  return reportTriggers(plan, (at) => locate(at)?.line ?? null).map((one) => [one.line, one.kind, one.op, one.value]);
};

describe("the document itself", () => {
  it("says its version, state and currency", () => {
    const { plan } = read("# Umzug", "**Version:** 2.1", "**Status:** Entwurf", "", "Heute 120 € im Monat, früher $90, künftig 45 €.");
    expect(plan.project).toMatchObject({ currency: "EUR", document: { title: "Umzug", version: "2.1", status: "Entwurf" } });
  });

  it("says what may be spent, and when somebody is told", () => {
    const { plan } = read("# Plan", "## Money", "Budget: 500 € per month, tell us at 80 %.");
    expect(plan.budgets).toMatchObject([{ amount: 500, currency: "EUR", period: "month", levels: [400], line: 3 }]);
  });
});

describe("alerts", () => {
  it("has each level on the line it stands on", () => {
    expect(reported("# Ops", "## Alerts", "Warning:", "- CPU > 70%", "", "Critical:", "- CPU > 90%")).toEqual([
      [4, "warning", ">", 70],
      [7, "critical", ">", 90],
    ]);
  });

  it("has the levels of a bill", () => {
    const { plan } = read("# Ops", "Set up billing alerts at $900, $150 and $300.");
    expect(plan.alertRules).toMatchObject([{ unit: "USD/month", levels: [{ value: 150 }, { value: 300 }, { value: 900 }] }]);
  });
});

describe("conditions of going back", () => {
  it("belong to the migration and are reported once each", () => {
    const lines = ["# Move", "## Rollback", "Roll back if latency > 350 ms or errors > 0.8%.", "", "## Rollback triggers", "- any loss of data"];
    const { plan } = read(...lines);
    expect(plan.migrations[0]?.rollback?.conditions.map((one) => one.value ?? one.text)).toEqual([350, 0.8, "any loss of data"]);
    expect(reported(...lines)).toEqual([
      [3, "rollback", ">", 350],
      [3, "rollback", ">", 0.8],
    ]);
  });

  it("are what values to watch must not become where the plan goes back on a breach", () => {
    expect(
      reported("# Move", "## After the switch", "We watch for 24 hours:", "- error rate < 1 %", "", "If one of these limits is breached, we switch back."),
    ).toEqual([[4, "rollback", ">=", 1]]);
    expect(reported("# Move", "## After the switch", "We watch for 24 hours:", "- error rate < 1 %")).toEqual([[4, "success", "<", 1]]);
  });
});

describe("allowances", () => {
  it("are worth a look where what lies above them costs something", () => {
    const { plan } = read(
      "# Plan",
      "### Mail service",
      "Free tier:",
      "- 3,000 emails/month",
      "",
      "Price if you exceed the free tier:",
      "- $1 per 1,000 emails",
    );
    expect(plan.triggers).toMatchObject([{ kind: "review", intent: "overage", op: ">", value: 3_000, line: 4 }]);
    expect(read("# Plan", "### Mail service", "Free tier:", "- 3,000 emails/month").plan.triggers).toEqual([]);
  });
});

describe("groups", () => {
  it("that say not to move override those that say to", () => {
    const { plan } = read("# Plan", "## Move when (all of)", "- more than 500 users", "- bill over $90", "", "## Do not move if", "- fewer than 2 engineers");
    const [move, stay] = plan.triggerGroups;
    expect(move).toMatchObject({ kind: "migrate", combine: "all", combineStated: true });
    expect(stay).toMatchObject({ kind: "block", overrides: [move?.key] });
  });
});
