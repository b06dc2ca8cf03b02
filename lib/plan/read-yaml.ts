import type { Issue } from "@/lib/core/errors";
import { allowedValues, fieldHint, splitPath } from "./field-hints";
import { parsePlan } from "./parse-plan";
import type { Plan } from "./types";
import { type Place, type PlanIssue, parseYamlText } from "./yaml-document";

export type { PlanIssue } from "./yaml-document";

/** Largest number a plan may hold: more is a slip, and the database keeps amounts exactly only below it. */
export const MAX_NUMBER = 1e12;

/** Tells where a path of the plan stands in the text it was read from. */
export type Locate = (path: string) => Place | null;

export type ReadPlan = { ok: true; plan: Plan; locate: Locate } | { ok: false; issues: PlanIssue[] };

/**
 * A plan from YAML text. Pure. Every issue names its line and column, unknown fields with the nearest known one.
 */
export function readYamlPlan(text: string): ReadPlan {
  const read = parseYamlText(text.replace(/^\uFEFF/, ""));
  if (!read.ok) return read;
  const locate = read.place;
  const refused = unstorable(read.value);
  const parsed = refused.length > 0 ? { ok: false as const, issues: refused } : parsePlan(read.value);
  if (parsed.ok) return { ok: true, plan: parsed.plan, locate };
  const issues = parsed.issues.map((issue) => {
    const at = locate(issue.path);
    return { ...worded(issue, read.value), line: at?.line ?? null, column: at?.column ?? null };
  });
  return { ok: false, issues: issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)) };
}

/** Says what to do where the schema only says what is wrong. */
function worded(issue: Issue, value: unknown): Issue {
  if (/ is not a field here$/.test(issue.message)) {
    const hint = fieldHint(issue.path, value);
    return { path: issue.path, message: hint === "" ? issue.message : `${issue.message}; ${hint}` };
  }
  const found = valueAt(value, issue.path);
  if (typeof found === "number" && !Number.isFinite(found)) return { path: issue.path, message: `${found} is not a number a plan can hold` };
  if (issue.path === "" && issue.message.startsWith("Invalid input")) {
    return { path: "", message: "a plan is a YAML object that begins with schemaVersion: 1 and project" };
  }
  if (issue.message === "Invalid input") {
    const words = allowedValues(issue.path, value);
    return { path: issue.path, message: words.length === 0 ? "this value does not fit here" : `write one of ${words.join(", ")}` };
  }
  const missing = /^Invalid input: expected (.+), received undefined$/.exec(issue.message);
  if (missing !== null) return { path: issue.path, message: `${issue.path.split(".").at(-1)} is missing (${missing[1]})` };
  const wrong = /^Invalid input: expected (.+), received (.+)$/.exec(issue.message);
  if (wrong !== null) return { path: issue.path, message: `expected ${wrong[1]}, found ${wrong[2]}` };
  const option = /^Invalid option: expected one of (.+)$/.exec(issue.message);
  if (option !== null) return { path: issue.path, message: `write one of ${option[1]?.replaceAll("|", ", ")}` };
  const words = /^Invalid discriminator value\. Expected (.+)$/.exec(issue.message);
  if (words !== null) return { path: issue.path, message: `write one of ${words[1]?.replaceAll("'", "").replaceAll(" | ", ", ")}` };
  const limit = /^Too (small|big): expected \S+ to (?:be|have) ([<>]=?)\s?(.+)$/.exec(issue.message);
  if (limit !== null) return { path: issue.path, message: `${limit[1] === "small" ? "too small: at least" : "too much: at most"} ${limit[3]} is allowed` };
  return issue;
}

function valueAt(value: unknown, path: string): unknown {
  return splitPath(path).reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined), value);
}

/** Numbers too large to be meant, texts that no database takes; NaN and infinity are refused by the schema. */
function unstorable(value: unknown): Issue[] {
  const issues: Issue[] = [];
  const open: { value: unknown; path: string }[] = [{ value, path: "" }];
  for (let next = open.pop(); next !== undefined && issues.length < 20; next = open.pop()) {
    if (open.length > 1_000_000) return issues;
    if (typeof next.value === "number" && Number.isFinite(next.value) && Math.abs(next.value) > MAX_NUMBER) {
      issues.push({ path: next.path, message: `the number ${next.value} is too large: at most ${MAX_NUMBER.toLocaleString("en-US")} is allowed` });
    }
    if (typeof next.value === "string" && (next.value.includes("\0") || /\p{Surrogate}/u.test(next.value))) {
      issues.push({ path: next.path, message: "the text has a character that cannot be stored (NUL or half a surrogate pair)" });
    }
    if (typeof next.value !== "object" || next.value === null) continue;
    const { path } = next;
    const isList = Array.isArray(next.value);
    for (const [name, child] of Object.entries(next.value)) {
      if (child !== null && typeof child !== "boolean") open.push({ value: child, path: isList ? `${path}[${name}]` : path === "" ? name : `${path}.${name}` });
    }
  }
  return issues;
}
