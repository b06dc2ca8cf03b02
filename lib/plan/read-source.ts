import { formatOf, type SourceFormat } from "./looks-like-markdown";
import { readDocumentOnce } from "./read-cache";
import { type Locate, type PlanIssue, readYamlPlan } from "./read-yaml";
import type { Reading } from "./reading/reading";
import type { Plan } from "./types";
import { MAX_PLAN_BYTES } from "./yaml-document";

export type ReadSource =
  | { ok: true; format: SourceFormat; plan: Plan; locate: Locate; document: Reading | null }
  | { ok: false; format: SourceFormat; issues: PlanIssue[] };

/**
 * A plan from a text in either format; long documents are read in a process of their own. `name` is the file's name: it tells
 * the format and names a document without title. @throws AppError when a long document takes too long or too much memory.
 */
export async function readSource(source: string, options: { format?: SourceFormat | undefined; name?: string | undefined } = {}): Promise<ReadSource> {
  const format = options.format ?? formatOf(source, options.name);
  if (format === "yaml") {
    const read = readYamlPlan(source);
    return read.ok ? { ok: true, format, plan: read.plan, locate: read.locate, document: null } : { ok: false, format, issues: read.issues };
  }
  const refused = refusalOf(source);
  if (refused !== null) return { ok: false, format, issues: [{ path: "", message: refused, line: null, column: null }] };
  const document = await readDocumentOnce(source, options.name ?? "");
  return { ok: true, format, plan: document.plan, locate: document.locate, document };
}

function refusalOf(source: string): string | null {
  if (source.trim() === "") return "The document is empty.";
  const size = Buffer.byteLength(source, "utf8");
  if (size > MAX_PLAN_BYTES)
    return `The document has ${size.toLocaleString("en-US")} bytes; at most ${MAX_PLAN_BYTES.toLocaleString("en-US")} are read. Split it.`;
  if (source.includes("\0")) return "This is not a text: it has NUL characters.";
  return null;
}

/** What is said of a document that a project cannot be made of. */
export const NOTHING_TO_IMPORT =
  "Nothing in this document can be imported: no price, condition, phase, alert or monitor was found in it. docs/import.md shows what is read.";
