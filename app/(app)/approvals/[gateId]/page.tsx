import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { type ApprovalView, loadApproval } from "@/app/(app)/approvals/_lib/approval-view";
import { blockText } from "@/app/(app)/runs/_lib/run-words";
import { approveRunAction, rejectRunAction } from "@/app/(app)/runs/actions";
import { VerdictForms } from "@/components/live/verdict-forms";
import { Diff } from "@/components/migration/diff";
import { GuardList } from "@/components/migration/guard-list";
import { Notice } from "@/components/migration/notice";
import { PreflightList } from "@/components/migration/preflight-list";
import { PreviewList } from "@/components/migration/preview-list";
import { Card, Facts, PageHeader } from "@/components/ui/layout";
import { Callout, Status } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";
import { AppError } from "@/lib/core/errors";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { pageContext } from "@/lib/service/page";

interface ApprovalPageProps {
  params: Promise<{ gateId: string }>;
  searchParams: Promise<{ notice?: string | string[] }>;
}

export const metadata: Metadata = { title: "Approval" };

/** The state of the request in one sentence, for the reader. */
function answerOf(view: ApprovalView, now: Date): string {
  const { gate, run } = view;
  const ask = `${gate.requestedBy} asks for approval of ${gate.title}: ${run.migration.name} of ${run.project.name}, from ${run.from} to ${run.to}.`;
  if (view.changed) return `${ask} The plan has changed since; this request is void.`;
  switch (gate.status) {
    case "open":
      return `${ask} ${gate.gate === "start" ? blockText(run.preflight) : ""}${gate.verdicts.filter((one) => one.counts && one.verdict === "approve").length} of ${gate.required} approvals are there; the request expires ${formatAgo(new Date(gate.expiresAt), now)}.`;
    case "approved":
      return `${ask} It was approved.`;
    case "rejected":
      return `${ask} It was rejected.`;
    case "expired":
      return `${ask} The request has expired; nothing was approved.`;
    case "void":
      return `${ask} The request is void: the run went another way before anybody decided.`;
  }
}

function waits(view: ApprovalView): string {
  if (view.gate.gate === "start") return "If nobody acts: nothing runs. The request expires and has to be made again.";
  return "If nobody acts: the run stays where it is with its guards armed, and nothing is changed. After the expiry it has to be asked for again.";
}

/** Why the reader cannot decide, or what is special, before anything else is read. */
function State({ view }: { view: ApprovalView }) {
  const { gate } = view;
  if (view.changed) {
    return (
      <Callout tone="warn" title="The plan has changed since this request: approvals given for it are void.">
        {view.newerGateId === null ? (
          "Approval has to be requested again for the plan as it is now."
        ) : (
          <Link href={`/approvals/${view.newerGateId}`}>Open the request for the plan as it is now</Link>
        )}
      </Callout>
    );
  }
  if (gate.status === "expired" && view.newerGateId !== null) {
    return (
      <Callout tone="warn" title="This request has expired.">
        <Link href={`/approvals/${view.newerGateId}`}>Open the newer request</Link>
      </Callout>
    );
  }
  if (gate.status !== "open") return <Callout tone={gate.state.tone} title={`${gate.state.word}. Nothing is left to decide here.`} />;
  if (view.own && !gate.soloAllowed)
    return <Callout tone="info" title="This is your own request: a second person has to approve it. Send them this page's address." />;
  if (view.own) return <Callout tone="warn" title="Single operator: you may approve your own request here, and it is recorded as such." />;
  return null;
}

function Verdicts({ view, zone }: { view: ApprovalView; zone: string }) {
  const { verdicts } = view.gate;
  if (verdicts.length === 0) return <p className="text-sm text-ink-2">Nobody has given a verdict yet.</p>;
  return (
    <ul className="grid gap-1 text-sm">
      {verdicts.map((verdict) => (
        <li key={`${verdict.approver} ${verdict.at}`}>
          <Status tone={verdict.verdict === "approve" ? (verdict.counts ? "ok" : "neutral") : "bad"}>
            {verdict.verdict === "approve" ? "Approved" : "Rejected"} by {verdict.approver}
          </Status>{" "}
          <span className="text-ink-2">
            {formatInstant(new Date(verdict.at), zone)}
            {verdict.solo ? ", single operator" : ""}
            {verdict.verdict === "approve" && !verdict.counts ? ", no longer counts" : ""}
          </span>
          {verdict.reason === "" ? null : <q className="ml-1">{verdict.reason}</q>}
        </li>
      ))}
    </ul>
  );
}

