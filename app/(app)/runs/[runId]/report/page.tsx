import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { loadReport } from "@/app/(app)/runs/_lib/load-report";
import { reportText } from "@/app/(app)/runs/_lib/report";
import { Card, Facts, PageHeader } from "@/components/ui/layout";
import { Table, Td, Th } from "@/components/ui/table";
import { AppError } from "@/lib/core/errors";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Evidence report" };

/** The evidence report: who approved what, what ran when, what the guards saw. Made for paper as well. */
export default async function ReportPage({ params }: { params: Promise<{ runId: string }> }) {
  const { runId } = await params;
  const path = `/runs/${encodeURIComponent(runId)}`;
  const ctx = await pageContext(`${path}/report`);
  const report = await loadReport(ctx, runId).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  });
  const text = reportText(report);
  const download = `/api/v1/runs/${encodeURIComponent(runId)}/report`;
  return (
    <article className="grid grid-cols-1 gap-4 print:gap-2 print:text-xs" data-testid="report">
      <PageHeader
        above={<Link href={path}>{`${report.run.mode === "live" ? "Live run" : "Rehearsal"} ${report.run.number}`}</Link>}
        title={text.title}
        answer={text.answer}
        actions={
          <p className="flex gap-3 text-sm print:hidden" data-print="hide">
            <a href={`${download}?format=html`}>HTML</a>
            <a href={`${download}?format=md`}>Markdown</a>
            <a href={`${download}?format=json`}>JSON</a>
          </p>
        }
      />
      <Card className="print:border-0 print:p-0">
        <Facts items={text.facts.map(([name, value]) => ({ name, value: name === "Plan hash" ? <code className="break-all">{value}</code> : value }))} />
      </Card>
      {text.tables.map((table) => (
        <Card key={table.title} title={table.title} className="print:border-0 print:p-0 print:shadow-none">
          {table.rows.length === 0 ? (
            <p className="text-sm text-ink-2">{table.empty}</p>
          ) : (
            <Table
              caption={table.title}
              className="print:text-[10px]"
              head={
                <tr>
                  {table.head.map((name) => (
                    <Th key={name}>{name}</Th>
                  ))}
                </tr>
              }
            >
              {table.rows.map((cells, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: drawn once on the server
                <tr key={index} className="break-inside-avoid">
                  {cells.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns are fixed
                    <Td key={column} className="max-w-96 break-words">
                      {cell}
                    </Td>
                  ))}
                </tr>
              ))}
            </Table>
          )}
        </Card>
      ))}
    </article>
  );
}
