import type { ReadDocument } from "@/lib/document/read-document";
import { type CheckReport, checkReport } from "./check-report";
import type { Finding } from "./checks/types";
import { NOTHING_TO_IMPORT, type ReadSource } from "./read-source";

/** A report; of a document also the parts that were not understood, and how its signs were repaired. */
export interface SourceReport extends CheckReport {
  unread?: ReadDocument["unread"];
  encoding?: ReadDocument["damage"];
}

/** The report of a text that could be read, in either format. Pure. */
export function sourceReport(read: Extract<ReadSource, { ok: true }>): SourceReport {
  const report = checkReport(read.plan, read.locate);
  if (read.document === null) return report;
  const { unread, damage } = read.document;
  return { ...report, findings: [...report.findings, ...documentFindings(read.document)], unread, encoding: damage };
}

const LINES_NAMED = 100;

/** What reading a document itself gives reason to note. Pure. */
export function documentFindings({ unread, empty }: Pick<ReadDocument, "unread" | "empty">): Finding[] {
  const note = (code: string, level: Finding["level"], message: string, lines: number[], hint: string | null): Finding => ({
    code,
    level,
    path: "",
    lines,
    message,
    expected: null,
    found: null,
    hint,
  });
  if (empty) return [note("nothing-to-import", "error", NOTHING_TO_IMPORT, [], null)];
  if (unread.length === 0) return [];
  const lines = [...new Set(unread.map((part) => part.line))].slice(0, LINES_NAMED);
  const message = `${unread.length} ${unread.length === 1 ? "part" : "parts"} of the document with figures or tasks in them were not understood.`;
  return [note("unread-parts", "info", message, lines, "Look at them in the review: what matters can be added by hand.")];
}
