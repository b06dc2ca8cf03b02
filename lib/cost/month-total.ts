import { Decimal } from "decimal.js";
import { addMonths, dayKey, monthKey, monthStart } from "@/lib/core/time";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { pricedItemOf, type StoredLineItem } from "./line-item";
import { stackCosts } from "./price";
import type { StackCost } from "./types";

/** What was billed in one UTC month, in one currency. */
export interface MonthTotal {
  /** `YYYY-MM` */
  month: string;
  currency: string;
  /** Decimal string; null when no bill covers the month. */
  billed: string | null;
  /** Last day with a charge, `YYYY-MM-DD`. */
  lastDay: string | null;
  /** Charges in other currencies: never added in. */
  others: { currency: string; billed: string }[];
}

/**
 * What was billed in the UTC month of `month`. The one function behind every month total of every page, so that two
 * pages cannot disagree.
 */
export async function monthTotal(db: Pick<Db, "pool">, project: { id: string; currency: string }, month: Date): Promise<MonthTotal> {
  const first = monthStart(month);
  const [total] = await monthTotals(db, project, first, addMonths(first, 1));
  return total ?? { month: monthKey(first), currency: project.currency, billed: null, lastDay: null, others: [] };
}

/** The same for every month that begins in [from, to), oldest first, months without charges included. */
export async function monthTotals(db: Pick<Db, "pool">, project: { id: string; currency: string }, from: Date, to: Date): Promise<MonthTotal[]> {
  const first = monthStart(from);
  const found = await rows<{ month: string; currency: string; billed: string; last_day: string }>(
    db.pool,
    `SELECT to_char(day, 'YYYY-MM') AS month, currency, trim_scale(sum(billed_cost))::text AS billed, max(day)::text AS last_day
     FROM charge_day WHERE project_id = $1 AND day >= $2::date AND day < $3::date GROUP BY 1, 2`,
    [project.id, dayKey(first), dayKey(to)],
  );
  const totals: MonthTotal[] = [];
  for (let at = first; at < to; at = addMonths(at, 1)) {
    const own = found.filter((row) => row.month === monthKey(at));
    const main = own.find((row) => row.currency === project.currency);
    totals.push({
      month: monthKey(at),
      currency: project.currency,
      billed: main?.billed ?? null,
      lastDay: main?.last_day ?? null,
      others: own.filter((row) => row !== main).map((row) => ({ currency: row.currency, billed: row.billed })),
    });
  }
  return totals;
}

interface StackItem extends StoredLineItem {
  stackId: string;
}

/** Planned cost per month of each stack, in the project's currency. Keys are stack ids. */
export async function plannedStacks(
  db: Pick<Db, "pool">,
  project: { id: string; currency: string },
  options: { labor: boolean },
): Promise<Map<string, StackCost & { others: StackCost[] }>> {
  const items = await rows<StackItem>(
    db.pool,
    `SELECT l.stack_id AS "stackId", l.name, l.form, l.min, l.max, l.currency, l.period, l.quantity, l.approximate, l.cost_class AS "costClass", l.text, l.detail
     FROM line_item l JOIN resource r ON r.id = l.resource_id JOIN stack s ON s.id = l.stack_id
     WHERE l.project_id = $1 AND r.removed_at IS NULL AND s.removed_at IS NULL ORDER BY s.position, r.position, l.position`,
    [project.id],
  );
  const byStack = new Map<string, StackItem[]>();
  for (const item of items) byStack.set(item.stackId, [...(byStack.get(item.stackId) ?? []), item]);
  const costs = new Map<string, StackCost & { others: StackCost[] }>();
  for (const [stackId, own] of byStack) {
    const [main, ...others] = stackCosts(own.map(pricedItemOf), { ...options, currency: project.currency });
    if (main !== undefined) costs.set(stackId, { ...main, others });
  }
  return costs;
}

/** Planned cost per month of the stack the project runs on; null when it has no such stack or no prices. */
export async function plannedMonth(
  db: Pick<Db, "pool">,
  project: { id: string; currency: string; currentStackId: string | null },
  options: { labor: boolean } = { labor: true },
): Promise<StackCost | null> {
  if (project.currentStackId === null) return null;
  return (await plannedStacks(db, project, options)).get(project.currentStackId) ?? null;
}

/** Sum of decimal strings, exact. */
export function sumMoney(amounts: Iterable<string>): string {
  let total = new Decimal(0);
  for (const amount of amounts) total = total.plus(amount);
  return total.toFixed();
}
