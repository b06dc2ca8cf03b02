import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { loadJournal, loadRunView } from "@/app/(app)/runs/_lib/load-view";
import { confirmStepAction, requestRunAction, resumeRunAction, retryStepAction, skipStepAction, startRunAction } from "@/app/(app)/runs/actions";
import { LiveRun } from "@/components/live/live-run";
import { DoubleRunCard } from "@/components/migration/double-run";
import { Notice } from "@/components/migration/notice";
import { AppError } from "@/lib/core/errors";
import { doubleRun } from "@/lib/portfolio/double-run";
import { pageContext } from "@/lib/service/page";

interface RunPageProps {
  params: Promise<{ runId: string }>;
  searchParams: Promise<{ confirm?: string | string[]; notice?: string | string[] }>;
}

export const metadata: Metadata = { title: "Run" };

const ACTIONS = {
  request: requestRunAction,
  start: startRunAction,
  resume: resumeRunAction,
  confirm: confirmStepAction,
  skip: skipStepAction,
  retry: retryStepAction,
};

export default async function RunPage({ params, searchParams }: RunPageProps) {
  const { runId } = await params;
  const query = await searchParams;
  const path = `/runs/${encodeURIComponent(runId)}`;
  const ctx = await pageContext(path);
  // The journal is read first: the stream resumes after its last entry, and the view is at least as new.
  const journal = await loadJournal(ctx, runId);
  const run = await loadRunView(ctx, runId).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  });
  const double = await doubleRun(ctx, runId);
  const confirming = query.confirm === "rollback" || query.confirm === "abort" ? query.confirm : null;
  return (
    <>
      <a href="#actions" className="sr-only focus:not-sr-only">
        Skip to actions
      </a>
      <LiveRun
        initial={run}
        initialJournal={journal}
        actions={ACTIONS}
        confirming={confirming}
        back={path}
        above={
          <span className="max-rail:hidden">
            <Link href={`/projects/${run.project.slug}`}>{run.project.name}</Link> ·{" "}
            <Link href={`/projects/${run.project.slug}/migrations/${run.migration.key}`}>{run.migration.name}</Link> · runbook version {run.runbookVersion}
            {run.solo ? " · single operator" : ""}
          </span>
        }
        notice={<Notice notice={query.notice} />}
      />
      {double === null ? null : (
        <div className="mt-4">
          <DoubleRunCard cost={double} from={run.from} to={run.to} timeZone={run.timeZone} />
        </div>
      )}
      <p className="mt-4 text-sm">
        <Link href={`${path}/report`}>Evidence report of this run</Link>
      </p>
    </>
  );
}
