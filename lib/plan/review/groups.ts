import { formatInterval, formatMoney } from "@/lib/core/money";
import { stackTotal } from "../checks/stack-total";
import type { Plan } from "../types";
import type { Workbench } from "./build-review";
import { aWord, KINDS, wordOf } from "./kinds";
import type { ReviewGroup, ReviewItem } from "./types";

/** Lists of the plan with a place of their own, in reading order. */
const LISTS: readonly [list: keyof Plan, title: string][] = [
  ["otherPrices", "Other prices"],
  ["triggers", "Triggers"],
];
const LATER: readonly [list: keyof Plan, title: string][] = [
  ["alertRules", "Alerts"],
  ["monitors", "Monitors"],
  ["backups", "Backups"],
  ["budgets", "Budgets"],
  ["successCriteria", "Success criteria"],
  ["environment", "Environment variables"],
];
/** Shown with what they belong to, or not at all. */
const ELSEWHERE = new Set([
  "schemaVersion",
  "project",
  "stacks",
  "migrations",
  "decisionMatrix",
  "checklists",
  "unitEconomics",
  "metrics",
  "triggerGroups",
  // The headings themselves: the checks compare them, there is nothing in them to correct.
  "sections",
  "contents",
  ...[...LISTS, ...LATER].map(([list]) => list),
]);

/** What was understood, grouped as people think of it. Pure. */
export function groupsOf(bench: Workbench): ReviewGroup[] {
  const { plan } = bench;
  const others = Object.keys(plan).filter((list) => !ELSEWHERE.has(list) && Array.isArray(plan[list as keyof Plan]));
  return [
    ...plan.stacks.map((_, i) => stackGroup(bench, i)),
    ...LISTS.map(([list, title]) => listGroup(bench, list, title)),
    matrixGroup(bench),
    ...plan.migrations.map((_, i) => migrationGroup(bench, i)),
    ...LATER.map(([list, title]) => listGroup(bench, list, title)),
    checklistGroup(bench),
    ...["metrics", "triggerGroups"].map((list) => listGroup(bench, list as keyof Plan, titleOf(list))),
    furtherGroup(bench, others),
  ].filter((group) => group.items.length > 0 || group.about !== null);
}

