import type { Decimal } from "decimal.js";
import { addIntervals, type Interval, subtractIntervals } from "@/lib/core/money";
import { rows } from "@/lib/db/transaction";
import { declaredNames } from "@/lib/inventory/imported-rows";
import { projectRef, projectResources, projectStacks } from "@/lib/inventory/store";
import type { InventoryQuery, ProjectRef, ResourceRow, StackRow } from "@/lib/inventory/types";
import type { Ctx } from "@/lib/service/context";
import { pricedItemOf, type StoredLineItem } from "./line-item";
import { itemCost, stackCost } from "./price";
import type { StackCost } from "./types";

/** Services not seen for this long count as stale. */
const SEEN_MS = 7 * 86_400_000;

/** What a service costs per month on one side of the move; `none` says why there is no cost on that side. */
export type SideCost = { kind: "amount"; interval: Interval; usage: boolean } | { kind: "unknown" } | { kind: "none"; why: string };

export interface Ref {
  stack: string;
  key: string;
  name: string;
}

export interface InventoryLine {
  resource: ResourceRow;
  stack: StackRow;
  replaces: Ref[];
  replacedBy: Ref[];
  /** The other side has a service of the same key and neither names another one: it stays. */
  stays: boolean;
  own: SideCost;
  now: SideCost;
  after: SideCost;
  /** After minus before, crosswise; ends are null where open. Null where a side is missing. */
  delta: { min: Decimal | null; max: Decimal | null } | null;
  /** Imported: the plan's service of the same stack with the same name. Shown as a hint, never acted on. */
  declared: Ref | null;
}

export interface InventoryView {
  project: ProjectRef;
  stacks: StackRow[];
  /** Stack of today; null when the plan has none. */
  from: StackRow | null;
  /** Stack compared with. */
  to: StackRow | null;
  lines: InventoryLine[];
  /** Number of lines before the filters. */
  all: number;
  kinds: string[];
  /** Counts of the plan's services, and of what imports found beside them; gone ones count as neither. */
  totals: {
    services: number;
    moved: number;
    ofCurrent: number;
    imported: number;
    gone: number;
    now: StackCost | null;
    after: StackCost | null;
    unknown: number;
  };
}

/**
 * The inventory of a project with costs before and after the move. One function for page, CSV and totals.
 * @throws NotFoundError
 */
export async function inventoryView(ctx: Ctx, slug: string, query: InventoryQuery): Promise<InventoryView> {
  const project = await projectRef(ctx, slug);
  const [stacks, resources, items] = await Promise.all([projectStacks(ctx, project.id), projectResources(ctx, project.id), lineItems(ctx, project.id)]);
  const from = stacks.find((stack) => stack.id === project.currentStackId) ?? stacks.find((stack) => stack.role === "current") ?? null;
  const to = stacks.find((stack) => stack.key === query.to && stack !== from) ?? nextStack(stacks, from);
  // Imported resources have no price and replace nothing: everything about the move is asked of the plan's services.
  const world: World = { project, stacks, resources: resources.filter(isDeclared), items, from, to };
  const hint = declaredHints(world);
  const shown = resources
    .filter((resource) => inScope(resource, query, world))
    .map((resource) => (isDeclared(resource) ? lineOf(resource, world) : importedLine(resource, world, hint(resource))));
  const lines = shown.filter((line) => passes(line, query, ctx.now));
  const ofCurrent = world.resources.filter((resource) => resource.stackId === from?.id);
  const services = lines.filter((line) => isDeclared(line.resource)).length;
  const gone = lines.filter((line) => line.resource.goneAt !== null).length;
  return {
    project,
    stacks,
    from,
    to,
    lines,
    all: shown.length,
    kinds: [...new Set(shown.map((line) => line.resource.kind))].sort(),
    totals: {
      services,
      imported: lines.length - services - gone,
      gone,
      moved: ofCurrent.filter((resource) => resource.state === "moved" || resource.state === "retired").length,
      ofCurrent: ofCurrent.length,
      now: from === null ? null : totalOf(world, from),
      after: to === null ? null : totalOf(world, to),
      unknown: lines.filter((line) => line.own.kind === "unknown").length,
    },
  };
}

