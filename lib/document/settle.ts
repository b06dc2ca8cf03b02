import type { Issue } from "@/lib/core/errors";
import type { ParsedPlan } from "@/lib/plan/parse-plan";
import type { Plan, PlanInput } from "@/lib/plan/types";
import { linesOf } from "./locate";

/** An entry that the schema of a plan did not take, and why. */
export interface Refused {
  line: number | null;
  path: string;
  reason: string;
}

const ROUNDS = 40;
/** Rounds after which whole lists go, so that one endless list never costs the rest of the plan. */
const PATIENCE = 24;

/**
 * Makes a valid plan of what was read: entries the schema or a reference refuses are taken out, the smallest thing first
 * that can be taken out, until the rest holds. Pure; `parse` is handed in.
 */
export function settle(draft: PlanInput, parse: (value: unknown) => ParsedPlan): { plan: Plan; refused: Refused[] } {
  const refused: Refused[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parsed = parse(draft);
    if (parsed.ok) return { plan: parsed.plan, refused };
    const [first] = parsed.issues;
    const removed =
      first?.path === ""
        ? halveLargest(draft, first.message, refused)
        : round < PATIENCE
          ? removeRefused(draft, parsed.issues, refused)
          : dropLists(draft, parsed.issues, refused);
    if (!removed) break;
  }
  const bare = parse({ schemaVersion: 1, project: { slug: "project", name: "Project" } });
  if (!bare.ok) throw new Error("the smallest plan must be valid");
  return { plan: bare.plan, refused: [...refused, { line: null, path: "", reason: "What was read does not make a plan." }] };
}

/** Takes out the innermost list entry of each refused path, last ones first so that positions stay right. */
function removeRefused(draft: PlanInput, issues: readonly Issue[], refused: Refused[]): boolean {
  const places = new Map<string, { list: unknown[]; index: number; path: string; reason: string }>();
  let changed = false;
  for (const issue of issues) {
    if (cutList(draft, issue, refused)) {
      changed = true;
      continue;
    }
    const place = innermostEntry(draft, issue.path);
    if (place !== null) places.set(place.path, { ...place, reason: issue.message });
    else changed = dropField(draft, issue.path) || changed;
  }
  const ordered = [...places.values()].sort((a, b) => b.index - a.index);
  for (const { list, index, path, reason } of ordered) {
    refused.push({ line: linesOf(list[index])[0] ?? null, path, reason });
    list.splice(index, 1);
    changed = true;
  }
  return changed;
}

/** A list that is longer than allowed keeps its beginning. */
function cutList(draft: PlanInput, issue: Issue, refused: Refused[]): boolean {
  const list = valueAt(draft, issue.path);
  const limit = Number(/(?:at most |<=)([\d,]+)/.exec(issue.message)?.[1]?.replaceAll(",", "") ?? Number.NaN);
  if (!Array.isArray(list) || list.length < 2 || Number.isNaN(limit)) return false;
  // What is counted may also lie deeper: the steps of all phases.
  const keep = list.length > limit ? limit : Math.floor(list.length / 2);
  refused.push({ line: linesOf(list[keep])[0] ?? null, path: issue.path, reason: issue.message });
  list.length = keep;
  return true;
}

/** A plan that is too large as a whole keeps the first half of the list that makes it so. */
function halveLargest(draft: PlanInput, reason: string, refused: Refused[]): boolean {
  const largest = largestList(draft, "");
  if (largest === null) return false;
  const half = Math.floor(largest.list.length / 2);
  refused.push({ line: linesOf(largest.list[half])[0] ?? null, path: largest.path, reason });
  largest.list.length = half;
  return true;
}

/** The list that holds most: of an entry that is most of its list, the list inside it. */
function largestList(value: object, path: string): { list: unknown[]; path: string } | null {
  let found: { list: unknown[]; path: string; size: number } | null = null;
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list) || list.length === 0) continue;
    const size = JSON.stringify(list).length;
    if (size > (found?.size ?? 0)) found = { list, path: path === "" ? name : `${path}.${name}`, size };
  }
  if (found === null) return null;
  const { list, size } = found;
  const index = list.findIndex((entry) => typeof entry === "object" && entry !== null && JSON.stringify(entry).length > size / 2);
  const inside = index === -1 ? null : largestList(list[index] as object, `${found.path}[${index}]`);
  return inside ?? (list.length > 1 ? found : null);
}

/** Takes out the lists of the plan that the refused paths are in. */
function dropLists(draft: PlanInput, issues: readonly Issue[], refused: Refused[]): boolean {
  let changed = false;
  for (const { path, message } of issues) {
    const name = path.split(/[.[\]]+/)[0] ?? "";
    const list: unknown = Reflect.get(draft, name);
    if (!Array.isArray(list) || list.length === 0) continue;
    refused.push({ line: linesOf(list[0])[0] ?? null, path: name, reason: message });
    list.length = 0;
    changed = true;
  }
  return changed;
}

function valueAt(draft: PlanInput, path: string): unknown {
  let at: unknown = draft;
  for (const part of path.split(/[.[\]]+/).filter((one) => one !== "")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

function innermostEntry(draft: PlanInput, path: string): { list: unknown[]; index: number; path: string } | null {
  const parts = path.split(/[.[\]]+/).filter((part) => part !== "");
  let at: unknown = draft;
  let found: { list: unknown[]; index: number; path: string } | null = null;
  let walked = "";
  for (const part of parts) {
    if (typeof at !== "object" || at === null) break;
    const index = Number(part);
    if (Array.isArray(at) && Number.isInteger(index)) {
      walked += `[${part}]`;
      if (typeof at[index] === "object" && at[index] !== null) found = { list: at, index, path: walked };
    } else walked += walked === "" ? part : `.${part}`;
    at = Reflect.get(at, part);
  }
  return found;
}

/** A field outside any list (the decision matrix, a field of the project) goes as a whole. */
function dropField(draft: PlanInput, path: string): boolean {
  const [first, second] = path.split(/[.[\]]+/).filter((part) => part !== "");
  if (first === undefined) return false;
  if (first === "project" && second !== undefined && second !== "slug" && second !== "name")
    return Reflect.has(draft.project, second) && Reflect.deleteProperty(draft.project, second);
  if (first === "project" || first === "schemaVersion") return false;
  return Reflect.has(draft, first) && Reflect.deleteProperty(draft, first);
}
