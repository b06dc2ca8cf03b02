import { isDeepStrictEqual } from "node:util";
import type { Plan } from "./types";

export interface FieldChange {
  /** Path inside the entry: `lineItems[0].price.amount`. */
  field: string;
  before: unknown;
  after: unknown;
}

export interface PlanChange {
  kind: "added" | "removed" | "changed";
  /** What it is, in one word of the glossary: `resource`, `trigger`, `migration`. */
  entity: string;
  key: string;
  name: string;
  /** Path in the new document; in the old one when it was removed. */
  path: string;
  fields: FieldChange[];
  /** What applying the change does beyond storing it. */
  effect: string;
}

/** How two versions of a plan differ, by entry. Line numbers of the source document do not count. */
export interface PlanDifference {
  changes: PlanChange[];
  added: number;
  removed: number;
  changed: number;
}

/**
 * Lists of the document and what one entry of each is called. What only the checks compare (headings, readings of settings,
 * places of variables) is left out: it follows the rest of the text and would drown it.
 */
const ENTITIES: readonly [list: keyof Plan, entity: string][] = [
  ["goals", "goal"],
  ["claims", "claim"],
  ["metrics", "metric"],
  ["otherPrices", "price"],
  ["replacements", "replacement"],
  ["costComparisons", "cost comparison"],
  ["triggerGroups", "trigger group"],
  ["triggers", "trigger"],
  ["optionMatrices", "option matrix"],
  ["targets", "target"],
  ["capacity", "capacity"],
  ["outcomes", "outcome"],
  ["successCriteria", "success criterion"],
  ["alertRules", "alert rule"],
  ["channels", "channel"],
  ["migrations", "migration"],
  ["roadmap", "roadmap item"],
  ["monitors", "monitor"],
  ["backups", "backup"],
  ["recovery", "recovery procedure"],
  ["budgets", "budget"],
  ["pricingRules", "pricing rule"],
  ["scalingStages", "scaling stage"],
  ["topologies", "topology"],
  ["costTips", "cost tip"],
  ["environment", "environment scope"],
  ["ports", "port"],
  ["dnsRecords", "DNS record"],
  ["routes", "route"],
  ["buckets", "bucket"],
  ["limits", "limit"],
  ["settings", "setting"],
  ["workflows", "workflow"],
  ["checklists", "checklist"],
  ["security", "security item"],
  ["designDecisions", "design decision"],
  ["troubleshooting", "recipe"],
  ["knownIssues", "known issue"],
  ["versions", "software version"],
  ["artifacts", "artifact"],
  ["created", "created resource"],
  ["promises", "promise"],
  ["firewall", "firewall rule"],
  ["jobs", "job"],
  ["windows", "window"],
  ["openQuestions", "open question"],
];

const LINES = new Set(["line", "lines"]);
const MAX_FIELDS = 50;

/** Differences from `before` (null: nothing yet) to `after`. Pure. */
export function diffPlans(before: Plan | null, after: Plan): PlanDifference {
  const changes: PlanChange[] = [];
  diffSingle(before?.project, after.project, "project", "project", changes);
  diffList(stacksOf(before), stacksOf(after), "stacks", "stack", changes);
  after.stacks.forEach((stack, i) => {
    const old = before?.stacks.find((candidate) => candidate.key === stack.key);
    diffList(old?.resources ?? [], stack.resources, `stacks[${i}].resources`, "resource", changes);
  });
  before?.stacks.forEach((stack, i) => {
    if (!after.stacks.some((candidate) => candidate.key === stack.key)) diffList(stack.resources, [], `stacks[${i}].resources`, "resource", changes);
  });
  for (const [list, entity] of ENTITIES) diffList((before?.[list] ?? []) as object[], after[list] as object[], list, entity, changes);
  diffSingle(before?.decisionMatrix, after.decisionMatrix, "decisionMatrix", "decision matrix", changes);
  diffSingle(before?.unitEconomics, after.unitEconomics, "unitEconomics", "unit economics", changes);
  const count = (kind: PlanChange["kind"]) => changes.filter((change) => change.kind === kind).length;
  return { changes, added: count("added"), removed: count("removed"), changed: count("changed") };
}

function stacksOf(plan: Plan | null): object[] {
  return plan === null ? [] : plan.stacks.map(({ resources: _resources, ...stack }) => stack);
}

function diffSingle(before: object | undefined, after: object | undefined, path: string, entity: string, changes: PlanChange[]): void {
  diffList(before === undefined ? [] : [before], after === undefined ? [] : [after], path, entity, changes);
}

