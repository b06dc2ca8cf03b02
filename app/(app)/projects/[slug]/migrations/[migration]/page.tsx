import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { declaredMigration, planNotes } from "@/app/(app)/projects/[slug]/migrations/_lib/plan-notes";
import { type Readiness, readinessOf, readinessSentence } from "@/app/(app)/projects/[slug]/migrations/_lib/readiness";
import { runbookText, textDifference } from "@/app/(app)/runs/_lib/difference";
import { plannedOffsets } from "@/app/(app)/runs/_lib/step-view";
import { createRunAction, requestRunAction } from "@/app/(app)/runs/actions";
import { CreateRunForm } from "@/components/migration/create-run-form";
import { Diff } from "@/components/migration/diff";
import { Notice } from "@/components/migration/notice";
import { PlanNotesView } from "@/components/migration/plan-notes";
import { RunTable } from "@/components/migration/run-table";
import { RunbookSteps } from "@/components/migration/runbook-steps";
import { conditionText, runTitle } from "@/components/migration/words";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, PageHeader } from "@/components/ui/layout";
import { Badge } from "@/components/ui/status";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { formatInstant } from "@/lib/core/time";
import { executorFor } from "@/lib/migration/executors/registry";
import { type MigrationItem, migrationByKey, projectHead, runsOfMigration, type VersionItem, versionsOfMigration } from "@/lib/migration/migration-store";
import { runbookById } from "@/lib/migration/page-store";
import { expandSteps } from "@/lib/migration/plan-hash";
import { type RehearsedStep, rehearsalTimes } from "@/lib/migration/rehearsal-times";
import { type RetirementState, retirementState } from "@/lib/migration/retirement";
import type { Runbook, RunbookStep } from "@/lib/migration/types";
import { type Ctx, can } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

interface RunbookPageProps {
  params: Promise<{ slug: string; migration: string }>;
  searchParams: Promise<{ compare?: string | string[]; notice?: string | string[] }>;
}

export const metadata: Metadata = { title: "Runbook" };

/** What undoing a step means, from its executor. */
function undoText(step: RunbookStep): string {
  const [first] = expandSteps([step]);
  return first === undefined ? "" : executorFor(first.kind).preview(first as never).undo;
}

