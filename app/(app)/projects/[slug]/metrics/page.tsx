import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { EnterSample } from "@/components/metric/enter-sample";
import { MetricList } from "@/components/metric/metric-list";
import { Card, CommandLine, EmptyState, PageHeader } from "@/components/ui/layout";
import { NotFoundError } from "@/lib/core/errors";
import { listMetricsWithHistory } from "@/lib/metric/history";
import { findProject } from "@/lib/metric/store";
import type { MetricView } from "@/lib/metric/types";
import { can, requirePermission } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";

export const metadata: Metadata = { title: "Metrics" };

interface PageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

function answerOf(metrics: MetricView[]): string {
  const count = (state: MetricView["freshness"]) => metrics.filter((metric) => metric.freshness === state).length;
  const [stale, unknown] = [count("stale"), count("unknown")];
  const rest = [stale === 0 ? "" : `${stale} stale`, unknown === 0 ? "" : `${unknown} never measured`].filter((part) => part !== "");
  const known = `${count("fresh")} of ${metrics.length} metrics are known and fresh`;
  return rest.length === 0 ? `${known}.` : `${known}; ${rest.join(", ")}.`;
}

export default async function MetricsPage({ params, searchParams }: PageProps) {
  const { slug } = await params;
  const ctx = await pageContext(`/projects/${slug}/metrics`);
  requirePermission(ctx, "workspace.read");
  const project = await findProject(ctx.db, slug).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const [metrics, search] = [await listMetricsWithHistory(ctx.db, project.id, ctx.now), await searchParams];
  const chosen = typeof search.enter === "string" ? search.enter : null;
  const example = metrics[0]?.key ?? "users";
  return (
    <>
      <PageHeader
        title="Metrics"
        above={<Link href={`/projects/${project.slug}`}>{project.name}</Link>}
        answer={metrics.length === 0 ? "No metric is declared yet." : answerOf(metrics)}
      />
      {metrics.length === 0 ? (
        <EmptyState title="Metrics come from the plan">
          <p className="mb-3">Declare them in the plan; then their values appear here, from programs or by hand.</p>
          <CommandLine>{`npm run switchyard -- import plan.yaml --project ${project.slug}`}</CommandLine>
        </EmptyState>
      ) : (
        <div className="grid gap-4 [&>*]:min-w-0">
          <Card title="Enter a value" id="enter">
            {can(ctx, "sample.ingest") ? (
              <EnterSample project={project.slug} metrics={metrics} chosen={chosen} key={chosen} />
            ) : (
              <p className="text-sm text-ink-2">Your role cannot enter values.</p>
            )}
          </Card>
          <Card title="Newest values">
            <MetricList project={project.slug} metrics={metrics} />
          </Card>
          <Card title="Send values from a program">
            <p className="mb-2 text-sm text-ink-2">
              Up to 10,000 values a call; refused ones are listed in the answer, and sending again changes nothing. A token is made in the settings.
            </p>
            <CommandLine>{`curl -X POST "$SWITCHYARD_URL/api/v1/projects/${project.slug}/samples" \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '[{"metric": "${example}", "value": 42, "at": "${ctx.now.toISOString().slice(0, 19)}Z"}]'`}</CommandLine>
          </Card>
        </div>
      )}
    </>
  );
}
