import { Decimal } from "decimal.js";
import { slugify } from "@/lib/core/ids";
import { addMonths, dayKey, monthKey, monthStart } from "@/lib/core/time";
import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";
import { type BudgetState, budgetPerMonth, budgetState } from "./budget";
import { forecastDays } from "./forecast";
import { monthTotals, plannedStacks } from "./month-total";
import { type CostProject, costProject, dailyCosts, nextDay, pricedResources, resourceMonthly } from "./store";
import type { StackCost } from "./types";

export interface MonthRow {
  /** `YYYY-MM` */
  month: string;
  /** Billed; null when no bill covers the month. */
  actual: string | null;
  /** The month is not over, or its bills do not reach its end. */
  soFar: boolean;
  expected: { amount: string; low: string; high: string } | null;
}

export interface Difference {
  name: string;
  /** Billed in the month compared; null: not in any bill. */
  actual: string | null;
  /** Planned per month; null: not in the plan, or its price is unknown. */
  min: string | null;
  max: string | null;
  /** Billed minus the nearest end of the plan; 0 inside the plan's range. */
  difference: string;
}

export interface BudgetView {
  id: string;
  name: string;
  perMonth: string;
  period: "month" | "year";
  amount: string;
  version: number;
  state: BudgetState | "unknown";
}

export interface PlanAgainstActual {
  currency: string;
  months: MonthRow[];
  /** The month of today. */
  now: MonthRow & { expectedReason: string | null };
  plan: { stack: string; min: string; max: string | null; unknown: number; dependsOnUsage: number; others: string[] } | null;
  budgets: BudgetView[];
  differences: { month: string; rows: Difference[]; other: { count: number; difference: string } | null } | null;
  /** Amounts billed in other currencies; never part of a sum. */
  otherCurrencies: { month: string; currency: string; billed: string }[];
}

/** Months of [from, to) with what was billed and planned, the month's expected end, and where they differ most. */
export async function getPlanAgainstActual(
  ctx: Ctx,
  slug: string,
  range: { from: Date; to: Date; labor: boolean; stackId?: string | undefined },
): Promise<PlanAgainstActual> {
  requirePermission(ctx, "workspace.read");
  const project = await costProject(ctx.db, slug);
  const stackId = range.stackId ?? project.currentStackId;
  const [totals, planned, history] = [
    await monthTotals(ctx.db, project, range.from, range.to),
    await plannedStacks(ctx.db, project, { labor: range.labor }),
    await dailyCosts(ctx.db, project, addMonths(monthStart(ctx.now), 1)),
  ];
  const plan = stackId === null ? undefined : planned.get(stackId);
  const thisMonth = monthKey(ctx.now);
  const end = expectedEnd(history, ctx.now);
  const months = totals.map((total): MonthRow => {
    const soFar = total.month === thisMonth && total.billed !== null;
    return { month: total.month, actual: total.billed, soFar, expected: soFar ? end.expected : null };
  });
  const now = months.find((row) => row.month === thisMonth) ?? (await monthOf(ctx, project, end.expected));
  return {
    currency: project.currency,
    months,
    now: { ...now, expectedReason: end.reason },
    plan: plan === undefined || stackId === null ? null : await planView(ctx, plan, stackId),
    budgets: await budgets(ctx, project, now, end.expected?.amount ?? null),
    differences: await differences(ctx, project, months, stackId, range.labor),
    otherCurrencies: totals.flatMap((total) => total.others.map((other) => ({ month: total.month, ...other }))),
  };
}

async function monthOf(ctx: Ctx, project: CostProject, expected: MonthRow["expected"]): Promise<MonthRow> {
  const [total] = await monthTotals(ctx.db, project, ctx.now, addMonths(monthStart(ctx.now), 1));
  return { month: monthKey(ctx.now), actual: total?.billed ?? null, soFar: total?.billed !== null, expected: total?.billed === null ? null : expected };
}

/** Billed so far plus the forecast of the days that are left. */
function expectedEnd(history: { day: string; amount: number }[], now: Date): { expected: MonthRow["expected"]; reason: string | null } {
  const month = monthKey(now);
  const spent = history.filter((day) => day.day.startsWith(month)).reduce((total, day) => total + day.amount, 0);
  const past = history.filter((day) => day.day < dayKey(now));
  const last = past.at(-1)?.day;
  const next = dayKey(addMonths(monthStart(now), 1));
  const left = last === undefined ? 0 : Math.round((Date.parse(next) - Date.parse(nextDay(last))) / 86_400_000);
  if (last !== undefined && left > 62) return { expected: null, reason: `the last bill ends on ${last}` };
  const forecast = forecastDays(past, Math.max(0, left));
  if (!forecast.possible) return { expected: null, reason: forecast.from === null ? forecast.reason : `${forecast.reason}; possible from ${forecast.from}` };
  const before = past.filter((day) => day.day.startsWith(month)).reduce((total, day) => total + day.amount, 0);
  const ofMonth = forecast.days.filter((day) => day.day.startsWith(month));
  const scale = ofMonth.length === forecast.days.length ? forecast.sum : sums(ofMonth);
  // Charges of days to come may be on the bill already (a month paid in advance): never less than those.
  const text = (value: number) => Math.max(spent, before + value).toFixed(2);
  return { expected: { amount: text(scale.expected), low: text(scale.low), high: text(scale.high) }, reason: null };
}

