import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeBudget, makePricedResource } from "@/prisma/testing/factories/cost";
import { makeMetric, makeProject } from "@/prisma/testing/factories/project";
import { getBeforeAfter } from "./before-after";
import { listImports } from "./bill-imports";
import { importBill } from "./import-bill";
import { monthTotal, plannedMonth } from "./month-total";
import { getCostOverTime } from "./over-time";
import { getPlanAgainstActual } from "./plan-against-actual";
import { setBudget } from "./set-budget";
import { costProject, getCosts } from "./store";
import { type ExampleService, exampleCharges, focusCsv } from "./testing/example-bill";
import { isMonthlyCost, servicesOfMetric } from "./thresholds";
import { undoImport } from "./undo-import";
import { getUsageCurve } from "./usage-curve";

let t: TestDb;
const NOW = new Date("2026-11-20T12:00:00Z");
const month = (text: string) => new Date(`${text}-01T00:00:00Z`);

beforeAll(async () => {
  t = await testDb();
});
afterAll(() => t.close());

const service = (name: string, monthly: number, stack = "current", growth = 0): ExampleService => ({
  stack,
  name,
  category: "Compute",
  provider: "Example Cloud",
  monthly,
  growth,
  noise: 0,
});

async function setUp(services: ExampleService[] = [service("Server", 310), service("Mail", 62)], growth?: number) {
  const { project, stacks } = await makeProject(t.db);
  const [viewer, operator] = [await t.ctx("viewer", NOW), await t.ctx("operator", NOW)];
  const of = (stackId: string) => ({ projectId: project.id, stackId });
  await makePricedResource(t.db, of(stacks.current), {
    key: "server",
    name: "Server",
    items: [{ price: { form: "range", min: 200, max: 300, period: "month" } }],
  });
  await makePricedResource(t.db, of(stacks.current), { key: "mail", name: "Mail", items: [{ price: { form: "open", min: 50, period: "month" } }] });
  await makePricedResource(t.db, of(stacks.current), { key: "sms", name: "SMS", items: [{ price: { form: "unknown", period: "month" } }] });
  await makePricedResource(t.db, of(stacks.target), {
    key: "platform",
    name: "Platform",
    replaces: ["server", "mail"],
    items: [
      { price: { form: "fixed", amount: 100, period: "month" } },
      { price: { form: "fixed", amount: 300, period: "once" } },
      { price: { form: "fixed", amount: 1_000, period: "month" }, costClass: "labor" },
    ],
  });
  const from = new Date("2026-06-01T00:00:00Z");
  const charges = exampleCharges(
    project.slug,
    from,
    new Date("2026-11-20T00:00:00Z"),
    "seed",
    services.map((entry) => ({ ...entry, growth: growth ?? entry.growth ?? 0 })),
  );
  const bill = await importBill(operator, { project: project.slug, fileName: "year.csv", stream: focusCsv(charges) });
  return { project, stacks, viewer, operator, bill };
}

