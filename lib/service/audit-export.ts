import { csvLine } from "@/lib/core/csv";
import type { Db } from "@/lib/db/prisma";
import { type AuditFilter, exportAudit } from "@/lib/service/audit-store";
import type { StoredEntry } from "@/lib/service/audit-verify";

export type ExportFormat = "json" | "csv";

const HEAD = [
  "seq",
  "at",
  "actor",
  "actor id",
  "action",
  "object type",
  "object",
  "object id",
  "project",
  "run",
  "plan hash",
  "reason",
  "before",
  "after",
  "address",
  "hash",
];

function csvOf(entry: StoredEntry): string {
  const text = (value: unknown) => (value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value));
  return csvLine([
    entry.seq,
    entry.at.toISOString(),
    text(entry.actor.name),
    text(entry.actor.id ?? entry.actor.kind),
    entry.action,
    text(entry.object.type),
    text(entry.object.name),
    text(entry.object.id),
    entry.projectId,
    entry.runId,
    entry.planHash,
    entry.reason,
    text(entry.before),
    text(entry.after),
    entry.address,
    entry.hash,
  ]);
}

async function* pieces(db: Pick<Db, "pool">, filter: AuditFilter, format: ExportFormat): AsyncGenerator<string> {
  yield format === "csv" ? csvLine(HEAD) : "[";
  let first = true;
  for await (const batch of exportAudit(db, filter)) {
    if (format === "csv") {
      yield batch.map(csvOf).join("");
    } else {
      yield `${first ? "\n" : ",\n"}${batch.map((entry) => JSON.stringify(entry)).join(",\n")}`;
      first = false;
    }
  }
  if (format === "json") yield "\n]\n";
}

/** The matching entries as a stream: JSON (every member, so that the chain can be checked from it) or CSV for spreadsheets. */
export function auditExport(db: Pick<Db, "pool">, filter: AuditFilter, format: ExportFormat): ReadableStream<Uint8Array> {
  const source = pieces(db, filter, format);
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await source.return(undefined);
    },
  });
}
