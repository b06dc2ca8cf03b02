import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { readinessOf } from "@/app/(app)/projects/[slug]/migrations/_lib/readiness";
import { runWord } from "@/components/migration/words";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { Status } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { listMigrations, projectHead } from "@/lib/migration/migration-store";
import { ENDED } from "@/lib/migration/types";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Migrations" };

type Item = Awaited<ReturnType<typeof listMigrations>>[number];

function facts(item: Item): string {
  if (item.runbook === null || item.runbookHash === null) return "No steps are declared yet.";
  const ready = readinessOf(item.runbook, item.runbookHash, item.lastRun === null ? [] : [item.lastRun]);
  const guards = ready.guards === 0 ? "no guards" : `${ready.guards} guards`;
  return `${ready.steps} steps, ${guards}${ready.plannedMs === null ? "" : `, ${formatDuration(ready.plannedMs)} planned`}, runbook version ${item.runbookVersion}`;
}

function Outcome({ item }: { item: Item }) {
  if (item.lastRun === null) return <Status tone="neutral">Never run</Status>;
  const word = runWord({ status: item.lastRun.status, desired: "go" }, null);
  return (
    <Link href={`/runs/${item.lastRun.id}`} className="no-underline">
      <Status tone={word.tone}>{word.word}</Status>
      <span className="block text-xs text-ink-2">
        {item.lastRun.mode === "live" ? "live run" : "rehearsal"} {item.lastRun.number}
      </span>
    </Link>
  );
}

export default async function MigrationsPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const ctx = await pageContext(`/projects/${slug}/migrations`);
  const project = await projectHead(ctx, slug).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  });
  const migrations = await listMigrations(ctx, project.id);
  const active = migrations.filter((item) => item.lastRun !== null && !ENDED.includes(item.lastRun.status));
  const first = active[0];
  const answer =
    migrations.length === 0
      ? "No migration is declared for this project."
      : first?.lastRun == null
        ? `${migrations.length} ${migrations.length === 1 ? "migration is" : "migrations are"} declared; no run is under way.`
        : `${first.name}: ${first.lastRun.mode === "live" ? "live run" : "rehearsal"} ${first.lastRun.number} is ${runWord({ status: first.lastRun.status, desired: "go" }, null).word.toLowerCase()}.`;
  return (
    <div className="grid grid-cols-1 gap-4">
      <PageHeader above={<Link href={`/projects/${slug}`}>{project.name}</Link>} title="Migrations" answer={answer} />
      {migrations.length === 0 ? (
        <EmptyState
          title="No migrations yet"
          action={
            <LinkButton tone="primary" href={`/projects/${slug}/plan`}>
              Open the plan
            </LinkButton>
          }
        >
          Declare a migration in the plan under <code>migrations</code>: from which stack to which, with phases, steps, guards and rollback. It appears here
          with its runbook.
        </EmptyState>
      ) : (
        <Card>
          <ul className="divide-y divide-line">
            {migrations.map((item) => (
              <li key={item.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3" data-testid="migration-row">
                <div className="min-w-0">
                  <Link className="text-base font-semibold break-words" href={`/projects/${slug}/migrations/${item.key}`}>
                    {item.name}
                  </Link>
                  <p className="text-sm">
                    {item.from} <span aria-hidden="true">→</span>
                    <span className="sr-only">to</span> {item.to}
                  </p>
                  <p className="text-sm text-ink-2">{facts(item)}</p>
                </div>
                <Outcome item={item} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
