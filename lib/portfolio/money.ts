import { Decimal } from "decimal.js";
import { formatMoney } from "@/lib/core/money";
import { monthTotal, plannedStacks } from "@/lib/cost/month-total";
import { rows } from "@/lib/db/transaction";
import { type Ctx, requirePermission } from "@/lib/service/context";

/** One project's share of the month: decimal strings, null where nothing is known. */
export interface MoneyOfProject {
  currency: string;
  billed: string | null;
  planned: string | null;
}

/**
 * The workspace's month in one sentence per currency; currencies are never added up. A project without a bill makes
 * the sum a lower bound. Pure.
 */
export function moneySentences(projects: readonly MoneyOfProject[]): string[] {
  return [...new Set(projects.map((project) => project.currency))].sort().flatMap((currency) => {
    const own = projects.filter((project) => project.currency === currency);
    const known = own.filter((project) => project.billed !== null);
    if (known.length === 0) return [];
    const billed = known.reduce((sum, project) => sum.plus(project.billed ?? 0), new Decimal(0));
    const planned = own.reduce((sum, project) => sum.plus(project.planned ?? 0), new Decimal(0));
    const missing = own.length - known.length;
    const atLeast = missing === 0 ? "" : "at least ";
    const without = missing === 0 ? "" : ` (${missing} of ${own.length} projects without a bill)`;
    return [
      `This month so far: ${atLeast}${formatMoney(billed, currency)} billed${without}; the plans of the present stacks add up to ${formatMoney(planned, currency)} a month or more.`,
    ];
  });
}

/** Billed and planned money of every project. Permission: workspace.read. */
export async function workspaceMoney(ctx: Ctx): Promise<string[]> {
  requirePermission(ctx, "workspace.read");
  const projects = await rows<{ id: string; currency: string; currentStackId: string | null }>(
    ctx.db.pool,
    `SELECT id, currency, current_stack_id AS "currentStackId" FROM project WHERE archived_at IS NULL`,
  );
  const money = await Promise.all(
    projects.map(async (project): Promise<MoneyOfProject> => {
      const [total, stacks] = await Promise.all([monthTotal(ctx.db, project, ctx.now), plannedStacks(ctx.db, project, { labor: false })]);
      const planned = project.currentStackId === null ? undefined : stacks.get(project.currentStackId);
      return { currency: project.currency, billed: total.billed, planned: planned?.interval.min.toFixed() ?? null };
    }),
  );
  return moneySentences(money);
}
