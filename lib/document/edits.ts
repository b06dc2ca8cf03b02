import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { hashOf } from "@/lib/core/canonical";
import type { Plan } from "@/lib/plan/types";
import { type HeadingAt, type Identity, type Placed, placedEntries, readId } from "./identity";

/*
 * Corrections a person makes to what was read. They are kept apart from the document and name what they are about by
 * its identity, so that they can be made again when a changed document is read.
 */

const value: z.ZodType<unknown> = z.json();
const common = {
  /** Opaque; by it the edit is taken back. */
  id: z.string().min(1).max(60),
  /** What it is about, in words: shown when the entry is no longer found. */
  label: z.string().max(300).default(""),
};
const target = z.string().min(1).max(2_000);

const editSchema = z.discriminatedUnion("op", [
  /** `was` is what the document said when it was corrected. A null value takes the field away. */
  z.strictObject({
    op: z.literal("set"),
    target,
    field: z
      .string()
      .max(80)
      .regex(/^[a-z][A-Za-z]*$/),
    value,
    was: value.optional(),
    ...common,
  }),
  /** `was` is the fingerprint of the entry when it was dropped. */
  z.strictObject({ op: z.literal("drop"), target, was: z.string().max(100).optional(), ...common }),
  /** `parent` is the identity of the entry whose list gets it; empty for a list of the plan itself. */
  z.strictObject({
    op: z.literal("add"),
    list: z.string().min(1).max(120),
    parent: z.string().max(2_000).default(""),
    value: z.record(z.string(), value),
    ...common,
  }),
]);
export const editList = z.array(editSchema).max(2_000, "at most 2,000 corrections");
export type Edit = z.infer<typeof editSchema>;

/**
 * What became of an edit: `applied`; `same`, the document now says so itself; `changed`, applied, though the document
 * has another value than the one that was corrected; `lost`, its entry is no longer in the document.
 */
export type Outcome = "applied" | "same" | "changed" | "lost";

export interface Edited {
  /** The plan with all edits in it; not yet checked against the schema. */
  plan: Plan;
  outcomes: Map<string, Outcome>;
  /** The entry each edit was found to be about, or made. */
  subjects: Map<string, Placed>;
  /** Every entry as it now is, with the identity it had before the edits. Added ones have the id `added:EDIT`. */
  placed: Placed[];
  /** Entries that were dropped, as they were. */
  dropped: Placed[];
}

/** Applies edits to what was read. Pure: the plan given is left as it is. */
export function applyEdits(read: Plan, edits: readonly Edit[], headingAt: HeadingAt): Edited {
  const plan = structuredClone(read);
  const placed = placedEntries(plan, headingAt);
  const find = finder(placed, plan);
  // All are found before any is applied: one correction must not hide the entry of the next.
  const found = edits.map((edit) => ({ edit, at: edit.op === "add" && edit.parent === "" ? null : find(edit) }));
  const outcomes = new Map<string, Outcome>();
  const subjects = new Map<string, Placed>();
  const gone = new Set<Placed>();
  for (const { edit, at } of found) {
    if (edit.op === "add") continue;
    if (at !== null) subjects.set(edit.id, at);
    outcomes.set(edit.id, at === null ? "lost" : edit.op === "set" ? setField(at, edit, plan) : "applied");
    if (at !== null && edit.op === "drop") gone.add(at);
  }
  for (const { edit, at } of found) {
    if (edit.op !== "add") continue;
    const made = edit.parent !== "" && at === null ? null : add(plan, edit, at);
    outcomes.set(edit.id, made === null ? "lost" : "applied");
    if (made === null) continue;
    placed.push(made);
    subjects.set(edit.id, made);
  }
  remove(gone);
  return { plan, outcomes, subjects, placed: placed.filter((one) => !gone.has(one)), dropped: [...gone] };
}

/** What an entry says, without the lines it says it on. */
export function fingerprint(entry: Record<string, unknown>): string {
  return hashOf(JSON.parse(JSON.stringify(entry, (name, child: unknown) => (name === "line" || name === "lines" ? undefined : child))));
}

type Find = (edit: Edit) => Placed | null;

/**
 * Finds the entry an edit is about. Among entries that are alike it is the one that still says what was corrected. Only
 * where its heading, or what it was inside of, is gone from the document (renamed), an entry elsewhere is taken, if it fits
 * alone and still says what was corrected: a correction must not end up on another entry.
 */