function titleOf(list: string): string {
  const words = list.replace(/([A-Z])/g, " $1").toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

const adding = (list: string, parent = "") => ({ list, parent, word: wordOf(list), text: `Add ${aWord(wordOf(list))}` });

function entries(bench: Workbench, path: string, count: number, depth: 0 | 1 = 0): ReviewItem[] {
  return Array.from({ length: count }, (_, i) => bench.item(`${path}[${i}]`, depth)).filter((item) => item !== null);
}

function listGroup(bench: Workbench, list: keyof Plan, title: string): ReviewGroup {
  const count = (bench.plan[list] as unknown[]).length;
  return { key: list, title, notes: [], lines: [], items: entries(bench, list, count), adds: KINDS[list] === undefined ? [] : [adding(list)], about: null };
}

/** All other facts in one group: they are kept with the plan, and the checks compare them. */
function furtherGroup(bench: Workbench, lists: readonly string[]): ReviewGroup {
  const items = lists.flatMap((list) => entries(bench, list, (bench.plan[list as keyof Plan] as unknown[]).length));
  const notes = ["Kept with the plan. The checks compare them with the rest; nothing else is made of them."];
  return { key: "further", title: "Further facts", notes, lines: [], items, adds: [], about: null };
}

function stackGroup(bench: Workbench, i: number): ReviewGroup {
  const stack = bench.plan.stacks[i];
  if (stack === undefined) throw new Error("no such stack");
  const { currency } = bench.names;
  const about = bench.item(`stacks[${i}]`);
  const total = stackTotal(stack, currency);
  const priced = stack.resources.some((resource) => resource.lineItems.length > 0);
  const notes = priced ? [`The rows add up to ${formatInterval(total.monthly, currency)} a month.`] : ["No service of it has a price."];
  if (total.unknown.length > 0) notes.push(`Without an amount: ${[...new Set(total.unknown)].slice(0, 6).join(", ")}.`);
  const services = stack.resources.flatMap((resource, j) => {
    const path = `stacks[${i}].resources[${j}]`;
    const item = bench.item(path);
    if (item === null) return [];
    return resource.lineItems.length > 1 ? [item, ...entries(bench, `${path}.lineItems`, resource.lineItems.length, 1)] : [item];
  });
  return {
    key: `stack-${stack.key}`,
    title: stackTitle(stack),
    notes,
    lines: about?.lines ?? [],
    items: [...services, ...entries(bench, `stacks[${i}].statedTotals`, stack.statedTotals.length)],
    adds: about === null ? [] : [adding("stacks.resources", about.id), adding("stacks.statedTotals", about.id)],
    about,
  };
}

/** Role and name; the name alone where it says the role itself. */
function stackTitle({ role, name }: Plan["stacks"][number]): string {
  return name.toLowerCase().includes(role) || role === "variant" ? name : `${ROLES[role]}: ${name}`;
}

const ROLES = { current: "Current stack", target: "Target stack", phase: "Stack of a phase" } as const;

function matrixGroup(bench: Workbench): ReviewGroup {
  const matrix = bench.plan.decisionMatrix;
  const columns = matrix?.columns.map((column) => column.label).join(" | ") ?? "";
  return {
    key: "decisionMatrix",
    title: matrix?.title ?? "Decision matrix",
    notes: matrix === undefined ? [] : [`Columns: ${columns}.`],
    lines: [],
    items: entries(bench, "decisionMatrix.rows", matrix?.rows.length ?? 0),
    adds: [],
    about: null,
  };
}

function migrationGroup(bench: Workbench, i: number): ReviewGroup {
  const migration = bench.plan.migrations[i];
  if (migration === undefined) throw new Error("no such migration");
  const at = `migrations[${i}]`;
  const about = bench.item(at);
  const phases = migration.phases.flatMap((phase, j) => {
    const path = `${at}.phases[${j}]`;
    const item = bench.item(path);
    return [...(item === null ? [] : [item]), ...entries(bench, `${path}.steps`, phase.steps.length, 1)];
  });
  const notes = [
    migration.estimatedDowntime?.text === undefined ? "" : `Expected downtime: ${migration.estimatedDowntime.text}.`,
    migration.observation?.duration === undefined ? "" : `Observed for ${migration.observation.duration}.`,
    migration.decommission?.after === undefined ? "" : `The old side goes after ${migration.decommission.after}.`,
    migration.statedSaving === undefined
      ? ""
      : `Stated saving: ${formatMoney(migration.statedSaving.min, migration.statedSaving.currency ?? bench.names.currency)}.`,
  ];
  const inside = ["migrations.phases", "migrations.guards", "migrations.rollback.steps", "migrations.cutover", "migrations.traffic"];
  return {
    key: `migration-${migration.key}`,
    title: /migrat/i.test(migration.name) ? migration.name : `Migration: ${migration.name}`,
    notes: notes.filter((note) => note !== ""),
    lines: about?.lines ?? [],
    items: [
      ...phases,
      ...entries(bench, `${at}.cutover`, migration.cutover.length),
      ...entries(bench, `${at}.traffic`, migration.traffic.length),
      ...entries(bench, `${at}.guards`, migration.guards.length),
      ...entries(bench, `${at}.rollback.conditions`, migration.rollback?.conditions.length ?? 0),
      ...entries(bench, `${at}.rollback.steps`, migration.rollback?.steps.length ?? 0),
    ],
    adds: about === null ? [] : inside.filter((list) => list !== "migrations.guards").map((list) => adding(list, about.id)),
    about,
  };
}

function checklistGroup(bench: Workbench): ReviewGroup {
  const items = bench.plan.checklists.flatMap((list, i) => {
    const item = bench.item(`checklists[${i}]`);
    return [...(item === null ? [] : [item]), ...entries(bench, `checklists[${i}].items`, list.items.length, 1)];
  });
  const boxes = bench.plan.checklists.flatMap((list) => list.items);
  const notes = boxes.length === 0 ? [] : [`${boxes.filter((box) => box.done).length} of ${boxes.length} boxes are ticked.`];
  return { key: "checklists", title: "Checklists", notes, lines: [], items, adds: [adding("checklists")], about: null };
}
