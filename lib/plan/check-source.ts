import { type Ctx, requirePermission } from "@/lib/service/context";
import { type SourceReport, sourceReport } from "./document-report";
import type { SourceFormat } from "./looks-like-markdown";
import { issuesWithLines } from "./read-input";
import { readSource } from "./read-source";

/**
 * Everything that was understood of a plan or a document, with findings; nothing is written.
 * @throws InvalidInputError naming each line that could not be read.
 */
export async function checkSource(ctx: Ctx, input: { source: string; format?: SourceFormat | undefined; name?: string | undefined }): Promise<SourceReport> {
  requirePermission(ctx, "workspace.read");
  const read = await readSource(input.source, input);
  if (!read.ok) throw issuesWithLines(read.issues, read.format);
  return sourceReport(read);
}
