import Link from "next/link";
import { Badge, Status } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { Value } from "@/components/ui/value";
import { formatAgo } from "@/lib/core/time";
import type { ProjectLine } from "@/lib/portfolio/types";

const HEAD = (
  <tr>
    <Th>Project</Th>
    <Th>Runs on</Th>
    <Th>Phase and next step</Th>
    <Th>Decision matrix</Th>
    <Th number>Billed this month</Th>
    <Th number>Plan a month</Th>
    <Th>Last change</Th>
  </tr>
);

/** The verdict in at most three lines; the project's page has it in full. */
function Verdict({ line }: { line: ProjectLine }) {
  return (
    <Status tone={line.verdictTone} plain>
      <span className="line-clamp-3" title={line.verdict}>
        {line.verdict}
      </span>
    </Status>
  );
}

/** One line per project: a table on wide screens, cards on phones. */
export function ProjectTable({ lines, now }: { lines: ProjectLine[]; now: Date }) {
  return (
    <>
      <Table caption="Projects" head={HEAD} hideOnPhone>
        {lines.map((line) => (
          <tr key={line.slug} data-testid="project-row">
            <RowTh className="min-w-36">
              <Link href={`/projects/${line.slug}`} className="font-semibold">
                {line.name}
              </Link>
              {line.exampleData ? <span className="block text-xs font-normal text-ink-2">example data</span> : null}
            </RowTh>
            <Td>{line.currentStack ?? <span className="text-ink-2">not recorded</span>}</Td>
            <Td>
              {line.phase}
              <Link href={line.nextStep.href} className="block">
                {line.nextStep.text}
              </Link>
            </Td>
            <Td className="max-w-md min-w-56">
              <Link href={`/projects/${line.slug}/decision`} className="text-ink no-underline hover:underline">
                <Verdict line={line} />
              </Link>
              {line.alerts > 0 ? (
                <Badge tone={line.alertsCritical > 0 ? "bad" : "warn"} className="mt-1">
                  {line.alerts} {line.alerts === 1 ? "alert" : "alerts"}
                </Badge>
              ) : null}
            </Td>
            <Td number>
              <Value value={line.cost} />
            </Td>
            <Td number>
              <Value value={line.plan} />
              {line.findings > 0 ? (
                <Link href={`/projects/${line.slug}/plan`} className="block text-xs">
                  {line.findings} findings
                </Link>
              ) : null}
            </Td>
            <Td className="whitespace-nowrap text-ink-2">{line.lastChange === null ? "–" : formatAgo(line.lastChange, now)}</Td>
          </tr>
        ))}
      </Table>
      <ul className="grid gap-3 sm:hidden">
        {lines.map((line) => (
          <li key={line.slug} className="rounded-lg border border-line p-3">
            <div className="flex items-baseline justify-between gap-3">
              <Link href={`/projects/${line.slug}`} className="text-base font-semibold">
                {line.name}
              </Link>
              <span className="text-sm text-ink-2">{line.phase}</span>
            </div>
            <p className="mt-1 text-sm">
              <Verdict line={line} />
            </p>
            <p className="mt-1 text-sm text-ink-2">
              <Value value={line.cost} /> billed this month · plan <Value value={line.plan} />
            </p>
            <Link href={line.nextStep.href} className="mt-1 flex min-h-11 items-center text-sm font-semibold">
              {line.nextStep.text}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
