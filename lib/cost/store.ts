import { Decimal } from "decimal.js";
import { z } from "zod";
import { InvalidInputError, NotFoundError } from "@/lib/core/errors";
import { addIntervals, type Interval } from "@/lib/core/money";
import { addMonths, dayKey, monthStart, parseInstant } from "@/lib/core/time";
import type { Db } from "@/lib/db/prisma";
import { firstRow, rows } from "@/lib/db/transaction";
import { type Ctx, parseInput, requirePermission } from "@/lib/service/context";
import { type DayCost, forecastDays } from "./forecast";
import { pricedItemOf, type StoredLineItem } from "./line-item";
import { itemCost } from "./price";
import type { PricedItem } from "./types";

/** A project as far as costs need it. */
export interface CostProject {
  id: string;
  slug: string;
  name: string;
  currency: string;
  currentStackId: string | null;
  planVersionId: string | null;
  exampleData: boolean;
}

export interface CostStack {
  id: string;
  key: string;
  name: string;
  role: string;
}

/** A service of a stack with its prices. */
export interface PricedResource {
  id: string;
  key: string;
  name: string;
  kind: string;
  provider: string | null;
  stackId: string;
  replaces: string[];
  items: PricedItem[];
}

/** @throws NotFoundError when there is no such project. */
export async function costProject(db: Pick<Db, "pool">, slug: string): Promise<CostProject> {
  const project = await firstRow<CostProject>(
    db.pool,
    `SELECT id, slug, name, currency, current_stack_id AS "currentStackId", plan_version_id AS "planVersionId", example_data AS "exampleData"
     FROM project WHERE (slug = $1 OR id = $1) AND archived_at IS NULL`,
    [slug],
  );
  if (project === null) throw new NotFoundError("The project");
  return project;
}

/** Stacks in the order of the plan. */
export function costStacks(db: Pick<Db, "pool">, projectId: string): Promise<CostStack[]> {
  return rows<CostStack>(db.pool, "SELECT id, key, name, role FROM stack WHERE project_id = $1 AND removed_at IS NULL ORDER BY position, key", [projectId]);
}

/** Services the plan declares with their prices, in the order of the plan. What imports find has no price and no part in costs. */
export async function pricedResources(db: Pick<Db, "pool">, projectId: string): Promise<PricedResource[]> {
  const resources = await rows<Omit<PricedResource, "items">>(
    db.pool,
    `SELECT r.id, r.key, r.name, r.kind, r.provider, r.stack_id AS "stackId", r.replaces
     FROM resource r JOIN stack s ON s.id = r.stack_id
     WHERE r.project_id = $1 AND r.removed_at IS NULL AND s.removed_at IS NULL AND r.origin <> 'import' ORDER BY s.position, r.position, r.key`,
    [projectId],
  );
  const items = await rows<StoredLineItem & { resourceId: string }>(
    db.pool,
    `SELECT resource_id AS "resourceId", name, form, min, max, currency, period, quantity, approximate, cost_class AS "costClass", text, detail
     FROM line_item WHERE project_id = $1 ORDER BY position`,
    [projectId],
  );
  const byResource = new Map<string, PricedItem[]>();
  for (const item of items) byResource.set(item.resourceId, [...(byResource.get(item.resourceId) ?? []), pricedItemOf(item)]);
  return resources.map((resource) => ({ ...resource, items: byResource.get(resource.id) ?? [] }));
}

/** Monthly cost of a service in one currency; null when any of its prices is unknown, or in another currency. */
export function resourceMonthly(resource: PricedResource, currency: string, options: { labor: boolean }): Interval | null {
  const counted = resource.items.filter((item) => options.labor || item.costClass !== "labor");
  let total: Interval | null = null;
  for (const item of counted) {
    const cost = itemCost(item, currency);
    if (cost.once !== null) continue;
    if (cost.currency !== currency || cost.monthly === null) return null;
    total = total === null ? cost.monthly : addIntervals(total, cost.monthly);
  }
  return total;
}

/**
 * Billed cost per UTC day from the first to the last charge before `until`, days without charges as zero; of one
 * stack, or of the named services only, where given.
 */