describe("cost reads", () => {
  it("gives one month total to every reader, and none where there is no bill", async () => {
    const { project, viewer } = await setUp();
    const own = await costProject(t.db, project.slug);
    const october = await monthTotal(t.db, own, month("2026-10"));
    expect(Number(october.billed)).toBeCloseTo(372, 4);
    const page = await getPlanAgainstActual(viewer, project.slug, { from: month("2026-06"), to: month("2026-12"), labor: true });
    expect(page.months.find((row) => row.month === "2026-10")?.actual).toBe(october.billed);
    const api = await getCosts(viewer, project.slug, { from: "2026-10-01", to: "2026-11-01", group: "month" });
    expect(api.rows).toMatchObject([{ key: "2026-10", amount: october.billed }]);
    expect(await monthTotal(t.db, own, month("2026-01"))).toMatchObject({ billed: null, others: [] });
    expect((await plannedMonth(t.db, own))?.interval.min.toNumber()).toBe(250);
  });

  it("shows the running month with its expected end, the plan as a range, and the largest differences", async () => {
    const { project, viewer } = await setUp();
    await makeBudget(t.db, project.id, { amount: "360", name: "Limit" });
    const page = await getPlanAgainstActual(viewer, project.slug, { from: month("2026-06"), to: month("2026-12"), labor: true });
    expect(page.now).toMatchObject({ month: "2026-11", soFar: true });
    // 19 of 30 days at 12.40 a day; noise is off, so the line meets the end exactly.
    expect(Number(page.now.actual)).toBeCloseTo(235.6, 3);
    expect(Number(page.now.expected?.amount)).toBeGreaterThan(360);
    expect(page.plan).toMatchObject({ min: "250", max: null, unknown: 1 });
    expect(page.budgets).toMatchObject([{ name: "Limit", state: "expected-over" }]);
    expect(page.differences?.month).toBe("2026-10");
    expect(page.differences?.rows[0]).toMatchObject({ name: "Server", min: "200", max: "300" });
    expect(Number(page.differences?.rows[0]?.difference)).toBeCloseTo(10, 4);
    expect(page.differences?.rows.find((row) => row.name === "Mail")?.difference).toBe("0");
    expect(page.differences?.rows.find((row) => row.name === "SMS")).toMatchObject({ actual: null, min: null });
  });

  it("groups billed and planned cost, and forecasts months with a range", async () => {
    const { project, viewer } = await setUp();
    const byService = await getCosts(viewer, project.slug, { from: "2026-06-01", to: "2026-11-01" });
    expect(byService.rows.map((row) => row.name)).toEqual(["Server", "Mail"]);
    expect(Number(byService.totals[0]?.amount)).toBeCloseTo(5 * 372, 3);
    const plan = await getCosts(viewer, project.slug, { source: "plan", group: "stack" });
    expect(plan.rows).toMatchObject([
      { key: "current", min: "250", max: null, unknown: 1, amount: null },
      { key: "target", amount: "1100" },
    ]);
    const forecast = await getCosts(viewer, project.slug, { source: "forecast", to: "2027-01-01" });
    expect(forecast.rows.map((row) => row.key)).toEqual(["2026-11", "2026-12"]);
    expect(Number(forecast.rows[1]?.min)).toBeLessThanOrEqual(Number(forecast.rows[1]?.amount));
    await expect(getCosts(viewer, project.slug, { from: "2026-02-01", to: "2026-01-01" })).rejects.toMatchObject({ kind: "invalid" });
    await expect(getCosts(viewer, project.slug, { group: "moon" })).rejects.toMatchObject({ kind: "invalid" });
    await expect(getCosts(viewer, "nowhere", {})).rejects.toMatchObject({ kind: "not-found" });
  });

  it("follows the cost of 30 days and says when a limit is reached", async () => {
    const { project, viewer } = await setUp(undefined, 0.1);
    await makeBudget(t.db, project.id, { amount: "700", name: "Limit" });
    await makeBudget(t.db, project.id, { amount: "100000", name: "Far" });
    await makeBudget(t.db, project.id, { amount: "500", name: "Passed" });
    await makeBudget(t.db, project.id, { amount: "1", name: "Of another stack", stackKey: "target" });
    const view = await getCostOverTime(viewer, project.slug, { from: month("2026-06"), to: month("2027-03"), labor: true });
    expect(view.points[0]?.day).toBe("2026-06-30");
    expect(view.points.length).toBeLessThanOrEqual(400);
    expect(view.latest?.day).toBe("2026-11-19");
    const joint = view.points.find((point) => point.day === "2026-11-19");
    expect(joint?.projected).toBe(joint?.actual);
    const limit = (name: string) => view.thresholds.find((entry) => entry.label.endsWith(name));
    expect(limit("Limit")?.crossing).toMatchObject({ kind: "expected" });
    expect(limit("Far")?.crossing).toEqual({ kind: "not-within" });
    expect(limit("Passed")).toMatchObject({ crossing: { kind: "already" }, crossedOn: [expect.stringMatching(/^2026-/)] });
    expect(limit("another stack")).toBeUndefined();
  });

  it("makes no forecast from a short bill and says when it can", async () => {
    const { project, operator, viewer, bill } = await setUp();
    await undoImport(operator, { project: project.slug, import: bill.import });
    const short = exampleCharges(project.slug, new Date("2026-11-01T00:00:00Z"), new Date("2026-11-20T00:00:00Z"), "seed", [service("Server", 300)]);
    await importBill(operator, { project: project.slug, fileName: "short.csv", stream: focusCsv(short) });
    const page = await getPlanAgainstActual(viewer, project.slug, { from: month("2026-06"), to: month("2026-12"), labor: true });
    expect(page.now).toMatchObject({ expected: null, expectedReason: expect.stringContaining("possible from 2026-12-01") });
    const forecast = await getCosts(viewer, project.slug, { source: "forecast" });
    expect(forecast).toMatchObject({ rows: [], reason: expect.stringContaining("one full billing month") });
  });

  it("compares two stacks crosswise with the one-off cost, with and without labor", async () => {
    const { project, viewer } = await setUp();
    const without = await getBeforeAfter(viewer, project.slug, { labor: false });
    expect(without.rows).toMatchObject([
      { name: "Platform", replaces: "Mail + Server", before: { min: "250", max: null }, after: { min: "100", max: "100" }, delta: { min: null, max: "-150" } },
    ]);
    expect(without.ended).toMatchObject([{ name: "SMS", cost: null }]);
    expect(without).toMatchObject({ oneOff: { min: "300", max: "300" }, breakEven: { worst: 2 } });
    const withLabor = await getBeforeAfter(viewer, project.slug, { labor: true });
    expect(withLabor.totals.after).toEqual({ min: "1100", max: "1100" });
  });

  it("draws cost against the metric that a price names", async () => {
    const { project, stacks, viewer } = await setUp();
    await makeMetric(t.db, project.id, { key: "requests" });
    await makePricedResource(
      t.db,
      { projectId: project.id, stackId: stacks.target },
      {
        key: "queue",
        items: [
          {
            price: {
              form: "free",
              period: "month",
              allowances: [{ of: "requests", amount: 1_000, metric: "requests" }],
              overage: [{ unitPrice: 1, per: 10, unit: "requests", metric: "requests" }],
            },
          },
        ],
      },
    );
    const view = await getUsageCurve(viewer, project.slug, { labor: false });
    expect(view.metric?.key).toBe("requests");
    expect(view.crossings).toMatchObject([{ cheaperAbove: "a" }]);
    // 100 + (x − 1000) / 10 reaches 250 at 2,500.
    expect((view.crossings[0]?.from ?? 0) < 2_500 && (view.crossings[0]?.to ?? 0) >= 2_500).toBe(true);
    expect(view.table.map((row) => row.factor)).toEqual([0.5, 1, 2, 5, 10]);
  });

  it("lists imports by page, newest first", async () => {
    const { project, operator, viewer, bill } = await setUp();
    const second = await importBill(operator, {
      project: project.slug,
      fileName: "again.csv",
      stream: focusCsv(exampleCharges(project.slug, new Date("2026-06-01"), new Date("2026-06-03"), "seed", [service("Server", 310)])),
    });
    const page = await listImports(viewer, project.slug, { limit: 1 });
    expect(page.items.map((item) => item.import)).toEqual([second.import]);
    expect((await listImports(viewer, project.slug, { limit: 1, after: page.next })).items.map((item) => item.import)).toEqual([bill.import]);
  });
});

