import { PERIODS, RESOURCE_KINDS, STACK_ROLES, TRIGGER_KINDS } from "../types";
import { OPERATORS } from "../types/common";
import { ACTIVITIES } from "../types/migration";
import { MONITOR_TYPES } from "../types/operations";
import { COST_CLASSES } from "../types/price";
import type { FieldSpec } from "./types";

/** What people call one entry of a list, and the fields they correct. Lists that are not here show their plain fields. */
export interface Kind {
  word: string;
  fields: readonly FieldSpec[];
  /** Fields of a new entry that a form does not ask for. */
  fresh?: Record<string, unknown>;
  /** Whether a new entry needs a key, made from its first field. */
  keyed?: boolean;
}

const text = (field: string, label: string, required = false): FieldSpec => ({ field, label, type: "text", required });
const number = (field: string, label: string, required = false): FieldSpec => ({ field, label, type: "number", required });
const choice = (field: string, label: string, options: FieldSpec["options"], required = false): FieldSpec => ({
  field,
  label,
  type: "choice",
  required,
  ...(options === undefined ? {} : { options }),
});
const flag = (field: string, label: string): FieldSpec => ({ field, label, type: "flag" });
const price: FieldSpec = { field: "price", label: "Price", type: "price", required: true };
const condition = [
  choice("op", "Operator", OPERATORS),
  { field: "value", label: "Value", type: "comparand" } as const,
  number("high", "Upper end (between)"),
  text("unit", "Unit"),
];
const span = [choice("from", "From stack", "stacks"), choice("to", "To stack", "stacks")];

export const KINDS: Record<string, Kind> = {
  project: { word: "project", fields: [text("name", "Name", true), text("currency", "Currency (three letters)", true), text("description", "Description")] },
  stacks: { word: "stack", keyed: true, fields: [text("name", "Name", true), choice("role", "Role", STACK_ROLES, true), text("description", "Description")] },
  "stacks.resources": {
    word: "service",
    keyed: true,
    fields: [
      text("name", "Name", true),
      text("provider", "Provider"),
      choice("kind", "Kind", RESOURCE_KINDS, true),
      choice("stack", "Stack", "stacks", true),
      text("owner", "Owner"),
    ],
  },
  "stacks.resources.lineItems": {
    word: "price",
    fields: [price, number("quantity", "Quantity"), choice("costClass", "Counts as", COST_CLASSES, true)],
    fresh: { costClass: "infrastructure" },
  },
  "stacks.statedTotals": {
    word: "stated total",
    fields: [number("min", "From", true), number("max", "To"), choice("period", "Per", PERIODS, true), text("currency", "Currency")],
    fresh: { kind: "total" },
  },
  otherPrices: {
    word: "price",
    fields: [text("name", "Name", true), price, text("provider", "Provider"), choice("stack", "Stack", "stacks"), flag("isTotal", "It is a total")],
    fresh: { isTotal: false },
  },
  metrics: {
    word: "metric",
    keyed: true,
    fields: [text("name", "Name", true), text("unit", "Unit"), choice("kind", "Kind", ["number", "boolean"], true)],
    fresh: { kind: "number" },
  },
  triggerGroups: { word: "trigger group", keyed: true, fields: [text("name", "Name", true), choice("combine", "Met when", ["any", "all"], true), ...span] },
  triggers: {
    word: "trigger",
    keyed: true,
    fields: [
      choice("metric", "Metric", "metrics", true),
      ...condition,
      text("for", "Holds for (5m, 24h)"),
      choice("kind", "Kind", TRIGGER_KINDS, true),
      ...span,
      text("text", "As the document says it"),
    ],
    fresh: { kind: "migrate", op: ">" },
  },
  alertRules: {
    word: "alert",
    keyed: true,
    fields: [
      text("name", "Name"),
      choice("metric", "Metric", "metrics"),
      { field: "warning", label: "Warning", type: "level" },
      { field: "critical", label: "Critical", type: "level" },
      text("for", "Holds for (5m, 24h)"),
      text("action", "What to do"),
    ],
  },
  "decisionMatrix.rows": {
    word: "row of the matrix",
    fields: [text("label", "Label"), choice("metric", "Metric", "metrics", true), { field: "cells", label: "Cells", type: "cell" }],
  },
  migrations: {
    word: "migration",
    keyed: true,
    fields: [
      text("name", "Name", true),
      choice("from", "From stack", "stacks", true),
      choice("to", "To stack", "stacks", true),
      text("description", "Description"),
    ],
  },
  "migrations.phases": { word: "phase", keyed: true, fields: [text("title", "Title", true), text("goal", "Goal")] },
  "migrations.phases.steps": {
    word: "step",
    keyed: true,
    fields: [
      text("title", "Title", true),
      choice("activity", "What it is about", ACTIVITIES),
      flag("done", "Done"),
      { field: "commands", label: "Commands, one per line", type: "lines" },
    ],
    fresh: { kind: "manual" },
  },
  "migrations.guards": {
    word: "rollback trigger",
    fields: [text("title", "Title", true), choice("op", "Operator", [">", ">=", "<", "<="], true), number("value", "Value", true), text("unit", "Unit")],
  },
  "migrations.rollback.conditions": {
    word: "rollback condition",
    fields: [text("text", "Condition", true), choice("metric", "Metric", "metrics"), ...condition],
  },
  "migrations.rollback.steps": {
    word: "rollback step",
    keyed: true,
    fields: [text("title", "Title", true), { field: "commands", label: "Commands, one per line", type: "lines" }],
    fresh: { kind: "manual" },
  },
  "migrations.cutover": { word: "moment of the cutover", fields: [text("title", "Title", true), text("offset", "Time on the clock (-24h, 25m)")] },
  "migrations.traffic": {
    word: "traffic stage",
    fields: [number("percent", "Percent to the new side", true), text("at", "When"), text("hold", "Hold (5m, 24h)"), text("criteria", "Criteria")],
  },
  monitors: {
    word: "monitor",
    keyed: true,
    fields: [
      text("name", "Name", true),
      choice("type", "Type", MONITOR_TYPES, true),
      text("target", "Address or what is watched", true),
      text("interval", "Interval (30s, 5m)"),
    ],
  },
  backups: {
    word: "backup",
    keyed: true,
    fields: [text("what", "What", true), text("frequency", "How often"), text("retentionText", "Kept for"), text("storage", "Where")],
  },
  budgets: {
    word: "budget",
    keyed: true,
    fields: [text("name", "Name", true), number("amount", "Amount", true), text("currency", "Currency"), choice("period", "Per", ["month", "year"], true)],
  },
  successCriteria: { word: "success criterion", fields: [text("text", "Criterion", true), choice("metric", "Metric", "metrics"), ...condition] },
  environment: {
    word: "group of variables",
    fields: [text("scope", "Where", true), { field: "names", label: "Names, one per line", type: "lines", required: true }],
  },
  checklists: { word: "checklist", keyed: true, fields: [text("title", "Title", true)] },
  "checklists.items": { word: "item", fields: [text("title", "Title", true), flag("done", "Done")] },
};

/** A word with its article: "a price", "an alert". */
export function aWord(word: string): string {
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}

/** What one entry of a list is called. */
export function wordOf(list: string): string {
  const known = KINDS[list]?.word;
  if (known !== undefined) return known;
  const last = list.split(".").at(-1) ?? list;
  const words = last.replace(/([A-Z])/g, " $1").toLowerCase();
  return words.endsWith("ies") ? `${words.slice(0, -3)}y` : words.endsWith("ss") ? words : words.replace(/s$/, "");
}