/** What the rehearsals of a step took: of all the steps it becomes in a run. */
function rehearsedText(step: RunbookStep, times: ReadonlyMap<string, RehearsedStep>): string | null {
  const parts = expandSteps([step]).flatMap((part) => times.get(part.key) ?? []);
  const runs = Math.min(...parts.map((part) => part.runs));
  if (parts.length === 0 || runs === 0) return null;
  const total = (pick: (part: RehearsedStep) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const failures = total((part) => part.failures);
  const worst = total((part) => part.worstMs);
  const median = total((part) => part.medianMs);
  return [
    `${formatDuration(median)} in ${runs === 1 ? "one rehearsal" : `${runs} rehearsals`}`,
    ...(worst > median * 1.5 && runs > 1 ? [`at most ${formatDuration(worst)}`] : []),
    ...(failures > 0 ? [`${failures} tries failed`] : []),
  ].join(", ");
}

/** A step of a runbook may become several of a run: each share of a traffic step is one. */
function stepsTitle(written: number, inRun: number): string {
  return written === inRun ? `Steps (${written})` : `Steps (${written}, in a run ${inRun})`;
}

/** Offsets of runbook steps: a traffic step takes as long as all of its stages hold. */
function offsets(steps: RunbookStep[]) {
  return plannedOffsets(
    steps.map((step) => ({
      ...step,
      hold: step.kind === "traffic.shift" ? `${step.with.stages.reduce((sum, stage) => sum + parseDuration(stage.hold), 0)}ms` : step.hold,
    })),
  );
}

function Gaps({ ready }: { ready: Readiness }) {
  const items = [
    { text: `${ready.steps} steps`, tone: "neutral" as const },
    {
      text: ready.unowned.length === 0 ? "every manual step has an owner" : `${ready.unowned.length} without owner`,
      tone: ready.unowned.length === 0 ? ("ok" as const) : ("warn" as const),
    },
    {
      text: ready.untimed.length === 0 ? "all timed" : `${ready.untimed.length} without expected time`,
      tone: ready.untimed.length === 0 ? ("ok" as const) : ("neutral" as const),
    },
    {
      text: ready.withoutUndo.length === 0 ? "all can be undone" : `${ready.withoutUndo.length} without automatic undo`,
      tone: ready.withoutUndo.length === 0 ? ("ok" as const) : ("warn" as const),
    },
    { text: ready.guards === 0 ? "no guards" : `${ready.guards} guards`, tone: ready.guards === 0 ? ("warn" as const) : ("ok" as const) },
    {
      text: ready.rehearsed === null ? "not rehearsed" : `rehearsed in run ${ready.rehearsed.number}`,
      tone: ready.rehearsed === null ? ("warn" as const) : ("ok" as const),
    },
    ...(ready.pointOfNoReturn === null ? [] : [{ text: `no return from step ${ready.pointOfNoReturn.number}`, tone: "bad" as const }]),
  ];
  return (
    <ul className="flex flex-wrap gap-2" data-testid="readiness">
      {items.map((item) => (
        <li key={item.text}>
          <Badge tone={item.tone}>{item.text}</Badge>
        </li>
      ))}
    </ul>
  );
}

async function comparison(
  ctx: Ctx,
  versions: VersionItem[],
  against: string | string[] | undefined,
): Promise<{ title: string; lines: ReturnType<typeof textDifference> } | null> {
  const newest = versions[0];
  const other = versions.find((version) => String(version.number) === against);
  if (newest === undefined || other === undefined || other.id === newest.id) return null;
  const [before, after] = await Promise.all([runbookById(ctx, other.id), runbookById(ctx, newest.id)]);
  return { title: `Version ${other.number} to ${newest.number}`, lines: textDifference(runbookText(before), runbookText(after)) };
}

function Guards({ runbook }: { runbook: Runbook }) {
  if (runbook.guards.length === 0) return <p className="text-sm text-ink-2">No guards: nothing would stop or undo a run by itself. Add them to the runbook.</p>;
  return (
    <ul className="divide-y divide-line text-sm">
      {runbook.guards.map((guard) => (
        <li key={guard.key} className="py-1.5">
          <span className="font-medium">{conditionText(guard)}</span>
          <span className="block text-xs text-ink-2">
            {guard.effect === "rollback" ? "rolls back by itself" : "holds the run"}; watched every {formatDuration(parseDuration(guard.interval))} from the{" "}
            {guard.arm === "traffic" ? "first traffic change" : "start"} on; no data for {formatDuration(parseDuration(guard.noDataFor))}:{" "}
            {guard.noData === "ignore" ? "ignored" : guard.noData === "hold" ? "holds" : "rolls back"}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Versions({ versions, zone, path }: { versions: VersionItem[]; zone: string; path: string }) {
  return (
    <ul className="divide-y divide-line text-sm">
      {versions.map((version, index) => (
        <li key={version.id} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
          <span>
            <span className="font-medium">Version {version.number}</span> <code className="text-xs text-ink-2">{version.hash.slice(0, 10)}</code>
            <span className="block text-xs text-ink-2">
              {version.origin === "plan" ? "from the plan" : "edited"}
              {version.createdBy === null ? "" : ` by ${version.createdBy}`}, {formatInstant(version.createdAt, zone)}
              {version.note === "" ? "" : ` – ${version.note}`}
            </span>
          </span>
          {index === 0 ? (
            <span className="text-ink-2">current</span>
          ) : (
            <Link href={`${path}?compare=${version.number}#versions`}>Compare with the current one</Link>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Taking the old side away: a run of its own, when everything that was promised about going back has run out. */
function Decommission({ runbook, state, ctx, slug, migration, zone }: DecommissionProps) {
  if (runbook.decommission === undefined) return null;
  const { steps } = runbook.decommission;
  const { starts, total } = offsets(steps);
  const reasons = [
    ...(can(ctx, "run.request") ? [] : ["Your role does not include requesting runs."]),
    ...(state.type === "not-moved" ? ["The move has to succeed first."] : []),
  ];
  return (
    <Card title={`Decommission (${steps.length})`} id="decommission">
      <p className="mb-3 max-w-4xl text-sm">{decommissionSentence(state, migration.from, zone)}</p>
      <RunbookSteps steps={steps} starts={starts} totalMs={total} undo={steps.map(undoText)} />
      {state.type === "done" ? null : (
        <div className="mt-3">
          <CreateRunForm
            migrationId={migration.id}
            route={`/api/v1/projects/${slug}/migrations/${migration.key}/runs`}
            mode="live"
            part="decommission"
            label="Request approval to take the old side away"
            primary={state.type === "possible"}
            reasons={reasons}
            create={createRunAction}
            request={requestRunAction}
          />
        </div>
      )}
    </Card>
  );
}

interface DecommissionProps {
  runbook: Runbook;
  state: RetirementState;
  ctx: Ctx;
  slug: string;
  migration: MigrationItem;
  zone: string;
}

function decommissionSentence(state: RetirementState, from: string, zone: string): string {
  switch (state.type) {
    case "not-moved":
      return `${from} stays as it is: no live run of this migration has succeeded and still stands.`;
    case "done":
      return `${from} was taken away in run ${state.runNumber}.`;
    case "waiting":
      return `${from} stays as the way back until ${formatInstant(state.notBefore, zone)}. The request can be made and approved before; the start is refused until then.`;
    case "possible":
      return `${from} may be taken away: the time that was promised after run ${state.followsNumber} ended ${formatInstant(state.notBefore, zone)}.`;
  }
}

function Actions({ ctx, slug, migration, ready }: { ctx: Ctx; slug: string; migration: MigrationItem; ready: Readiness }) {
  if (ready.active !== null) {
    return (
      <LinkButton tone="primary" href={`/runs/${ready.active.id}`} data-testid="open-run">
        Open {runTitle(ready.active).toLowerCase()}
      </LinkButton>
    );
  }
  const reasons = can(ctx, "run.request") ? [] : ["Your role does not include requesting runs."];
  const shared = {
    migrationId: migration.id,
    route: `/api/v1/projects/${slug}/migrations/${migration.key}/runs`,
    reasons,
    create: createRunAction,
    request: requestRunAction,
  };
  return (
    <div className="flex flex-wrap items-start gap-4">
      <CreateRunForm {...shared} mode="rehearsal" label="Rehearse" primary={ready.rehearsed === null} />
      <CreateRunForm {...shared} mode="live" label="Request approval of a live run" primary={ready.rehearsed !== null} />
    </div>
  );
}

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

function retiredText(after: string | undefined): string {
  if (after === undefined) return "";
  const ms = parseDuration(after);
  return ms === 0 ? " The old side is retired on the same day." : ` The old side is retired after ${formatDuration(ms)}.`;
}
