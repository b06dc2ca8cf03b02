import Link from "next/link";
import { runTitle, runWord } from "@/components/migration/words";
import { Status } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { formatDuration } from "@/lib/core/duration";
import { formatInstant } from "@/lib/core/time";
import type { RunMode, RunPart, RunStatus } from "@/lib/migration/types";

export interface RunRow {
  id: string;
  number: number;
  mode: RunMode;
  part: RunPart;
  status: RunStatus;
  runbookVersion: number;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  endReason: string | null;
}

/** Runs of a migration with outcome, newest first. */
export function RunTable({ runs, timeZone }: { runs: RunRow[]; timeZone: string }) {
  return (
    <Table
      caption="Runs of this migration, newest first"
      head={
        <tr>
          <Th>Run</Th>
          <Th>Outcome</Th>
          <Th>Made</Th>
          <Th number>Took</Th>
          <Th>Why it ended</Th>
        </tr>
      }
    >
      {runs.map((run) => {
        const word = runWord({ status: run.status, desired: "go" }, null);
        return (
          <tr key={run.id} data-testid="run-row">
            <RowTh>
              <Link href={`/runs/${run.id}`}>{runTitle(run)}</Link>
              <span className="block text-xs font-normal text-ink-2">runbook version {run.runbookVersion}</span>
            </RowTh>
            <Td>
              <Status tone={word.tone}>{word.word}</Status>
            </Td>
            <Td>
              {formatInstant(run.createdAt, timeZone)}
              <span className="block text-xs text-ink-2">by {run.createdBy}</span>
            </Td>
            <Td number>{run.startedAt === null || run.endedAt === null ? "–" : formatDuration(run.endedAt.getTime() - run.startedAt.getTime())}</Td>
            <Td className="break-words">{run.endReason ?? "–"}</Td>
          </tr>
        );
      })}
    </Table>
  );
}
