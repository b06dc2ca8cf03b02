import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { Facts } from "@/components/ui/layout";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import type { ChangedField } from "@/lib/service/audit-diff";

export interface EntryView {
  seq: number;
  /** In the workspace's zone. */
  at: string;
  actor: string;
  /** `token collector`, `worker`; empty for a person. */
  through: string;
  action: string;
  object: string;
  project: { slug: string; name: string } | null;
  runId: string | null;
  planHash: string | null;
  reason: string | null;
  address: string | null;
  hash: string;
  changes: ChangedField[];
}

/** One audit entry: a line, and behind it what changed, why, from where, and its hash. */
export function AuditEntryRow({ entry }: { entry: EntryView }) {
  return (
    <details data-audit-entry data-testid="audit-entry" className="group border-b border-line last:border-0" id={`entry-${entry.seq}`}>
      <summary className="flex min-h-11 cursor-pointer flex-wrap items-baseline gap-x-3 gap-y-0.5 px-1 py-2 text-sm hover:bg-panel-2 sm:grid sm:grid-cols-[1rem_11rem_11rem_13rem_1fr]">
        <ChevronRight className="size-4 translate-y-0.5 text-ink-2 group-open:rotate-90" aria-hidden="true" />
        <span className="num text-ink-2">{entry.at}</span>
        <span className="min-w-0 break-words">
          <strong>{entry.actor}</strong>
          {entry.through === "" ? null : <span className="text-ink-2"> {entry.through}</span>}
        </span>
        <code className="break-all">{entry.action}</code>
        <span className="min-w-0 break-words">
          {entry.object}
          {entry.reason === null ? null : <span className="text-ink-2">: “{entry.reason}”</span>}
        </span>
      </summary>
      <div className="grid gap-3 px-1 pt-1 pb-4">
        {entry.changes.length === 0 ? null : (
          <Table
            caption={`Changes of entry ${entry.seq}`}
            head={
              <tr>
                <Th>Field</Th>
                <Th>Before</Th>
                <Th>After</Th>
              </tr>
            }
          >
            {entry.changes.map((change) => (
              <tr key={change.path}>
                <RowTh>
                  <code>{change.path}</code>
                </RowTh>
                <Td className="break-all">{change.before === null ? <span className="text-ink-2">not set</span> : change.before}</Td>
                <Td className="break-all">{change.after === null ? <span className="text-ink-2">not set</span> : change.after}</Td>
              </tr>
            ))}
          </Table>
        )}
        <Facts
          items={[
            { name: "Entry", value: entry.seq },
            ...(entry.project === null ? [] : [{ name: "Project", value: <Link href={`/projects/${entry.project.slug}`}>{entry.project.name}</Link> }]),
            ...(entry.runId === null ? [] : [{ name: "Run", value: <Link href={`/runs/${entry.runId}`}>{entry.runId}</Link> }]),
            ...(entry.planHash === null ? [] : [{ name: "Plan hash", value: <code className="break-all">{entry.planHash}</code> }]),
            ...(entry.reason === null ? [] : [{ name: "Reason", value: entry.reason }]),
            { name: "From", value: entry.address ?? "this machine" },
            { name: "Hash", value: <code className="break-all">{entry.hash}</code> },
          ]}
        />
      </div>
    </details>
  );
}