/** Monthly total of every stack of a project; labor included, as the plan's own totals do. */
export async function stackTotals(ctx: Ctx, project: ProjectRef): Promise<Map<string, StackCost | null>> {
  const [stacks, resources, items] = await Promise.all([projectStacks(ctx, project.id), projectResources(ctx, project.id), lineItems(ctx, project.id)]);
  const world: World = { project, stacks, resources: resources.filter(isDeclared), items, from: null, to: null };
  return new Map(stacks.map((stack) => [stack.key, totalOf(world, stack)]));
}

interface World {
  project: ProjectRef;
  stacks: StackRow[];
  /** Services of the plan. */
  resources: ResourceRow[];
  items: Map<string, StoredLineItem[]>;
  from: StackRow | null;
  to: StackRow | null;
}

async function lineItems(ctx: Ctx, projectId: string): Promise<Map<string, StoredLineItem[]>> {
  const found = await rows<StoredLineItem & { resourceId: string }>(
    ctx.db.pool,
    `SELECT resource_id AS "resourceId", name, form, min, max, currency, period, quantity, approximate, cost_class AS "costClass", text, detail
       FROM line_item WHERE project_id = $1 ORDER BY position`,
    [projectId],
  );
  const map = new Map<string, StoredLineItem[]>();
  for (const row of found) map.set(row.resourceId, [...(map.get(row.resourceId) ?? []), row]);
  return map;
}

/** The stack the plan leads to from here: its target, else the next stage. Other views of a stack are not stages. */
function nextStack(stacks: readonly StackRow[], from: StackRow | null): StackRow | null {
  const stages = stacks.filter(
    (stack) => stack !== from && stack.role !== "variant" && stack.role !== "current" && (from === null || stack.position >= from.position),
  );
  return stages.find((stack) => stack.role === "target") ?? stages[0] ?? null;
}

function totalOf(world: World, stack: StackRow): StackCost | null {
  const inside = world.resources.filter((resource) => resource.stackId === stack.id);
  const items = inside.flatMap((resource) => (world.items.get(resource.id) ?? []).map(pricedItemOf));
  // A sum over several currencies would be no number: the caller says so.
  if (new Set(items.map((item) => item.price.currency ?? world.project.currency)).size > 1) return null;
  const cost = stackCost(items, { labor: true, currency: world.project.currency });
  const unpriced = inside.filter((resource) => (world.items.get(resource.id) ?? []).length === 0).length;
  return { ...cost, unknown: cost.unknown + unpriced };
}

function costOf(world: World, resources: readonly ResourceRow[]): SideCost {
  let sum: Interval | null = null;
  let usage = false;
  for (const resource of resources) {
    const items = world.items.get(resource.id) ?? [];
    if (items.length === 0) return { kind: "unknown" };
    for (const item of items.map(pricedItemOf)) {
      const cost = itemCost(item, world.project.currency);
      if (cost.once !== null) continue;
      if (cost.monthly === null || cost.currency !== world.project.currency) return { kind: "unknown" };
      sum = sum === null ? cost.monthly : addIntervals(sum, cost.monthly);
      usage ||= cost.dependsOnUsage;
    }
  }
  return sum === null ? { kind: "none", why: "paid once" } : { kind: "amount", interval: sum, usage };
}

function lineOf(resource: ResourceRow, world: World): InventoryLine {
  const stack = world.stacks.find((candidate) => candidate.id === resource.stackId) as StackRow;
  const stackKey = (id: string) => world.stacks.find((candidate) => candidate.id === id)?.key ?? "";
  const ref = (other: ResourceRow): Ref => ({ stack: stackKey(other.stackId), key: other.key, name: other.name });
  const replaced = world.resources.filter((other) => other.stackId !== resource.stackId && resource.replaces.includes(other.key));
  const replacers = world.resources.filter((other) => other.stackId !== resource.stackId && other.replaces.includes(resource.key));
  const same = counterpart(resource, world);
  const own = costOf(world, [resource]);
  const before = [...replaced, ...same].filter((other) => other.stackId === world.from?.id);
  const afterwards = [...replacers, ...same].filter((other) => other.stackId === world.to?.id);
  const runs = resource.stackId === world.from?.id;
  const now: SideCost = runs ? own : before.length > 0 ? costOf(world, before) : { kind: "none", why: "new" };
  const after: SideCost = !runs
    ? own
    : afterwards.length > 0
      ? costOf(world, afterwards)
      : { kind: "none", why: world.to === null ? "no other stack" : "not replaced" };
  const delta = now.kind === "amount" && after.kind === "amount" ? subtractIntervals(after.interval, now.interval) : null;
  // With several stages a service may be named by stages that are not compared here: show those of both sides first.
  return {
    resource,
    stack,
    stays: same.length > 0,
    replaces: (before.length > 0 ? before : replaced).map(ref),
    replacedBy: (afterwards.length > 0 ? afterwards : replacers).map(ref),
    own,
    now,
    after,
    delta,
    declared: null,
  };
}