function finder(placed: readonly Placed[], plan: Plan): Find {
  const exact = indexed(placed, ({ list, within, name, heading }) => JSON.stringify([list, within, name, heading]));
  const anyHeading = indexed(placed, ({ list, within, name }) => JSON.stringify([list, within, name]));
  const anyPlace = indexed(placed, ({ list, heading, name }) => JSON.stringify([list, heading, name]));
  const headings = new Set(placed.map((one) => one.identity.heading));
  const chains = new Set(placed.map(({ identity }) => JSON.stringify([...identity.within, identity.name])));
  return (edit) => {
    const identity = readId(edit.op === "add" ? edit.parent : edit.target);
    if (identity === null) return null;
    const { list, within, name, heading, nth } = identity;
    const alike = exact.get(JSON.stringify([list, within, name, heading])) ?? [];
    const same = alike.filter((one) => saysTheSame(one, edit, plan));
    if (alike.length > 0) return same.length === 1 ? (same[0] ?? null) : (alike.find((one) => one.identity.nth === nth) ?? null);
    const renamed = [
      ...(headings.has(heading) ? [] : [anyHeading.get(JSON.stringify([list, within, name]))]),
      ...(name === "" || within.length === 0 || chains.has(JSON.stringify(within)) ? [] : [anyPlace.get(JSON.stringify([list, heading, name]))]),
    ];
    for (const found of renamed) if (found?.length === 1 && found[0] !== undefined && saysTheSame(found[0], edit, plan)) return found[0];
    return null;
  };
}

function indexed(placed: readonly Placed[], keyOf: (identity: Identity) => string): Map<string, Placed[]> {
  const index = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = keyOf(one.identity);
    const alike = index.get(key);
    if (alike === undefined) index.set(key, [one]);
    else alike.push(one);
  }
  return index;
}

function saysTheSame(at: Placed, edit: Edit, plan: Plan): boolean {
  if (edit.op === "add") return true;
  if (edit.was === undefined) return true;
  return edit.op === "drop" ? fingerprint(at.entry) === edit.was : isDeepStrictEqual(valueNow(plan, at, edit.field), edit.was);
}

/** Value of a field as it now is; null where it is absent. The stack of a resource is the one that holds it. */
export function valueNow(plan: Plan, at: Placed, field: string): unknown {
  if (at.identity.list === "stacks.resources" && field === "stack") return plan.stacks.find((stack) => (stack.resources as unknown) === at.parent)?.key ?? null;
  return at.entry[field] ?? null;
}

function setField(at: Placed, edit: Extract<Edit, { op: "set" }>, plan: Plan): Outcome {
  const now = valueNow(plan, at, edit.field);
  if (isDeepStrictEqual(now, edit.value)) return "same";
  if (at.identity.list === "stacks.resources" && edit.field === "stack") move(plan, at, String(edit.value));
  else if (edit.value === null) delete at.entry[edit.field];
  else at.entry[edit.field] = structuredClone(edit.value);
  return edit.was !== undefined && !isDeepStrictEqual(now, edit.was) ? "changed" : "applied";
}

function move(plan: Plan, at: Placed, key: string): void {
  const to = plan.stacks.find((stack) => stack.key === key)?.resources as unknown[] | undefined;
  if (to === undefined || at.parent === null || to === at.parent) return;
  at.parent.splice(at.parent.indexOf(at.entry), 1);
  withFreeKey(at.entry, to);
  to.push(at.entry);
  at.parent = to;
}

function remove(gone: ReadonlySet<Placed>): void {
  const entries = new Set<unknown>([...gone].map((one) => one.entry));
  for (const parent of new Set([...gone].map((one) => one.parent))) {
    if (parent === null) continue;
    const kept = parent.filter((entry) => !entries.has(entry));
    parent.splice(0, parent.length, ...kept);
  }
}

function add(plan: Plan, edit: Extract<Edit, { op: "add" }>, parent: Placed | null): Placed | null {
  const from = parent === null ? (plan as Record<string, unknown>) : parent.entry;
  const list = listAt(from, parent === null ? edit.list : edit.list.slice(parent.identity.list.length + 1));
  if (list === null) return null;
  const entry = structuredClone(edit.value) as Record<string, unknown>;
  withFreeKey(entry, list);
  list.push(entry);
  const within = parent === null ? [] : [...parent.identity.within, parent.identity.name];
  return { id: `added:${edit.id}`, identity: { list: edit.list, within, name: "", heading: "", nth: 1 }, entry, parent: list };
}

/** The list at a dotted path, made where it is absent. */
function listAt(from: Record<string, unknown>, path: string): unknown[] | null {
  let at = from;
  const names = path.split(".");
  for (const [i, name] of names.entries()) {
    if (!/^[A-Za-z]+$/.test(name)) return null;
    const last = i === names.length - 1;
    at[name] ??= last ? [] : {};
    const next = at[name];
    if (last) return Array.isArray(next) ? next : null;
    if (typeof next !== "object" || next === null || Array.isArray(next)) return null;
    at = next as Record<string, unknown>;
  }
  return null;
}

function withFreeKey(entry: Record<string, unknown>, list: readonly unknown[]): void {
  if (typeof entry.key !== "string") return;
  const taken = new Set(list.map((one) => (one as { key?: unknown }).key));
  const base = entry.key.slice(0, 56);
  for (let n = 2; taken.has(entry.key); n++) entry.key = `${base}-${n}`;
}
