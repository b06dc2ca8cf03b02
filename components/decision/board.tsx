"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { ConfidencePanel } from "@/components/decision/confidence";
import { MatrixCards } from "@/components/decision/matrix-cards";
import { MatrixTable } from "@/components/decision/matrix-table";
import { RecordDecision } from "@/components/decision/record-decision";
import { VERDICT_TONES, VERDICT_WORDS } from "@/components/decision/tones";
import { TriggerList } from "@/components/decision/trigger-list";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { Badge, Callout } from "@/components/ui/status";
import type { DecisionView } from "@/lib/decision/types";

/** How often the open page asks again (milliseconds). */
const POLL_MS = 5_000;

interface BoardProps {
  initial: DecisionView;
  /** The moment in the address; null for now. */
  at: string | null;
  mayRecord: boolean;
}

async function load(slug: string, at: string | null): Promise<DecisionView> {
  const response = await fetch(`/api/v1/projects/${slug}/decision${at === null ? "" : `?at=${encodeURIComponent(at)}`}`);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as DecisionView;
}

/** Verdict, matrix, confidence and triggers; the server's first answer, then refreshed through the same function. */
export function DecisionBoard({ initial, at, mayRecord }: BoardProps) {
  const slug = initial.project.slug;
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["decision", slug, at],
    queryFn: () => load(slug, at),
    initialData: initial,
    refetchInterval: at === null ? POLL_MS : false,
  });
  const view = data;
  return (
    <div className="relative">
      <div className="sticky top-0 z-10 -mx-4 bg-page px-4 pt-1 max-sm:border-b max-sm:border-line max-sm:mb-3 sm:static sm:mx-0 sm:pr-44 sm:pl-0">
        <PageHeader
          title="Decision matrix"
          above={
            <>
              <Link href={`/projects/${slug}`}>{view.project.name}</Link>
              {view.past ? `, as it was on ${view.at.slice(0, 16).replace("T", " ")} UTC` : ""}
            </>
          }
          answer={
            <>
              <Badge tone={VERDICT_TONES[view.verdict.kind]} className="mr-2 align-[0.1em]">
                {VERDICT_WORDS[view.verdict.kind]}
              </Badge>
              <span data-testid="verdict">{view.verdict.sentence}</span>
            </>
          }
        />
      </div>
      {view.past ? null : (
        <div className="mb-4 sm:absolute sm:top-1 sm:right-0 sm:mb-0">
          <RecordDecision view={view} allowed={mayRecord} />
        </div>
      )}
      {error === null ? null : (
        <Callout tone="warn" role="status" className="mb-4" title="The page could not be refreshed.">
          {error.message} What you see is from {new Date(dataUpdatedAt).toISOString().slice(11, 19)} UTC; it tries again every five seconds.
        </Callout>
      )}
      {view.verdict.reasons.length === 0 ? null : (
        <ul className="mb-4 list-disc pl-5 text-sm text-ink-2" aria-label="Further facts">
          {view.verdict.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div className="grid gap-4 [&>*]:min-w-0">
        {view.matrix.source === "none" ? <NoMatrix slug={slug} /> : <Matrix view={view} />}
        {view.confidence.total + view.confidence.missing.length === 0 ? null : (
          <Card title="How sure is this?">
            <ConfidencePanel view={view} />
          </Card>
        )}
        {view.groups.length === 0 ? null : (
          <Card title="Triggers">
            <TriggerList view={view} />
          </Card>
        )}
      </div>
    </div>
  );
}

function Matrix({ view }: { view: DecisionView }) {
  return (
    <Card title={view.matrix.title ?? "Metrics by stack"}>
      {view.matrix.source === "derived" ? (
        <p className="mb-2 text-sm text-ink-2">The plan has no matrix: this one follows from its triggers.</p>
      ) : (
        <p className="mb-2 text-sm text-ink-2">Rows nearest to their next edge come first. The marked cell holds the present value.</p>
      )}
      <MatrixTable view={view} />
      <MatrixCards view={view} />
    </Card>
  );
}

function NoMatrix({ slug }: { slug: string }) {
  return (
    <EmptyState title="No rule to decide by yet">
      <p>The matrix shows where each metric stands and which stack it speaks for. It appears once the plan declares triggers or a decision matrix:</p>
      <div className="my-3">
        <CommandLine>{`# in the plan
triggers:
  - { key: many-users, metric: users, op: ">", value: 1000, for: 24h, from: current, to: target }`}</CommandLine>
      </div>
      <CommandLine>{`npm run switchyard -- import plan.yaml --project ${slug}`}</CommandLine>
      <p className="mt-3">A decision can be recorded without rules as well, with your reasons.</p>
    </EmptyState>
  );
}
