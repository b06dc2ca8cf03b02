import { LineCounter, parseDocument, stringify } from "yaml";
import { z } from "zod";
import { InvalidInputError, type Issue } from "@/lib/core/errors";
import { type Ctx, parseInput } from "@/lib/service/context";
import { type SavedRunbook, saveRunbook } from "./save-runbook";
import { type Runbook, runbook } from "./types";

/* The runbook as text that people edit: YAML, of which JSON is a part. */

const MAX_TEXT = 1_000_000;
/** Aliases that expand beyond this are an attack, not a runbook. */
const MAX_ALIASES = 100;

/** A runbook as YAML, in the order of the schema. */
export function writeRunbookText(document: Runbook): string {
  return stringify(JSON.parse(JSON.stringify(document)), { lineWidth: 0 });
}

/**
 * Reads a runbook from YAML or JSON.
 * @throws InvalidInputError with one issue per refused place: the path in the document and its line in the text
 */
export function readRunbookText(text: string): Runbook {
  if (text.length > MAX_TEXT) throw new InvalidInputError("The runbook is longer than 1 MB.");
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: "core" });
  if (parsed.errors.length > 0) {
    throw new InvalidInputError(
      "The text is not valid YAML.",
      parsed.errors.slice(0, 20).map((error) => ({ path: `line ${error.linePos?.[0].line ?? 1}`, message: error.message.split("\n")[0] ?? "not valid" })),
    );
  }
  let value: unknown;
  try {
    value = parsed.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new InvalidInputError("The text repeats itself through too many aliases.");
  }
  const checked = runbook.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.slice(0, 100).map((issue): Issue => {
    const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
    return { path: `${pathText(path)} (line ${lineOf(parsed, lines, path)})`, message: issue.message };
  });
  throw new InvalidInputError(issues.length === 1 ? `${issues[0]?.path}: ${issues[0]?.message}` : `${issues.length} places were refused.`, issues);
}

/** `steps[3].with.url` */
function pathText(path: readonly (string | number)[]): string {
  if (path.length === 0) return "document";
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** Line of the deepest part of the path that is in the text. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) return lines.linePos(Number(node.range[0])).line;
  }
  return 1;
}

const input = z.strictObject({
  migrationId: z.string().min(1).max(64),
  number: z.coerce.number().int().min(0),
  text: z.string().max(MAX_TEXT),
  note: z.string().max(500).default(""),
});

/** Saves a runbook that was edited as text. The same rules and answers as `saveRunbook`. */
export async function saveRunbookText(ctx: Ctx, raw: unknown): Promise<SavedRunbook> {
  const wanted = parseInput(input, raw);
  return saveRunbook(ctx, { migrationId: wanted.migrationId, number: wanted.number, note: wanted.note, document: readRunbookText(wanted.text) });
}
