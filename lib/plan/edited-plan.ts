import type { Issue } from "@/lib/core/errors";
import { applyEdits, type Edit, type Outcome } from "@/lib/document/edits";
import type { HeadingAt, Placed } from "@/lib/document/identity";
import { locateByLines } from "@/lib/document/locate";
import { type Refused, settle } from "@/lib/document/settle";
import { splitPath } from "./field-hints";
import { parsePlan } from "./parse-plan";
import type { Locate } from "./read-yaml";
import type { Plan } from "./types";

export interface EditedPlan {
  /** Valid: what the edits took the ground from is left out. */
  plan: Plan;
  locate: Locate;
  outcomes: Map<string, Outcome>;
  subjects: Map<string, Placed>;
  /** Entries of the plan by their path, with the identity they are corrected by. */
  ids: Map<string, Placed>;
  dropped: Placed[];
  /** Entries that had to go too, and why. */
  refused: Refused[];
  /** What the schema and the references say of the plan before those entries went. */
  issues: Issue[];
}

/** What was read with the corrections in it, as a valid plan. Pure. */
export function editedPlan(read: Plan, edits: readonly Edit[], headingAt: HeadingAt): EditedPlan {
  const edited = applyEdits(read, edits, headingAt);
  const draft = edited.plan;
  let issues: Issue[] = [];
  for (let round = 0; round < 5; round++) {
    const parsed = parsePlan(draft);
    issues = parsed.ok ? [] : parsed.issues;
    if (parsed.ok || !dropLooseReferences(draft, parsed.issues)) break;
  }
  const { plan, refused } = settle(draft, parsePlan);
  const byEntry = new Map(edited.placed.map((one) => [one.entry as unknown, one]));
  const ids = new Map<string, Placed>();
  eachEntry(draft, (path, entry) => {
    const found = byEntry.get(entry);
    if (found !== undefined) ids.set(path, found);
  });
  return { plan, locate: locateByLines(plan), outcomes: edited.outcomes, subjects: edited.subjects, ids, dropped: edited.dropped, refused, issues };
}

/** Calls back for the project and every object in a list, with its path. */
function eachEntry(value: unknown, visit: (path: string, entry: object) => void, path = ""): void {
  if (typeof value !== "object" || value === null) return;
  const inList = Array.isArray(value);
  for (const [name, child] of Object.entries(value)) {
    if (typeof child !== "object" || child === null) continue;
    const at = inList ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    if ((inList && !Array.isArray(child)) || at === "project") visit(at, child as object);
    eachEntry(child, visit, at);
  }
}

/** References an entry cannot do without: it goes with what it refers to. */
const NEEDED =
  /^(?:triggers\[\d+\]\.metric|targets\[\d+\]\.metric|alertRules\[\d+\]\.metric|migrations\[\d+\]\.(?:from|to)|.*capacity\[\d+\]\.metric|decisionMatrix\..*)$/;

/** Takes out names of entries that are gone, where the rest of the entry stands without them. @returns whether anything changed */
function dropLooseReferences(draft: Plan, issues: readonly Issue[]): boolean {
  let changed = false;
  const columns = new Set<number>();
  const emptied = new Set<unknown[]>();
  for (const { path, message } of issues) {
    if (!message.startsWith("there is no ")) continue;
    const column = /^decisionMatrix\.columns\[(\d+)\]\.stack$/.exec(path)?.[1];
    if (column !== undefined) columns.add(Number(column));
    if (NEEDED.test(path)) continue;
    const parts = splitPath(path);
    const leaf = parts.pop();
    const holder = parts.reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined), draft);
    if (leaf === undefined || typeof holder !== "object" || holder === null) continue;
    if (Array.isArray(holder)) {
      holder[Number(leaf)] = undefined;
      emptied.add(holder);
    } else Reflect.deleteProperty(holder, leaf);
    changed = true;
  }
  for (const list of emptied) list.splice(0, list.length, ...list.filter((one) => one !== undefined));
  return dropColumns(draft, columns) || changed;
}

/** A column of the decision matrix goes with its stack, and with it one cell of every row; the last one takes the matrix. */
function dropColumns(draft: Plan, columns: ReadonlySet<number>): boolean {
  const matrix = draft.decisionMatrix;
  if (matrix === undefined || columns.size === 0) return false;
  matrix.columns = matrix.columns.filter((_, i) => !columns.has(i));
  for (const row of matrix.rows) row.cells = row.cells.filter((_, i) => !columns.has(i));
  if (matrix.columns.length === 0) delete draft.decisionMatrix;
  return true;
}
