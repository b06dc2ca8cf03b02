import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { declaredMigration, planNotes } from "@/app/(app)/projects/[slug]/migrations/_lib/plan-notes";
import { readinessOf, readinessSentence } from "@/app/(app)/projects/[slug]/migrations/_lib/readiness";
import { offsets, rehearsedText, retiredText, stepsTitle, undoText } from "@/app/(app)/projects/[slug]/migrations/_lib/step-texts";
import { Decommission } from "@/app/(app)/projects/[slug]/migrations/_parts/decommission";
import { Guards } from "@/app/(app)/projects/[slug]/migrations/_parts/guards";
import { Actions, Gaps } from "@/app/(app)/projects/[slug]/migrations/_parts/readiness";
import { comparison, Versions } from "@/app/(app)/projects/[slug]/migrations/_parts/versions";
import { Diff } from "@/components/migration/diff";
import { Notice } from "@/components/migration/notice";
import { PlanNotesView } from "@/components/migration/plan-notes";
import { RunTable } from "@/components/migration/run-table";
import { RunbookSteps } from "@/components/migration/runbook-steps";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { migrationByKey, projectHead, runsOfMigration, versionsOfMigration } from "@/lib/migration/migration-store";
import { rehearsalTimes } from "@/lib/migration/rehearsal-times";
import { retirementState } from "@/lib/migration/retirement";
import { pageContext } from "@/lib/service/page";

interface RunbookPageProps {
  params: Promise<{ slug: string; migration: string }>;
  searchParams: Promise<{ compare?: string | string[]; notice?: string | string[] }>;
}

export const metadata: Metadata = { title: "Runbook" };

export default async function RunbookPage({ params, searchParams }: RunbookPageProps) {
  const { slug, migration: key } = await params;
  const path = `/projects/${slug}/migrations/${key}`;
  const ctx = await pageContext(path);
  const missing = (error: unknown): never => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  };
  const project = await projectHead(ctx, slug).catch(missing);
  const migration = await migrationByKey(ctx, project.id, key).catch(missing);
  const [runs, versions, retirement, rehearsed] = await Promise.all([
    runsOfMigration(ctx, migration.id),
    versionsOfMigration(ctx, migration.id),
    retirementState(ctx, migration.id),
    rehearsalTimes(ctx, migration.id),
  ]);
  const declared = declaredMigration(migration.document);
  const notes = declared === null ? null : planNotes(declared);
  const above = (
    <>
      <Link href={`/projects/${slug}`}>{project.name}</Link> · <Link href={`/projects/${slug}/migrations`}>Migrations</Link>
    </>
  );
  if (migration.runbook === null || migration.runbookHash === null) {
    return (
      <div className="grid grid-cols-1 gap-4">
        <PageHeader above={above} title={migration.name} answer={`From ${migration.from} to ${migration.to}: no steps to run are declared.`} />
        <EmptyState
          title="No runbook yet"
          action={
            <>
              <LinkButton tone="primary" href={`${path}/edit`}>
                Write the runbook
              </LinkButton>
              <LinkButton href={`/projects/${slug}/plan`}>Open the plan</LinkButton>
            </>
          }
        >
          A runbook is the list of steps that is rehearsed, approved and executed. Write it here, or declare steps in the plan.
        </EmptyState>
        {notes === null ? null : (
          <Card title="As declared in the plan">
            <PlanNotesView notes={notes} />
          </Card>
        )}
      </div>
    );
  }
  const { runbook } = migration;
  const ready = readinessOf(runbook, migration.runbookHash, runs);
  const { starts, total } = offsets(runbook.steps);
  const query = await searchParams;
  const compared = await comparison(ctx, versions, query.compare);
  return (
    <div className="grid grid-cols-1 gap-4">
      <PageHeader
        above={above}
        title={migration.name}
        answer={readinessSentence(ready, migration)}
        actions={<LinkButton href={`${path}/edit`}>Edit runbook</LinkButton>}
      />
      <Notice notice={query.notice} />
      {notes?.description == null ? null : <p className="max-w-4xl text-sm text-ink-2">{notes.description}</p>}
      <Card>
        <div className="flex flex-wrap items-start justify-between gap-4">
          <Gaps ready={ready} />
          <Actions ctx={ctx} slug={slug} migration={migration} ready={ready} />
        </div>
      </Card>
      <Card
        title={stepsTitle(runbook.steps.length, ready.steps)}
        actions={ready.plannedMs === null ? null : <span className="num text-sm text-ink-2">{formatDuration(ready.plannedMs)} planned</span>}
      >
        <RunbookSteps
          steps={runbook.steps}
          starts={starts}
          totalMs={total}
          undo={runbook.steps.map(undoText)}
          rehearsed={runbook.steps.map((step) => rehearsedText(step, rehearsed))}
        />
      </Card>
      <div className="grid items-start gap-4 rail:grid-cols-2">
        <Card title="Guards">
          <Guards runbook={runbook} />
          <p className="mt-2 text-sm text-ink-2">
            Observation after the last step: {formatDuration(parseDuration(runbook.observation.duration))}, guards armed.
            {runbook.rollbackDeadline === undefined ? "" : ` Rollback promised for ${formatDuration(parseDuration(runbook.rollbackDeadline))}.`}
            {retiredText(runbook.decommissionAfter)}
          </p>
        </Card>
        <Card title="Versions" id="versions">
          <Versions versions={versions} zone={project.timeZone} path={path} />
          {compared === null ? null : (
            <div className="mt-3">
              <h3 className="pb-1">{compared.title}</h3>
              <Diff lines={compared.lines} label={compared.title} />
            </div>
          )}
        </Card>
      </div>
      {ready.active === null ? <Decommission runbook={runbook} state={retirement} ctx={ctx} slug={slug} migration={migration} zone={project.timeZone} /> : null}
      <Card title="Runs">
        {runs.length === 0 ? (
          <p className="text-sm text-ink-2">
            No run yet. Rehearse first: a rehearsal goes the same way, approvals included, holds at most 30 s per step, and is marked as such.
          </p>
        ) : (
          <RunTable runs={runs} timeZone={project.timeZone} />
        )}
      </Card>
      {notes === null ? null : (
        <Card title="As declared in the plan">
          <PlanNotesView notes={notes} />
        </Card>
      )}
    </div>
  );
}