function sums(days: { amount: number; low: number; high: number }[]) {
  return days.reduce((total, day) => ({ expected: total.expected + day.amount, low: total.low + day.low, high: total.high + day.high }), {
    expected: 0,
    low: 0,
    high: 0,
  });
}

async function planView(ctx: Ctx, plan: StackCost & { others: StackCost[] }, stackId: string): Promise<PlanAgainstActual["plan"]> {
  const [stack] = await rows<{ name: string }>(ctx.db.pool, "SELECT name FROM stack WHERE id = $1", [stackId]);
  return {
    stack: stack?.name ?? "",
    min: plan.interval.min.toFixed(),
    max: plan.interval.max?.toFixed() ?? null,
    unknown: plan.unknown,
    dependsOnUsage: plan.dependsOnUsage,
    others: plan.others.map((other) => `${other.interval.min.toFixed(2)} ${other.currency}`),
  };
}

async function budgets(ctx: Ctx, project: CostProject, now: MonthRow, expected: string | null): Promise<BudgetView[]> {
  const found = await rows<{ id: string; name: string; amount: string; currency: string; period: "month" | "year"; levels: number[]; version: number }>(
    ctx.db.pool,
    `SELECT b.id, b.name, trim_scale(b.amount)::text AS amount, b.currency, b.period, b.levels, b.version
     FROM budget b LEFT JOIN stack s ON s.project_id = b.project_id AND s.key = b.stack_key
     WHERE b.project_id = $1 AND b.removed_at IS NULL AND b.currency = $2 AND (b.stack_key IS NULL OR s.id = $3) ORDER BY b.amount`,
    [project.id, project.currency, project.currentStackId],
  );
  return found.map((budget) => ({
    id: budget.id,
    name: budget.name,
    perMonth: budgetPerMonth(budget).toFixed(2),
    period: budget.period,
    amount: budget.amount,
    version: budget.version,
    state: now.actual === null ? "unknown" : budgetState(budget, now.actual, expected).state,
  }));
}

const SHOWN = 9;

/** Billed against planned per service, in the last month that is over. Services are matched by name or key. */
async function differences(
  ctx: Ctx,
  project: CostProject,
  months: MonthRow[],
  stackId: string | null,
  labor: boolean,
): Promise<PlanAgainstActual["differences"]> {
  const month = months.findLast((row) => row.actual !== null && !row.soFar)?.month;
  if (month === undefined || stackId === null) return null;
  const billed = await rows<{ service: string; amount: string }>(
    ctx.db.pool,
    `SELECT service_name AS service, sum(billed_cost)::text AS amount FROM charge_day
     WHERE project_id = $1 AND currency = $2 AND day >= $3::date AND day < ($3::date + interval '1 month')::date GROUP BY 1`,
    [project.id, project.currency, `${month}-01`],
  );
  const planned = (await pricedResources(ctx.db, project.id)).filter((resource) => resource.stackId === stackId);
  const left = new Map(billed.map((row) => [row.service, new Decimal(row.amount)]));
  const list = planned.map((resource): Difference => {
    const names = [slugify(resource.name), slugify(resource.key)];
    const match = [...left.keys()].find((service) => names.includes(slugify(service)));
    const actual = match === undefined ? null : (left.get(match) ?? null);
    if (match !== undefined) left.delete(match);
    const cost = resourceMonthly(resource, project.currency, { labor });
    return {
      name: resource.name,
      actual: actual?.toFixed() ?? null,
      min: cost?.min.toFixed() ?? null,
      max: cost?.max?.toFixed() ?? null,
      difference: outside(actual, cost).toFixed(),
    };
  });
  for (const [service, amount] of left)
    list.push({ name: service || "(not stated)", actual: amount.toFixed(), min: null, max: null, difference: amount.toFixed() });
  const ordered = list.sort((a, b) => new Decimal(b.difference).abs().comparedTo(new Decimal(a.difference).abs()));
  const rest = ordered.slice(SHOWN);
  const other =
    rest.length === 0 ? null : { count: rest.length, difference: rest.reduce((total, row) => total.plus(row.difference), new Decimal(0)).toFixed() };
  return { month, rows: ordered.slice(0, SHOWN), other };
}

function outside(actual: Decimal | null, planned: { min: Decimal; max: Decimal | null } | null): Decimal {
  const spent = actual ?? new Decimal(0);
  if (planned === null) return spent;
  if (spent.lt(planned.min)) return spent.minus(planned.min);
  return planned.max !== null && spent.gt(planned.max) ? spent.minus(planned.max) : new Decimal(0);
}