const isDeclared = (resource: ResourceRow) => resource.origin !== "import";

/** Finds the plan's service of the same stack with the name of an imported one. */
function declaredHints(world: World): (resource: ResourceRow) => Ref | null {
  const byStack = new Map(
    world.stacks.map((stack) => [stack.id, { key: stack.key, find: declaredNames(world.resources.filter((resource) => resource.stackId === stack.id)) }]),
  );
  return (resource) => {
    const stack = byStack.get(resource.stackId);
    const found = stack?.find(resource) ?? null;
    return found === null || stack === undefined ? null : { stack: stack.key, key: found.key, name: found.name };
  };
}

const NOT_PRICED: SideCost = { kind: "none", why: "imported, not priced" };

function importedLine(resource: ResourceRow, world: World, declared: Ref | null): InventoryLine {
  const stack = world.stacks.find((candidate) => candidate.id === resource.stackId) as StackRow;
  return { resource, stack, replaces: [], replacedBy: [], stays: false, own: NOT_PRICED, now: NOT_PRICED, after: NOT_PRICED, delta: null, declared };
}

/** The service of the same key on the other side, where the plan names no other replacement for either of them. */
function counterpart(resource: ResourceRow, { resources, from, to }: World): ResourceRow[] {
  const other = resource.stackId === from?.id ? to : resource.stackId === to?.id ? from : null;
  const twin = resources.find((candidate) => candidate.stackId === other?.id && candidate.key === resource.key);
  if (twin === undefined) return [];
  const [old, fresh] = resource.stackId === from?.id ? [resource, twin] : [twin, resource];
  const taken = resources.some((candidate) => candidate.stackId === to?.id && candidate.replaces.includes(old.key));
  const takes = fresh.replaces.some((key) => resources.some((candidate) => candidate.stackId === from?.id && candidate.key === key));
  return taken || takes ? [] : [twin];
}

function inScope(resource: ResourceRow, query: InventoryQuery, world: World): boolean {
  if (query.stack === "all") return true;
  const wanted = world.stacks.find((stack) => stack.key === query.stack);
  if (wanted !== undefined) return resource.stackId === wanted.id;
  return resource.stackId === world.from?.id || resource.stackId === world.to?.id || (world.from === null && world.to === null);
}

function passes(line: InventoryLine, query: InventoryQuery, now: Date): boolean {
  const { resource } = line;
  if (query.kind !== undefined && resource.kind !== query.kind) return false;
  if (query.state !== undefined && resource.state !== query.state) return false;
  if (query.cost === "unknown" && line.own.kind !== "unknown") return false;
  if (query.owner === "none" && (resource.owner !== null || !isDeclared(resource))) return false;
  if (query.origin === "gone" && resource.goneAt === null) return false;
  if (query.origin !== undefined && query.origin !== "gone" && (query.origin === "import") === isDeclared(resource)) return false;
  if (query.seen === "stale" && resource.lastSeenAt !== null && now.getTime() - resource.lastSeenAt.getTime() < SEEN_MS) return false;
  const q = query.q?.toLowerCase() ?? "";
  return (
    q === "" ||
    [resource.name, resource.address ?? resource.key, resource.kind, resource.provider ?? "", resource.owner ?? ""].some((text) =>
      text.toLowerCase().includes(q),
    )
  );
}
