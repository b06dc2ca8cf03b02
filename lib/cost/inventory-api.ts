import { type Page, pageOf } from "@/lib/core/paging";
import { projectPage, projectRef, projectStacks, resourcePage } from "@/lib/inventory/store";
import type { ProjectRef, ResourceRow } from "@/lib/inventory/types";
import type { Ctx } from "@/lib/service/context";
import { stackTotals } from "./inventory-view";
import type { StackCost } from "./types";

/* Reads of the HTTP interface: money as decimal strings. */

export interface CostJson {
  min: string;
  max: string | null;
  currency: string;
  period: "month";
  /** Services whose amount is not known: the total is a lower limit. */
  unknown: number;
}

/** A total as JSON; null where prices stand in several currencies. */
export function costJson(cost: StackCost | null | undefined): CostJson | null {
  if (cost === null || cost === undefined) return null;
  return { min: cost.interval.min.toFixed(2), max: cost.interval.max?.toFixed(2) ?? null, currency: cost.currency, period: "month", unknown: cost.unknown };
}

const projectJson = ({ currentStackId: _current, ...project }: ProjectRef) => project;

/** Projects, by slug. */
export async function listProjects(ctx: Ctx, page: { after?: string | undefined; limit: number }): Promise<Page<ReturnType<typeof projectJson>>> {
  const found = await projectPage(ctx, page.after ?? "", page.limit + 1);
  const { items, next } = pageOf(found, page.limit, (project) => project.slug);
  return { items: items.map(projectJson), next };
}

/** One project with its stacks and what they cost. @throws NotFoundError */
export async function projectSummary(ctx: Ctx, slug: string) {
  const project = await projectRef(ctx, slug);
  return { ...projectJson(project), stacks: (await listStacks(ctx, slug)).items };
}

/** Stacks of a project in the order of the plan. */
export async function listStacks(ctx: Ctx, slug: string) {
  const project = await projectRef(ctx, slug);
  const [stacks, totals] = await Promise.all([projectStacks(ctx, project.id), stackTotals(ctx, project)]);
  const items = stacks.map(({ document: _document, ...stack }) => ({
    ...stack,
    current: stack.id === project.currentStackId,
    cost: costJson(totals.get(stack.key)),
  }));
  return { items, next: null };
}

/** Services of a project. */
export async function listResources(
  ctx: Ctx,
  slug: string,
  page: { after?: string | undefined; limit: number; stack?: string | undefined },
): Promise<Page<Omit<ResourceRow, "stackId"> & { stack: string }>> {
  const project = await projectRef(ctx, slug);
  const [stacks, found] = await Promise.all([
    projectStacks(ctx, project.id),
    resourcePage(ctx, project.id, { after: page.after ?? null, limit: page.limit + 1, stack: page.stack ?? null }),
  ]);
  const { items, next } = pageOf(found, page.limit, (resource) => resource.id);
  return { items: items.map(({ stackId, ...resource }) => ({ ...resource, stack: stacks.find((stack) => stack.id === stackId)?.key ?? "" })), next };
}
