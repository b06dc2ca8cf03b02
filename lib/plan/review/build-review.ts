import type { Edit } from "@/lib/document/edits";
import { headingsOf, type Placed } from "@/lib/document/identity";
import { checkPlan } from "../checks/check-plan";
import { documentFindings } from "../document-report";
import { type EditedPlan, editedPlan } from "../edited-plan";
import type { Reading } from "../reading/reading";
import type { Plan } from "../types";
import { inWords, type Names, namesOf } from "./describe";
import { groupsOf } from "./groups";
import { wordOf } from "./kinds";
import type { EditNote, ItemState, Review, ReviewItem } from "./types";
import { valueText } from "./value-text";

/** What the groups are made with: entries by path, as items. */
export interface Workbench {
  plan: Plan;
  names: Names;
  /** The entry at a path as an item; null where it is none that can be corrected. */
  item: (path: string, depth?: 0 | 1) => ReviewItem | null;
}

export interface DraftState {
  id: string;
  version: number;
  edits: readonly Edit[];
}

/** Everything a person looks through of a document and the corrections made so far. Pure. */
export function buildReview(draft: DraftState, document: Reading): Review {
  const edited = editedPlan(document.plan, draft.edits, headingsOf(document.tree));
  const { plan } = edited;
  const names = namesOf(plan);
  const notes = notesOf(draft.edits, edited, names);
  const idOfEntry = new Map([...edited.ids.values()].map((placed) => [placed.entry as unknown, placed.id]));
  const notesFor = (placed: Placed): EditNote[] => [
    ...(notes.get(placed.id) ?? []),
    // The one price of a service is shown and corrected with it.
    ...onlyPriceOf(placed).flatMap((price) => notes.get(idOfEntry.get(price) ?? "") ?? []),
  ];
  const bench: Workbench = {
    plan,
    names,
    item: (path, depth = 0) => {
      const placed = edited.ids.get(path);
      return placed === undefined ? null : itemOf(placed, names, notesFor(placed), depth);
    },
  };
  const dropped = edited.dropped.map((placed): ReviewItem => ({ ...itemOf(placed, names, notesFor(placed), 0), state: "dropped" }));
  const groups = groupsOf(bench);
  if (dropped.length > 0)
    groups.push({ key: "dropped", title: "Dropped by hand", notes: ["These are left out of the project."], lines: [], items: dropped, adds: [], about: null });
  const steps = plan.migrations.flatMap((migration) => migration.phases.flatMap((phase) => phase.steps)).length;
  const guards = plan.migrations.flatMap((migration) => migration.guards).length;
  const added = draft.edits.some((edit) => edit.op === "add");
  const empty = document.empty && !added;
  return {
    draft: draft.id,
    version: draft.version,
    project: { slug: plan.project.slug, name: plan.project.name, currency: plan.project.currency },
    counts: {
      prices: plan.otherPrices.length + plan.stacks.flatMap((stack) => stack.resources.flatMap((resource) => resource.lineItems)).length,
      triggers: plan.triggers.length + plan.alertRules.length + guards,
      steps,
      corrections: draft.edits.length,
    },
    groups,
    findings: [...checkPlan(plan, edited.locate), ...documentFindings({ unread: [], empty })],
    unread: document.unread,
    lost: draft.edits.filter((edit) => edited.outcomes.get(edit.id) === "lost").map((edit) => ({ id: edit.id, text: lostText(edit), outcome: "lost" })),
    leftOut: edited.refused.map(({ line, path, reason }) => ({ line, text: `${path}: ${reason}` })),
    empty,
  };
}

function lostText(edit: Edit): string {
  const what = edit.label === "" ? "an entry" : edit.label;
  if (edit.op === "set") return `${what}: ${edit.field} → ${valueText(edit.value, "")}`;
  return edit.op === "drop" ? `${what}: dropped` : `${what}: added`;
}

/** The corrections of every entry, by its identity. */
function notesOf(edits: readonly Edit[], edited: EditedPlan, names: Names): Map<string, EditNote[]> {
  const notes = new Map<string, EditNote[]>();
  for (const edit of edits) {
    const subject = edited.subjects.get(edit.id);
    const outcome = edited.outcomes.get(edit.id);
    if (subject === undefined || outcome === undefined) continue;
    const text =
      edit.op === "set"
        ? `${edit.field}: ${edit.was === undefined ? "" : `${valueText(edit.was, names.currency)} → `}${valueText(edit.value, names.currency)}`
        : edit.op === "drop"
          ? "dropped"
          : "added by hand";
    notes.set(subject.id, [...(notes.get(subject.id) ?? []), { id: edit.id, text, outcome }]);
  }
  return notes;
}

function onlyPriceOf({ identity, entry }: Placed): unknown[] {
  const items = identity.list === "stacks.resources" ? (entry.lineItems as unknown[] | undefined) : undefined;
  return items?.length === 1 ? items : [];
}

function itemOf(placed: Placed, names: Names, edits: EditNote[], depth: 0 | 1): ReviewItem {
  const { id, identity, entry } = placed;
  const state: ItemState = id.startsWith("added:") ? "added" : edits.length > 0 ? "corrected" : "read";
  const told = inWords(identity.list, entry, names);
  return {
    id,
    list: identity.list,
    word: wordOf(identity.list),
    title: told.title === "" ? wordOf(identity.list) : told.title,
    detail: told.detail,
    lines: linesWithin(placed),
    state,
    depth,
    edits,
  };
}

const MAX_LINES = 200;

/** Lines an entry rests on; a service also on those of its prices. */
function linesWithin({ identity, entry }: Placed): number[] {
  const lines = linesOfEntry(entry);
  if (identity.list === "stacks.resources") for (const item of (entry.lineItems ?? []) as Record<string, unknown>[]) lines.push(...linesOfEntry(item));
  return [...new Set(lines)].slice(0, MAX_LINES);
}

function linesOfEntry(entry: Record<string, unknown>): number[] {
  const { line, lines } = entry;
  const first = typeof line === "number" ? [line] : [];
  const range = Array.isArray(line) ? Array.from({ length: Math.min(MAX_LINES, Number(line[1]) - Number(line[0]) + 1) }, (_, i) => Number(line[0]) + i) : [];
  return [...first, ...range, ...(Array.isArray(lines) ? lines.filter((one): one is number => typeof one === "number") : [])];
}
