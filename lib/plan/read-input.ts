import { z } from "zod";
import { InvalidInputError } from "@/lib/core/errors";
import { isSlug } from "@/lib/core/ids";
import { type Edit, editList, type Outcome } from "@/lib/document/edits";
import { headingsOf } from "@/lib/document/identity";
import { checkPlan } from "./checks/check-plan";
import type { Finding } from "./checks/types";
import { documentFindings } from "./document-report";
import { editedPlan } from "./edited-plan";
import type { SourceFormat } from "./looks-like-markdown";
import { NOTHING_TO_IMPORT, type ReadSource, readSource } from "./read-source";
import { type PlanIssue, readYamlPlan } from "./read-yaml";
import type { Plan } from "./types";
import { writeYamlPlan } from "./write-yaml";
import { MAX_PLAN_BYTES } from "./yaml-document";

export const importInput = z.strictObject({
  source: z.string().max(MAX_PLAN_BYTES, "at most 5 MB"),
  /** What the file name or the text says when absent. */
  format: z.enum(["yaml", "markdown"], "write yaml or markdown").optional(),
  fileName: z.string().max(200).default(""),
  /** Corrections of what is read from a document. Absent: those of the version the project stands on. */
  edits: editList.optional(),
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
  format: SourceFormat;
  fileName: string;
  edits: readonly Edit[];
  outcomes: ReadonlyMap<string, Outcome>;
  slug: string;
  findings: Finding[];
}

export type ReadText = Extract<ReadSource, { ok: true }>;

/** Reads the text that is to be imported. @throws InvalidInputError with one issue per refused place; each message begins with its line. */
export async function readText(input: { source: string; format?: SourceFormat | undefined; fileName?: string | undefined }): Promise<ReadText> {
  const read = await readSource(input.source, { format: input.format, name: input.fileName });
  if (!read.ok) throw issuesWithLines(read.issues, read.format);
  return read;
}

/**
 * The plan that will be applied: what was read, with corrections, under the slug asked for, and checked.
 * @throws InvalidInputError for a reserved slug, corrections of a YAML plan, a document without anything to import.
 */
export function readInput(input: { source: string; slug?: string | undefined; fileName?: string }, read: ReadText, edits: readonly Edit[]): ReadInput {
  const done = read.document === null ? readYaml(input, read, edits) : readDocumentInput(input, read, edits);
  if (RESERVED.has(done.slug))
    throw new InvalidInputError(`A project cannot be called "${done.slug}": the word is part of an address.`, [
      { path: "project.slug", message: "choose another slug" },
    ]);
  return { ...done, fileName: input.fileName ?? "" };
}

type Done = Omit<ReadInput, "fileName">;

function readYaml(input: { source: string; slug?: string | undefined }, read: ReadText, edits: readonly Edit[]): Done {
  if (edits.length > 0) throw new InvalidInputError("Corrections belong to Markdown documents: change the YAML itself.");
  const slug = input.slug ?? read.plan.project.slug;
  const none = { format: "yaml" as const, edits: [], outcomes: new Map<string, Outcome>(), slug };
  if (slug === read.plan.project.slug) return { ...none, plan: read.plan, source: input.source, findings: checkPlan(read.plan, read.locate) };
  // The text must say the same as what is stored, or the next import of it would make a second project.
  const plan = { ...read.plan, project: { ...read.plan.project, slug } };
  const source = writeYamlPlan(plan, input.source);
  const again = readYamlPlan(source);
  return { ...none, plan, source, findings: checkPlan(plan, again.ok ? again.locate : undefined) };
}

function readDocumentInput(input: { source: string; slug?: string | undefined }, read: ReadText, edits: readonly Edit[]): Done {
  const { document } = read;
  if (document === null) throw new Error("only documents have corrections");
  const added = edits.some((edit) => edit.op === "add");
  if (document.empty && !added) throw new InvalidInputError(NOTHING_TO_IMPORT);
  const edited = editedPlan(read.plan, edits, headingsOf(document.tree));
  const slug = input.slug ?? edited.plan.project.slug;
  const plan = { ...edited.plan, project: { ...edited.plan.project, slug } };
  const findings = [...checkPlan(plan, edited.locate), ...documentFindings({ unread: document.unread, empty: false })];
  return { plan, source: input.source, format: "markdown", edits, outcomes: edited.outcomes, slug, findings };
}

/** The refusal of a plan that could not be read; the message of each issue begins with its line. */
export function issuesWithLines(found: readonly PlanIssue[], format: SourceFormat = "yaml"): InvalidInputError {
  const issues = found.map((issue) => ({
    path: issue.path,
    message: issue.line === null ? issue.message : `line ${issue.line}: ${issue.message}`,
    line: issue.line,
    column: issue.column,
  }));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new InvalidInputError(
    `The ${format === "yaml" ? "plan" : "document"} was not read: ${issues[0]?.message ?? "it is empty"}${more}`.replace(/\.?$/, "."),
    issues,
  );
}