/** Entries are matched by their name in the list, the n-th of equal names with the n-th. */
function diffList(before: readonly object[], after: readonly object[], path: string, entity: string, changes: PlanChange[]): void {
  const single = path === "project" || path === "decisionMatrix" || path === "unitEconomics";
  const old = named(before, entity);
  const fresh = named(after, entity);
  for (const [id, { entry, place }] of fresh) {
    const match = single ? old.values().next().value : old.get(id);
    const at = single ? path : `${path}[${place}]`;
    if (match === undefined) changes.push({ kind: "added", entity, ...called(entry, id), path: at, fields: [], effect: effectOf("added", entity, []) });
    else {
      const fields = fieldChanges(match.entry, entry);
      if (fields.length > 0) changes.push({ kind: "changed", entity, ...called(entry, id), path: at, fields, effect: effectOf("changed", entity, fields) });
    }
  }
  if (single && fresh.size > 0) return;
  for (const [id, { entry, place }] of old) {
    if (!fresh.has(id))
      changes.push({
        kind: "removed",
        entity,
        ...called(entry, id),
        path: single ? path : `${path}[${place}]`,
        fields: [],
        effect: effectOf("removed", entity, []),
      });
  }
}

function named(list: readonly object[], entity: string): Map<string, { entry: object; place: number }> {
  const result = new Map<string, { entry: object; place: number }>();
  list.forEach((entry, place) => {
    const base = identity(entry) ?? entity;
    let id = base;
    for (let n = 2; result.has(id); n++) id = `${base} #${n}`;
    result.set(id, { entry, place });
  });
  return result;
}

/** What an entry is known by: its key, or the field that says what it is. */
function identity(entry: object): string | null {
  for (const name of ["key", "slug", "what", "name", "title", "text", "metric", "component", "scope", "symptom", "subject", "trigger", "host", "service"]) {
    const value: unknown = Reflect.get(entry, name);
    if (typeof value === "string") return value;
  }
  return null;
}

function called(entry: object, id: string): { key: string; name: string } {
  const name: unknown = ["name", "title", "what", "text"].map((field) => Reflect.get(entry, field)).find((value) => typeof value === "string");
  return { key: id, name: typeof name === "string" ? name : id };
}

/** Fields that differ, at most 50; long lists of differences are cut, never an entry. */
function fieldChanges(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !LINES.has(name));
    return names.flatMap((name) => fieldChanges(before[name], after[name], path === "" ? name : `${path}.${name}`)).slice(0, MAX_FIELDS);
  }
  if (Array.isArray(before) && Array.isArray(after) && before.some(isRecord)) return listChanges(before, after, path).slice(0, MAX_FIELDS);
  return [{ field: path, before: before ?? null, after: after ?? null }];
}

function listChanges(before: unknown[], after: unknown[], path: string): FieldChange[] {
  const key = (entry: unknown) => (isRecord(entry) && typeof entry.key === "string" ? entry.key : null);
  if (![...before, ...after].every((entry) => key(entry) !== null)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => fieldChanges(before[i], after[i], `${path}[${i}]`)).flat();
  }
  const old = new Map(before.map((entry) => [key(entry), entry]));
  const fresh = new Map(after.map((entry) => [key(entry), entry]));
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => fieldChanges(old.get(name), fresh.get(name), `${path}.${name}`));
  const order = (list: unknown[], other: Map<string | null, unknown>) => list.map(key).filter((name) => other.has(name));
  if (!isDeepStrictEqual(order(before, fresh), order(after, old)))
    changes.push({ field: `${path} (order)`, before: order(before, fresh), after: order(after, old) });
  return changes;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const KEPT = "Marked removed; its history stays.";

function effectOf(kind: PlanChange["kind"], entity: string, fields: readonly FieldChange[]): string {
  const touches = (...names: string[]) =>
    fields.some((change) => names.some((name) => change.field === name || change.field.startsWith(`${name}.`) || change.field.startsWith(`${name}[`)));
  if (kind === "removed") {
    if (entity === "trigger") return `${KEPT} It is no longer evaluated.`;
    if (entity === "alert rule") return `${KEPT} Its open alert ends.`;
    if (entity === "migration") return `${KEPT} Runs that were already made keep their frozen plan.`;
    return ["stack", "resource", "metric", "trigger group", "monitor", "backup", "budget", "decision matrix"].includes(entity) ? KEPT : "";
  }
  if (entity === "trigger" && kind === "changed" && touches("metric", "op", "value", "high", "for", "noData"))
    return "It starts anew: its hold time begins again.";
  if (entity === "alert rule" && kind === "changed" && touches("metric", "expr", "warning", "critical", "levels", "for", "noData"))
    return "It starts anew with the next value.";
  if (entity === "migration" && kind === "added") return "Gets its first runbook.";
  if (entity === "migration" && touches("phases", "guards", "observation", "rollback", "decommission"))
    return "A new runbook version where steps, guards or times have changed. Runs that have not started lose their approvals, unless only texts changed; runs under way go on as approved.";
  return "";
}