export default async function ApprovalPage({ params, searchParams }: ApprovalPageProps) {
  const { gateId } = await params;
  const path = `/approvals/${encodeURIComponent(gateId)}`;
  const ctx = await pageContext(path);
  const view = await loadApproval(ctx, gateId).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === "not-found") notFound();
    throw error;
  });
  const { run, gate } = view;
  const open = gate.status === "open" && !view.changed;
  return (
    <div className="grid grid-cols-1 gap-4">
      <PageHeader
        above={
          <>
            <Link href="/approvals">Approvals</Link> · <Link href={`/runs/${run.id}`}>{`${run.mode === "live" ? "Live run" : "Rehearsal"} ${run.number}`}</Link>
          </>
        }
        title={`Approve ${gate.title}?`}
        answer={answerOf(view, ctx.now)}
      />
      <Notice notice={(await searchParams).notice} />
      <State view={view} />
      {open ? (
        <p className="text-sm rail:hidden">
          <a href="#decide">Skip to your decision</a>
        </p>
      ) : null}
      {view.difference === null ? null : (
        <Card title="What is different now">
          <Diff lines={view.difference} label="Difference of the plans" />
        </Card>
      )}
      <Card title="What will run">
        <Facts
          className="mb-2"
          items={[
            { name: "Plan", value: <code title={gate.planHash} data-testid="plan-hash">{`${gate.planHash.slice(0, 12)}`}</code> },
            { name: "Runbook", value: `version ${run.runbookVersion}, ${run.steps.length} steps, ${run.guards.length} guards` },
            { name: "Expected", value: run.plannedMs === null ? "no step says how long it takes" : formatDuration(run.plannedMs) },
            {
              name: "Downtime",
              value: run.steps.some((step) => step.downtime)
                ? `during ${run.steps
                    .filter((step) => step.downtime)
                    .map((step) => `step ${step.number}`)
                    .join(", ")}`
                : "none planned",
            },
            ...(run.reason === "" ? [] : [{ name: "Reason", value: run.reason }]),
          ]}
        />
        <PreviewList steps={view.steps} />
      </Card>
      <Card title="What roll back cannot undo">
        {view.notUndone.length === 0 ? (
          <p className="text-sm">Every step that changes something has an undo.</p>
        ) : (
          <ul className="list-disc pl-5 text-sm">
            {view.notUndone.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <p className="mt-2 text-sm text-ink-2">{view.rollback.join(" ")}</p>
      </Card>
      <Card title="Guards">
        <GuardList guards={run.guards} nowMs={ctx.now.getTime()} />
        {run.startedAt === null && run.guards.length > 0 ? (
          <p className="mt-2 text-sm text-ink-2">Guards are measured by the worker from the start of the run on. No data counts as unhealthy.</p>
        ) : null}
      </Card>
      <Card title="Preflight">
        <PreflightList run={run} />
      </Card>
      <Card title="Approvals">
        <Verdicts view={view} zone={run.timeZone} />
        <p className="mt-2 text-sm text-ink-2">
          {gate.required === 1 ? "One approval is needed" : `${gate.required} approvals of different people are needed`}, by{" "}
          {formatInstant(new Date(gate.expiresAt), run.timeZone)}. {open ? waits(view) : ""}
        </p>
      </Card>
      {open ? (
        <Card title="Your decision" id="decide">
          <VerdictForms
            run={run}
            gate={gate}
            approveReasons={view.approveReasons}
            rejectReasons={view.rejectReasons}
            approve={approveRunAction}
            reject={rejectRunAction}
            back={path}
          />
        </Card>
      ) : null}
    </div>
  );
}
