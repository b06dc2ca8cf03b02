import { z } from "zod";
import { stackCost } from "@/lib/cost/price";
import type { StackCost } from "@/lib/cost/types";
import type { Plan, PlanLineItem, PlanResource, PlanStack } from "@/lib/plan/types";

/**
 * Comparison of a plan with a list of figures read from its source document. Each figure names the list, the entity
 * (by line, name or metric) and what must be found there; names that begin with `$` are read as explained in `SPECIAL`.
 */
const figure = z.strictObject({
  id: z.string(),
  /** Path to the list or object: `stacks[target].resources`, `migrations[key].phases[*].steps`. */
  in: z.string(),
  match: z.record(z.string(), z.union([z.string(), z.number()])),
  expect: z.record(z.string(), z.unknown()),
});

export const figureFile = z.strictObject({ system: z.string(), figures: z.array(figure) });
export type Figure = z.infer<typeof figure>;

type Entity = Record<string, unknown>;

/** Why a figure is not found in the plan, or null when it is. */
export function whyMissing(plan: Plan, wanted: Figure): string | null {
  const candidates = resolve(plan, wanted.in);
  const found = candidates.filter((entity) => Object.entries(wanted.match).every(([name, value]) => matches(entity, name, value)));
  if (found.length === 0) return `no entity in ${wanted.in} (${candidates.length} there) with ${JSON.stringify(wanted.match)}`;
  const reasons = found.map((entity) => differences(plan, entity, wanted.expect));
  return reasons.some((reason) => reason === null) ? null : (reasons[0] ?? "not found");
}

/** Entities at a path; `[key]` picks by key, `[*]` all, and the last list is spread. */
function resolve(plan: Plan, path: string): Entity[] {
  let level: unknown[] = [plan];
  for (const part of path.split(".")) {
    const [, name = "", selector] = /^(\w+)(?:\[(.+)\])?$/.exec(part) ?? [];
    level = level.flatMap((entity) => {
      const value = isEntity(entity) ? entity[name] : undefined;
      return Array.isArray(value) ? value : value === undefined ? [] : [value];
    });
    if (selector !== undefined && selector !== "*") level = level.filter((entity) => isEntity(entity) && entity.key === selector);
  }
  return level.filter(isEntity);
}

