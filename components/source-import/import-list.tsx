import { UndoSourceImport, type UndoSourceImportAction } from "@/components/source-import/undo-source-import";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { formatInstant } from "@/lib/core/time";
import type { SourceImportView } from "@/lib/service/source-import";

const FORMATS: Record<string, string> = {
  "terraform-state": "Terraform state",
  "terraform-show": "Terraform state (show -json)",
  "terraform-plan": "Terraform plan",
  compose: "Compose file",
  "prometheus-rules": "Prometheus rules",
};

interface ImportListProps {
  project: string;
  imports: readonly SourceImportView[];
  timeZone: string;
  /** Absent where the person may not undo. */
  undo?: UndoSourceImportAction | undefined;
}

/** Imports of a project, newest first; the newest of each source can be undone. */
export function ImportList({ project, imports, timeZone, undo }: ImportListProps) {
  if (imports.length === 0) return <p className="text-sm text-ink-2">Nothing has been imported yet.</p>;
  return (
    <Table
      caption="Imports, newest first"
      head={
        <tr>
          <Th>File</Th>
          <Th>Source</Th>
          <Th>What it changed</Th>
          <Th>Imported</Th>
          <Th>
            <span className="sr-only">Action</span>
          </Th>
        </tr>
      }
    >
      {imports.map((one) => (
        <tr key={one.import} data-testid="source-import" className={one.undoneAt === null ? undefined : "text-ink-2"}>
          <RowTh className="max-w-64 break-words">
            {one.fileName}
            <span className="block text-xs font-normal text-ink-2">{FORMATS[one.format] ?? one.format}</span>
          </RowTh>
          <Td>
            {one.source}
            {one.stack === null ? "" : ` in ${one.stack}`}
          </Td>
          <Td className="num">
            {one.counts.new} new, {one.counts.changed} changed, {one.counts.returned} back again, {one.counts.vanished} gone
          </Td>
          <Td>
            {formatInstant(new Date(one.at), timeZone)}
            {one.by === null ? "" : ` by ${one.by}`}
          </Td>
          <Td>
            {one.undoneAt !== null ? (
              "undone"
            ) : one.latest && undo !== undefined ? (
              <UndoSourceImport project={project} one={one} undo={undo} />
            ) : one.latest ? (
              ""
            ) : (
              "a later import builds on it"
            )}
          </Td>
        </tr>
      ))}
    </Table>
  );
}
