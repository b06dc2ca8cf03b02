import { z } from "zod";
import { InvalidInputError } from "@/lib/core/errors";
import { isSlug } from "@/lib/core/ids";
import { checkPlan } from "./checks/check-plan";
import type { Finding } from "./checks/types";
import { refuseMarkdown } from "./looks-like-markdown";
import { type PlanIssue, readYamlPlan } from "./read-yaml";
import type { Plan } from "./types";
import { writeYamlPlan } from "./write-yaml";
import { MAX_PLAN_BYTES } from "./yaml-document";

export const importInput = z.strictObject({
  source: z.string().max(MAX_PLAN_BYTES, "at most 5 MB"),
  format: z.literal("yaml", "Markdown documents are not read yet: send the plan as YAML.").default("yaml"),
  /** Slug of the project; the plan's own when absent. */
  slug: z.string().refine(isSlug, "lower-case letters, digits and hyphens").optional(),
  /** Number of the plan version the caller saw; 0: the project must not exist yet. Absent: whatever is there. */
  ifMatch: z.coerce.number().int().min(0).optional(),
  note: z.string().trim().max(500).default(""),
});

/** Words that stand in the place of a slug in addresses. */
const RESERVED = new Set(["new"]);

export interface ReadInput {
  plan: Plan;
  source: string;
  slug: string;
  findings: Finding[];
}

/**
 * Parses and checks a plan that is to be imported.
 * @throws InvalidInputError with one issue per refused place; each message begins with its line.
 */
export function readInput(input: { source: string; slug?: string | undefined }): ReadInput {
  refuseMarkdown(input.source);
  const read = readYamlPlan(input.source);
  if (!read.ok) throw issuesWithLines(read.issues);
  const slug = input.slug ?? read.plan.project.slug;
  if (RESERVED.has(slug))
    throw new InvalidInputError(`A project cannot be called "${slug}": the word is part of an address.`, [
      { path: "project.slug", message: "choose another slug" },
    ]);
  if (slug === read.plan.project.slug) return { plan: read.plan, source: input.source, slug, findings: checkPlan(read.plan, read.locate) };
  // The text must say the same as what is stored, or the next import of it would make a second project.
  const plan = { ...read.plan, project: { ...read.plan.project, slug } };
  const source = writeYamlPlan(plan, input.source);
  const again = readYamlPlan(source);
  return { plan, source, slug, findings: checkPlan(plan, again.ok ? again.locate : undefined) };
}

/** The refusal of a plan that could not be read; the message of each issue begins with its line. */
export function issuesWithLines(found: readonly PlanIssue[]): InvalidInputError {
  const issues = found.map((issue) => ({
    path: issue.path,
    message: issue.line === null ? issue.message : `line ${issue.line}: ${issue.message}`,
    line: issue.line,
    column: issue.column,
  }));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new InvalidInputError(`The plan was not read: ${issues[0]?.message ?? "it is empty"}${more}.`, issues);
}