describe("budgets", () => {
  it("are made and changed by people who may, one change at a time", async () => {
    const { project, viewer, operator } = await setUp();
    const { id } = await setBudget(operator, { project: project.slug, name: "Limit", amount: "300", period: "month" });
    await setBudget(operator, { project: project.slug, id, version: "1", name: "Limit", amount: "320.50", period: "month" });
    await expect(setBudget(operator, { project: project.slug, id, version: "1", name: "Limit", amount: "1", period: "month" })).rejects.toMatchObject({
      kind: "conflict",
    });
    await expect(setBudget(operator, { project: project.slug, name: "", amount: "-3" })).rejects.toMatchObject({
      kind: "invalid",
      issues: expect.arrayContaining([expect.objectContaining({ path: "amount" })]),
    });
    await expect(setBudget(viewer, { project: project.slug, name: "x", amount: "1" })).rejects.toMatchObject({ kind: "forbidden" });
    expect((await t.db.prisma.budget.findUniqueOrThrow({ where: { id } })).amount.toString()).toBe("320.5");
    expect(await t.db.prisma.auditEntry.count({ where: { projectId: project.id, action: "budget.set" } })).toBe(2);
  });
});

describe("metrics in money per month", () => {
  it("are about the whole bill, about some services, or about nothing that is billed", () => {
    const billed = [
      { provider: "Vercel", service: "Vercel Pro" },
      { provider: "Vercel", service: "Bandwidth" },
      { provider: "Supabase", service: "Supabase Pro" },
    ];
    expect(servicesOfMetric("monthly_cost_usd", billed)).toBeNull();
    expect(servicesOfMetric("vercel_cost_usd", billed)).toHaveLength(2);
    expect(servicesOfMetric("vercel_bandwidth_cost_usd", billed)).toEqual([billed[1]]);
    expect(servicesOfMetric("aws_bill_usd", billed)).toEqual([]);
  });
  it.each(["monthly_cost_usd", "aws_bill_usd", "vercel_bandwidth_cost_usd", "infrastructure_cost_usd"])("%s is one", (key) =>
    expect(isMonthlyCost(key)).toBe(true),
  );
  it.each(["mrr_usd", "cost_per_user_usd", "infra_percent_of_revenue", "cost_reduction_percent", "revenue_supports_cost_multiple", "annual_cost_usd"])(
    "%s is none",
    (key) => expect(isMonthlyCost(key)).toBe(false),
  );
});
