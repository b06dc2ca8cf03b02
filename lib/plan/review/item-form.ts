import { isDuration } from "@/lib/core/duration";
import { InvalidInputError } from "@/lib/core/errors";
import { slugify } from "@/lib/core/ids";
import type { Placed } from "@/lib/document/identity";
import { normalise } from "@/lib/document/lexicon/words";
import type { EditedPlan } from "../edited-plan";
import type { Plan, PlanMatrixCell } from "../types";
import { cellText } from "../words";
import { KINDS } from "./kinds";
import type { FieldSpec, FormField } from "./types";

const PRICE = "stacks.resources.lineItems";

/** Fields of an entry with their values. The one price of a service is corrected with it. */
export function formOf(placed: Placed, edited: EditedPlan): FormField[] {
  const { identity, entry } = placed;
  // What was added by hand stays in the stack it was added to.
  const specs = specsOf(identity.list, entry).filter(
    (spec) => !(identity.list === "stacks.resources" && spec.field === "stack" && placed.id.startsWith("added:")),
  );
  const fields = specs.map((spec) => fieldOf(spec, placed.id, shownValue(placed, spec, edited), edited.plan));
  if (identity.list !== "stacks.resources") return fields;
  const items = (entry.lineItems ?? []) as Record<string, unknown>[];
  if (items.length > 1) return fields;
  const price = [...edited.ids.values()].find((one) => one.entry === items[0]);
  const priced = KINDS[PRICE]?.fields ?? [];
  return [
    ...fields,
    ...priced.map((spec) => fieldOf(spec, price?.id ?? `new:${PRICE}`, price?.entry[spec.field] ?? KINDS[PRICE]?.fresh?.[spec.field] ?? null, edited.plan)),
  ];
}

/** Fields of an entry that is to be added to a list. */
export function blankForm(list: string, plan: Plan): FormField[] {
  const kind = KINDS[list];
  if (kind === undefined) throw new InvalidInputError(`Nothing can be added to "${list}" by hand.`);
  const specs = kind.fields.filter((spec) => !(list === "stacks.resources" && spec.field === "stack"));
  const withPrice = list === "stacks.resources" ? [...specs, ...(KINDS[PRICE]?.fields.slice(0, 1) ?? [])] : specs;
  return withPrice.map((spec) => fieldOf(spec, "", kind.fresh?.[spec.field] ?? null, plan));
}

function shownValue(placed: Placed, spec: FieldSpec, edited: EditedPlan): unknown {
  if (placed.identity.list === "stacks.resources" && spec.field === "stack") {
    const path = [...edited.ids].find(([, one]) => one === placed)?.[0] ?? "";
    return edited.plan.stacks[Number(/^stacks\[(\d+)\]/.exec(path)?.[1])]?.key ?? null;
  }
  const value = placed.entry[spec.field] ?? null;
  return spec.type === "cell" ? ((value ?? []) as PlanMatrixCell[]).map(cellText) : value;
}

/** The fields people correct; of a list without a form of its own, its plain values. */
function specsOf(list: string, entry: Record<string, unknown>): readonly FieldSpec[] {
  const kind = KINDS[list];
  if (kind !== undefined) return kind.fields;
  return Object.entries(entry).flatMap(([field, value]): FieldSpec[] => {
    if (["key", "line", "lines", "note"].includes(field)) return [];
    const type = typeof value === "string" ? "text" : typeof value === "number" ? "number" : typeof value === "boolean" ? "flag" : null;
    if (type === null) return [];
    const label = field.replace(/([A-Z])/g, " $1").toLowerCase();
    return [{ field, type, label: `${label.charAt(0).toUpperCase()}${label.slice(1)}` }];
  });
}

function fieldOf(spec: FieldSpec, target: string, value: unknown, plan: Plan): FormField {
  const { options, ...rest } = spec;
  if (options === undefined) return { ...rest, target, value };
  const named = (list: readonly { key: string; name: string }[]) => list.map((one) => ({ value: one.key, text: one.name }));
  const all = options === "stacks" ? named(plan.stacks) : options === "metrics" ? named(plan.metrics) : options.map((one) => ({ value: one, text: one }));
  return { ...rest, target, value, options: all };
}

/** A value as a browser sends it, in the shape of the plan. @throws InvalidInputError naming the field. */
export function coerced(spec: FieldSpec, raw: unknown, before: unknown): unknown {
  const refuse = (message: string): never => {
    throw new InvalidInputError(`${spec.label}: ${message}`, [{ path: spec.field, message }]);
  };
  const empty = raw === null || raw === undefined || (typeof raw === "string" && raw.trim() === "") || (Array.isArray(raw) && raw.length === 0);
  if (empty) return spec.required === true ? refuse("it cannot be empty") : spec.type === "flag" ? false : null;
  switch (spec.type) {
    case "number":
      return numberOf(raw) ?? refuse("write a number");
    case "flag":
      return raw === true || raw === "on";
    case "comparand":
      return comparandOf(raw);
    case "lines":
      return (Array.isArray(raw) ? raw.map(String) : String(raw).split("\n")).map((line) => line.trimEnd()).filter((line) => line !== "");
    case "level":
      return levelOf(raw) ?? refuse("write an operator and a number");
    case "cell":
      return (Array.isArray(raw) ? raw : []).map((cell, i) => cellOf(String(cell), (before as PlanMatrixCell[] | null)?.[i]));
    case "price":
      return priceOf(raw, before, refuse);
    default:
      if (/^(for|interval|hold)$/.test(spec.field) && !isDuration(String(raw).trim())) refuse("write a duration such as 30s, 5m, 24h or 7d");
      return String(raw).trim();
  }
}