export async function dailyCosts(
  db: Pick<Db, "pool">,
  project: CostProject,
  until: Date,
  only: { stackId?: string | undefined; services?: readonly { provider: string; service: string }[] } = {},
): Promise<DayCost[]> {
  const found = await rows<{ day: string; amount: string }>(
    db.pool,
    `SELECT day::text AS day, sum(billed_cost)::text AS amount FROM charge_day
     WHERE project_id = $1 AND currency = $2 AND day < $3::date AND ($4::text IS NULL OR stack_id = $4)
       AND ($5::text[] IS NULL OR (provider, service_name) IN (SELECT * FROM unnest($5::text[], $6::text[]))) GROUP BY 1 ORDER BY 1`,
    [
      project.id,
      project.currency,
      dayKey(until),
      only.stackId ?? null,
      only.services?.map((entry) => entry.provider) ?? null,
      only.services?.map((entry) => entry.service) ?? null,
    ],
  );
  const days: DayCost[] = [];
  for (const row of found) {
    let last = days.at(-1);
    while (last !== undefined && nextDay(last.day) < row.day) {
      last = { day: nextDay(last.day), amount: 0 };
      days.push(last);
    }
    days.push({ day: row.day, amount: Number(row.amount) });
  }
  return days;
}

export function nextDay(day: string): string {
  return dayKey(new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000));
}

const day = z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) || parseInstant(text) !== null, "write a date as YYYY-MM-DD");
const querySchema = z.object({
  from: day.optional(),
  to: day.optional(),
  source: z.enum(["plan", "actual", "forecast"]).default("actual"),
  group: z.enum(["service", "stack", "provider", "category", "month"]).default("service"),
});

/** One row of costs. `amount` where it is known exactly, else `min` and `max` (null: open or unknown). */
export interface CostRow {
  key: string;
  name: string;
  currency: string;
  amount: string | null;
  min: string | null;
  max: string | null;
  /** Prices that are not known: the row is incomplete. */
  unknown: number;
}

export interface Costs {
  project: string;
  source: "plan" | "actual" | "forecast";
  group: string;
  from: string;
  to: string;
  /** Actual and forecast: amounts of the range. Plan: amounts per month. */
  period: "range" | "month";
  rows: CostRow[];
  totals: CostRow[];
  /** Why there is nothing, where there is nothing. */
  reason: string | null;
}

/**
 * Costs of a project as in `GET /api/v1/projects/{p}/costs`. Range: [from, to), whole UTC days; the running year so
 * far when absent. Permission: workspace.read.
 */
export async function getCosts(ctx: Ctx, slug: string, raw: unknown): Promise<Costs> {
  requirePermission(ctx, "workspace.read");
  const query = parseInput(querySchema, raw);
  const project = await costProject(ctx.db, slug);
  const from = query.from?.slice(0, 10) ?? dayKey(addMonths(monthStart(ctx.now), -11));
  const to = query.to?.slice(0, 10) ?? dayKey(addMonths(monthStart(ctx.now), 1));
  if (from >= to) throw new InvalidInputError("from must be before to.", [{ path: "from", message: "must be before to" }]);
  const base = { project: project.slug, source: query.source, group: query.group, from, to } as const;
  if (query.source === "actual") {
    const found = await actualRows(ctx.db, project, query.group, from, to);
    return { ...base, period: "range", ...found, reason: found.rows.length === 0 ? "No bill covers this range." : null };
  }
  if (query.source === "plan") return { ...base, period: "month", ...(await planRows(ctx.db, project, query.group)), reason: null };
  return { ...base, group: "month", period: "range", ...(await forecastRows(ctx, project, to)) };
}

const GROUPS = {
  service: "d.service_name",
  provider: "d.provider",
  category: "d.service_category",
  month: "to_char(d.day, 'YYYY-MM')",
  stack: "COALESCE(s.key, '')",
} as const;

async function actualRows(db: Pick<Db, "pool">, project: CostProject, group: keyof typeof GROUPS, from: string, to: string) {
  const found = await rows<{ key: string; name: string | null; currency: string; amount: string }>(
    db.pool,
    `SELECT ${GROUPS[group]} AS key, ${group === "stack" ? "max(s.name)" : `max(${GROUPS[group]})`} AS name, d.currency, trim_scale(sum(d.billed_cost))::text AS amount
     FROM charge_day d LEFT JOIN stack s ON s.id = d.stack_id
     WHERE d.project_id = $1 AND d.day >= $2::date AND d.day < $3::date GROUP BY 1, 3 ORDER BY ${group === "month" ? "1" : "sum(d.billed_cost) DESC, 1"}`,
    [project.id, from, to],
  );
  const made = found.map((row): CostRow => ({ ...row, name: row.name || "(not stated)", min: row.amount, max: row.amount, unknown: 0 }));
  return { rows: made, totals: totalsOf(made) };
}

