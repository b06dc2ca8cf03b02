import type { z } from "zod";
import type { Issue } from "@/lib/core/errors";
import { MAX_STEPS } from "@/lib/migration/types";
import { referenceIssues } from "./references";
import { type Plan, planSchema } from "./types";

/** Values (objects, lists, numbers, texts) one document may hold in all. */
export const MAX_VALUES = 200_000;

export type ParsedPlan = { ok: true; plan: Plan } | { ok: false; issues: Issue[] };

/**
 * A plan from an untrusted value (what a YAML or JSON reader returned). Pure.
 * All issues are reported at once, each with the path of the document it is about; at most 200.
 */
export function parsePlan(value: unknown): ParsedPlan {
  const size = sizeIssue(value);
  if (size !== null) return { ok: false, issues: [size] };
  const parsed = planSchema.safeParse(value);
  if (!parsed.success)
    return {
      ok: false,
      issues: parsed.error.issues.flatMap((issue) => schemaIssues(issue)).slice(0, 200),
    };
  const issues = referenceIssues(parsed.data);
  return issues.length > 0 ? { ok: false, issues: issues.slice(0, 200) } : { ok: true, plan: parsed.data };
}

/** Dotted path of a value: `stacks[0].resources[3].name`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${String(part)}`)).join("");
}

function schemaIssues(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => ({
      path: pathText([...issue.path, name]),
      message: `"${name}" is not a field here`,
    }));
  }
  return [{ path: pathText(issue.path), message: issue.message }];
}

/** Refuses absurd sizes before the schema looks at every entry. */
function sizeIssue(value: unknown): Issue | null {
  const long = longSteps(value);
  if (long !== null) return long;
  let count = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (++count > MAX_VALUES) {
      return {
        path: "",
        message: `the plan is too large: at most ${MAX_VALUES.toLocaleString("en-US")} values are allowed`,
      };
    }
    if (typeof next === "object" && next !== null) {
      for (const child of Object.values(next)) {
        open.push(child);
        if (open.length > MAX_VALUES) break;
      }
    }
  }
  return null;
}

function longSteps(value: unknown): Issue | null {
  const migrations = field(value, "migrations");
  if (!Array.isArray(migrations)) return null;
  for (const [i, migration] of migrations.slice(0, 100).entries()) {
    const phases = field(migration, "phases");
    if (!Array.isArray(phases)) continue;
    for (const [j, phase] of phases.slice(0, 200).entries()) {
      const steps = field(phase, "steps");
      if (Array.isArray(steps) && steps.length > MAX_STEPS) {
        const limit = MAX_STEPS.toLocaleString("en-US");
        return {
          path: `migrations[${i}].phases[${j}].steps`,
          message: `${steps.length.toLocaleString("en-US")} steps are too many: at most ${limit} per migration are allowed`,
        };
      }
    }
  }
  return null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