function numberOf(raw: unknown): number | null {
  const value =
    typeof raw === "number"
      ? raw
      : Number(
          String(raw)
            .replace(/[\s_']/g, "")
            .replace(/,(?=\d{3}(\D|$))/g, "")
            .replace(",", "."),
        );
  return Number.isFinite(value) ? value : null;
}

function comparandOf(raw: unknown): unknown {
  if (typeof raw === "boolean" || typeof raw === "number") return raw;
  const text = String(raw).trim();
  if (/^(yes|true)$/i.test(text)) return true;
  if (/^(no|false)$/i.test(text)) return false;
  return numberOf(text) ?? text;
}

function levelOf(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null) return null;
  const { op, value } = raw as { op?: unknown; value?: unknown };
  const number = value === undefined || value === "" ? null : numberOf(value);
  return number === null ? null : { op: typeof op === "string" ? op : ">", value: number };
}

const RANGE = /^([\d.,]+)\s*(?:-|–|to)\s*([\d.,]+)$/;
const THRESHOLD = /^(>=|<=|>|<)\s*([\d.,]+)$/;

/** A cell of the matrix from what a person wrote; one that was not changed stays as it is. */
function cellOf(text: string, before: PlanMatrixCell | undefined): PlanMatrixCell {
  if (before !== undefined && cellText(before) === text) return before;
  const plain = text.trim();
  const range = RANGE.exec(plain);
  const [min, max] = [numberOf(range?.[1] ?? "x"), numberOf(range?.[2] ?? "x")];
  if (min !== null && max !== null && max >= min) return { type: "range", min, max };
  const threshold = THRESHOLD.exec(plain);
  const value = numberOf(threshold?.[2] ?? "x");
  const op = ([">", ">=", "<", "<="] as const).find((one) => one === threshold?.[1]);
  if (value !== null && op !== undefined) return { type: "threshold", op, value };
  if (/^(yes|no)$/i.test(plain)) return { type: "threshold", op: "is", value: /^yes$/i.test(plain) };
  return { type: "text", text: plain === "" ? "–" : plain.slice(0, 200) };
}

const AMOUNTS: Record<string, readonly string[]> = {
  fixed: ["amount"],
  range: ["min", "max"],
  open: ["min"],
  "per-unit": ["unitPrice", "per"],
  percent: ["percent", "fixed"],
};

/** A price from the fields of its form; allowances and what else stood beside the amount stay. */
function priceOf(raw: unknown, before: unknown, refuse: (message: string) => never): unknown {
  const given = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const old = (typeof before === "object" && before !== null ? before : {}) as Record<string, unknown>;
  const form = String(given.form ?? "unknown");
  const kept: Record<string, unknown> =
    form === old.form && AMOUNTS[form] === undefined ? { ...old } : { allowances: old.allowances ?? [], overage: old.overage ?? [] };
  const price: Record<string, unknown> = { ...kept, form, period: String(given.period || "month"), approximate: given.approximate === true };
  for (const field of AMOUNTS[form] ?? []) {
    const value = given[field] === undefined || given[field] === "" || given[field] === null ? null : numberOf(given[field]);
    if (value !== null) price[field] = value;
    else if (field === "per") price.per = 1;
    else if (field !== "fixed") refuse("write the amount as a number");
  }
  if (form === "per-unit") price.unit = String(given.unit ?? old.unit ?? "").trim() || refuse("write what is counted");
  if (form === "percent") price.of = String(given.of ?? old.of ?? "").trim() || "payments";
  if (form === "tiered" && price.tiers === undefined) refuse("tiers cannot be made by hand: choose another form");
  if (form === "formula" && price.formula === undefined) refuse("formulas cannot be made by hand: choose another form");
  const currency = String(given.currency ?? "")
    .trim()
    .toUpperCase();
  if (currency === "") delete price.currency;
  else price.currency = /^[A-Z]{3}$/.test(currency) ? currency : refuse("write a currency as three letters");
  return price;
}

/** A new entry of a list from the values of its form. */
export function freshEntry(list: string, values: Record<string, unknown>): Record<string, unknown> {
  const kind = KINDS[list];
  if (kind === undefined) throw new InvalidInputError(`Nothing can be added to "${list}" by hand.`);
  const entry: Record<string, unknown> = { ...kind.fresh };
  const specs =
    list === "stacks.resources" ? [...kind.fields.filter((spec) => spec.field !== "stack"), ...(KINDS[PRICE]?.fields.slice(0, 1) ?? [])] : kind.fields;
  for (const spec of specs) {
    const value = coerced(spec, values[spec.field], null);
    if (value === null || (value === false && spec.type === "flag")) continue;
    if (list === "stacks.resources" && spec.field === "price") entry.lineItems = [{ price: value }];
    else entry[spec.field] = value;
  }
  if (kind.keyed === true) {
    const named = ["name", "title", "what", "metric", "scope"].map((field) => entry[field]).find((one) => typeof one === "string");
    entry.key = slugify(normalise(String(named ?? kind.word)), "added")
      .slice(0, 56)
      .replace(/-+$/, "");
  }
  return entry;
}

/** The specification of a field of an entry, by which a submitted value is read. */
export function specOf(placed: Placed, field: string): FieldSpec | undefined {
  return specsOf(placed.identity.list, placed.entry).find((spec) => spec.field === field);
}