async function planRows(db: Pick<Db, "pool">, project: CostProject, group: keyof typeof GROUPS) {
  const [stacks, resources] = [await costStacks(db, project.id), await pricedResources(db, project.id)];
  const stackOf = new Map(stacks.map((stack) => [stack.id, stack]));
  const made = new Map<string, { row: CostRow; total: Interval | null }>();
  // Stacks are alternatives: only the group "stack" shows them all; every other group is about the current one.
  for (const resource of resources.filter((entry) => group === "stack" || entry.stackId === project.currentStackId)) {
    const stack = stackOf.get(resource.stackId);
    const [key, name] = {
      service: [resource.key, resource.name],
      stack: [stack?.key ?? "", stack?.name ?? ""],
      provider: [resource.provider ?? "", resource.provider ?? "(not stated)"],
      category: [resource.kind, resource.kind],
      month: ["every month", "every month"],
    }[group] as [string, string];
    for (const item of resource.items) {
      const cost = itemCost(item, project.currency);
      if (cost.once !== null) continue;
      const id = `${key}\u0000${cost.currency}`;
      const entry = made.get(id) ?? { row: { key, name, currency: cost.currency, amount: null, min: null, max: null, unknown: 0 }, total: null };
      if (cost.monthly === null) entry.row.unknown += 1;
      else entry.total = entry.total === null ? cost.monthly : addIntervals(entry.total, cost.monthly);
      made.set(id, entry);
    }
  }
  const list = [...made.values()].map(({ row, total }): CostRow => {
    const [min, max] = [total?.min.toFixed() ?? null, total?.max?.toFixed() ?? null];
    return { ...row, amount: min !== null && min === max && row.unknown === 0 ? min : null, min, max };
  });
  return { rows: list, totals: group === "stack" ? [] : totalsOf(list) };
}

async function forecastRows(ctx: Ctx, project: CostProject, to: string): Promise<{ rows: CostRow[]; totals: CostRow[]; reason: string | null }> {
  const history = await dailyCosts(ctx.db, project, ctx.now);
  const last = history.at(-1)?.day;
  const count = last === undefined ? 0 : Math.max(0, Math.round((Date.parse(to) - Date.parse(nextDay(last))) / 86_400_000));
  const forecast = forecastDays(history, Math.min(count, 366));
  if (!forecast.possible) return { rows: [], totals: [], reason: `${forecast.reason}${forecast.from === null ? "" : `; possible from ${forecast.from}`}` };
  const months = new Map<string, { expected: number; low: number; high: number }>();
  for (const entry of forecast.days) {
    const month = months.get(entry.day.slice(0, 7)) ?? { expected: 0, low: 0, high: 0 };
    months.set(entry.day.slice(0, 7), { expected: month.expected + entry.amount, low: month.low + entry.low, high: month.high + entry.high });
  }
  const list = [...months].map(
    ([key, sum]): CostRow => ({
      key,
      name: key,
      currency: project.currency,
      amount: sum.expected.toFixed(2),
      min: sum.low.toFixed(2),
      max: sum.high.toFixed(2),
      unknown: 0,
    }),
  );
  return { rows: list, totals: totalsOf(list), reason: null };
}

/** One total per currency. */
function totalsOf(list: readonly CostRow[]): CostRow[] {
  return [...new Set(list.map((row) => row.currency))].map((currency) => {
    const own = list.filter((row) => row.currency === currency);
    const add = (pick: (row: CostRow) => string | null) => {
      const known = own.map(pick).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((total, value) => total.plus(value), new Decimal(0)).toFixed();
    };
    const open = own.some((row) => row.min !== null && row.max === null);
    const unknown = own.reduce((total, row) => total + row.unknown, 0);
    const [min, max] = [add((row) => row.min), open ? null : add((row) => row.max)];
    const amount = own.every((row) => row.amount !== null) ? add((row) => row.amount) : null;
    return { key: "total", name: "Total", currency, amount, min, max, unknown };
  });
}
