import { UndoSourceImport, type UndoSourceImportAction } from "@/components/source-import/undo-source-import";
import { classNames } from "@/components/ui/class-names";
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
    <>
      <Wide project={project} imports={imports} timeZone={timeZone} undo={undo} />
      <ul className="grid gap-2 sm:hidden">
        {imports.map((one) => (
          <li key={one.import} className={classNames("rounded-lg border border-line p-3", one.undoneAt !== null && "text-ink-2")}>
            <p className="font-semibold break-words">{one.fileName}</p>
            <p className="text-sm text-ink-2">
              {FORMATS[one.format] ?? one.format}, {placeText(one)}
            </p>
            <p className="num text-sm">{changedText(one)}</p>
            <p className="text-sm text-ink-2">{whenText(one, timeZone)}</p>
            <Action project={project} one={one} undo={undo} />
          </li>
        ))}
      </ul>
    </>
  );
}

const placeText = (one: SourceImportView) => `${one.source}${one.stack === null ? "" : ` in ${one.stack}`}`;
const changedText = ({ counts }: SourceImportView) => `${counts.new} new, ${counts.changed} changed, ${counts.returned} back again, ${counts.vanished} gone`;
const whenText = (one: SourceImportView, timeZone: string) => `${formatInstant(new Date(one.at), timeZone)}${one.by === null ? "" : ` by ${one.by}`}`;

function Action({ project, one, undo }: { project: string; one: SourceImportView; undo: UndoSourceImportAction | undefined }) {
  if (one.undoneAt !== null) return <span className="text-sm">undone</span>;
  if (!one.latest) return <span className="text-sm text-ink-2">a later import builds on it</span>;
  return undo === undefined ? null : <UndoSourceImport project={project} one={one} undo={undo} />;
}

function Wide({ project, imports, timeZone, undo }: ImportListProps) {
  return (
    <Table
      caption="Imports, newest first"
      hideOnPhone
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
          <Td>{placeText(one)}</Td>
          <Td className="num">{changedText(one)}</Td>
          <Td>{whenText(one, timeZone)}</Td>
          <Td>
            <Action project={project} one={one} undo={undo} />
          </Td>
        </tr>
      ))}
    </Table>
  );
}
