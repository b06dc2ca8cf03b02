import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingestSamples } from "@/lib/metric/ingest-samples";
import { importPlan } from "@/lib/plan/import-plan";
import { exampleText } from "@/lib/plan/testing/example-text";
import type { Ctx } from "@/lib/service/context";
import { evaluateDueTriggers } from "@/lib/trigger/evaluate-due";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { getDecisionView } from "./view";

/** The five systems, from empty to a verdict. */
let t: TestDb;
let ctx: Ctx;
const now = new Date("2026-11-20T02:10:00Z");

beforeAll(async () => {
  t = await testDb();
  ctx = await t.ctx("operator", now);
});
afterAll(() => t.close());

async function verdictOf(name: string, values: Record<string, number | boolean>) {
  const { slug } = await importPlan(ctx, { source: exampleText(name) });
  const empty = await getDecisionView(ctx, slug);
  const hours = Array.from({ length: 30 }, (_, i) => new Date(now.getTime() - i * 3_600_000).toISOString());
  const samples = Object.entries(values).flatMap(([metric, value]) => hours.map((at) => ({ metric, value, at })));
  expect((await ingestSamples(ctx, { project: slug, samples })).rejected).toEqual([]);
  await evaluateDueTriggers(t.db, now);
  return { empty, view: await getDecisionView(ctx, slug) };
}

describe("the five examples", () => {
  it("barum-aws: phase 2 is due by its own matrix", async () => {
    const { empty, view } = await verdictOf("barum-aws", {
      mrr_usd: 1450,
      active_users: 900,
      daily_requests: 9_100,
      team_size: 2,
      cpu_percent: 40,
      memory_percent: 50,
    });
    expect(empty.verdict).toMatchObject({ kind: "unclear", stack: null });
    expect(view.verdict).toMatchObject({ kind: "move", stack: "phase-2" });
    expect(view.matrix.source).toBe("declared");
    expect(view.matrix.columns.map((c) => c.stack)).toEqual(["phase-1", "phase-2", "phase-3"]);
    expect(view.verdict.sentence).toContain("is $1,450 / month");
  });

  it("venture-nudge: a block wins over a reason to move, and is said", async () => {
    const { view } = await verdictOf("venture-nudge", {
      monthly_active_users: 55_000,
      vercel_cost_usd: 310,
      vercel_bandwidth_cost_usd: 80,
      database_storage_gb: 40,
      monthly_revenue_usd: 8_000,
      users: 60_000,
      devops_expertise: true,
    });
    expect(view.verdict).toMatchObject({ kind: "blocked", stack: "vercel" });
    expect(view.verdict.sentence).toContain("below $10,000");
  });

  it("paircam and tour-crm: their rules start after the move", async () => {
    const paircam = await verdictOf("paircam", { users: 1200 });
    expect(paircam.view.verdict).toMatchObject({ kind: "no-rule", stack: null });
    expect(paircam.view.verdict.reasons.join(" ")).toContain("speaks for");
    const tour = await verdictOf("tour-crm", { memory_percent: 47, cpu_percent: 30, database_size_gb: 5, concurrent_users: 20 });
    expect(tour.view.verdict.kind).toBe("no-rule");
    expect(tour.view.matrix.source).toBe("derived");
    expect(tour.view.optionMatrices.map((o) => o.key)).toEqual(["self-host-postgres", "self-host-storage"]);
  });

  it("apexmediation: says that no rule decides", async () => {
    const { view } = await verdictOf("apexmediation", { monthly_cost_usd: 917 });
    expect(view.verdict).toMatchObject({ kind: "no-rule", stack: null });
    expect(view.matrix.source).toBe("none");
  });
});