function isEntity(value: unknown): value is Entity {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function matches(entity: Entity, name: string, value: string | number): boolean {
  if (name === "line") return typeof value === "number" && coversLine(entity, value);
  if (name === "$metric") return isEntity(entity.source) && entity.source.metric === value;
  if (name.startsWith("$")) {
    const text = name === "$text" ? entity.title : entity[name.slice(1)];
    return typeof text === "string" && text.toLowerCase().startsWith(String(value).toLowerCase());
  }
  return entity[name] === value;
}

function coversLine(entity: Entity, line: number): boolean {
  if (entity.line === line) return true;
  if (Array.isArray(entity.line) && entity.line[0] <= line && line <= entity.line[1]) return true;
  return Array.isArray(entity.lines) && entity.lines.includes(line);
}

function differences(plan: Plan, entity: Entity, expected: Entity): string | null {
  for (const [name, value] of Object.entries(expected)) {
    const special = SPECIAL[name];
    const found = special === undefined ? entity[name] : special(entity, plan, value);
    const same = special === undefined ? contains(found, value) : JSON.stringify(found) === JSON.stringify(value);
    if (!same) return `${name}: ${JSON.stringify(value)} expected, ${JSON.stringify(found)} found`;
  }
  return null;
}

/** Whether `found` has everything of `wanted`: objects by field, lists by position. */
function contains(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(found) && wanted.every((value, i) => contains(found[i], value));
  if (isEntity(wanted)) return isEntity(found) && Object.entries(wanted).every(([name, value]) => contains(found[name], value));
  return found === wanted;
}

type Reader = (entity: Entity, plan: Plan, wanted: unknown) => unknown;

const listOf = (value: unknown): Entity[] => (Array.isArray(value) ? value.filter(isEntity) : []);

const SPECIAL: Record<string, Reader> = {
  /** Price of a resource per month: [min, max], max null when open; "unknown" without an amount. */
  $monthly: (entity) => monthlyOf(entity as unknown as PlanResource),
  /** Sum of the priced rows of a stack. */
  $sum: (entity) => sumOf(entity as unknown as PlanStack),
  /** Those of the wanted amounts that are free allowances of the resource's prices. */
  $allowances: (entity, _plan, wanted) => {
    const amounts = (entity as unknown as PlanResource).lineItems.flatMap((item) => item.price.allowances.map((entry) => entry.amount));
    return (wanted as number[]).filter((value) => amounts.includes(value));
  },
  /** Names of the resources it replaces. */
  $replaces: (entity, plan) => {
    const names = plan.stacks.flatMap((stack) => stack.resources);
    return ((entity.replaces as string[] | undefined) ?? []).map((key) => names.find((resource) => resource.key === key)?.name);
  },
  $combine: (entity, plan) => plan.triggerGroups.find((group) => group.key === entity.group)?.combine,
  $cell: (entity, _plan, wanted) => {
    const [index, cell] = wanted as [number, Entity];
    const found = listOf(entity.cells)[index];
    return [index, contains(found, cell) ? cell : found];
  },
  $tally: (entity) => Object.values(entity.tally as Record<string, number>).sort((a, b) => a - b),
  $levels: (entity) => listOf(entity.levels).map((level) => level.value),
  $steps: (entity) => listOf(entity.steps).length,
  $substeps: (entity) => listOf(entity.substeps).length,
  $items: (entity) => listOf(entity.items).length,
  $activity: (entity) => (entity.activity === "traffic" && entity.kind === "traffic.shift" ? trafficName(entity) : entity.activity),
  $lasts: (entity) => (entity.kind === "wait" && isEntity(entity.with) ? entity.with.for : entity.expected),
  $conditional: (entity) => entity.condition !== undefined,
  /** Those of the wanted numbers that stand anywhere in the entity, in texts too. */
  $numbers: (entity, _plan, wanted) => {
    const found = numbersIn(entity);
    return (wanted as number[]).filter((value) => found.has(value));
  },
};

/** A DNS or redeployment step that is carried out as a traffic shift keeps its own name in the figures. */
function trafficName(entity: Entity): string {
  return /dns/i.test(String(entity.title)) && !/primary/i.test(String(entity.title)) ? "dns" : "traffic";
}

/** What the cost rules make of a resource; "unknown" when one of its line items has no amount. */
function monthlyOf(resource: PlanResource): [number, number | null] | "unknown" {
  const cost = costOf(resource.lineItems);
  return cost.unknown > 0 ? "unknown" : bounds(cost);
}

/** Sum of a stack by the cost rules: labor and optional rows count, as the documents add them up; unpriced rows do not. */
function sumOf(stack: PlanStack): [number, number | null] {
  return bounds(costOf(stack.resources.flatMap((resource) => resource.lineItems)));
}

const costOf = (items: PlanLineItem[]) => stackCost(items, { labor: true, currency: "USD" });

const bounds = ({ interval }: StackCost): [number, number | null] => [interval.min.toNumber(), interval.max?.toNumber() ?? null];

function numbersIn(value: unknown, found = new Set<number>()): Set<number> {
  if (typeof value === "number") found.add(value);
  else if (typeof value === "string") for (const match of value.matchAll(/\d+(?:\.\d+)?/g)) found.add(Number(match[0]));
  else if (Array.isArray(value)) for (const child of value) numbersIn(child, found);
  else if (isEntity(value)) {
    for (const [name, child] of Object.entries(value)) if (name !== "line" && name !== "lines") numbersIn(child, found);
  }
  return found;
}
