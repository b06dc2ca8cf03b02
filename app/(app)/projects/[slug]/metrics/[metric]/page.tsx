import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { ChartFigure } from "@/components/chart/chart-figure";
import { Legend } from "@/components/chart/legend";
import { SeriesChart } from "@/components/metric/series-chart";
import { LinkButton } from "@/components/ui/button";
import { Card, EmptyState, Facts, PageHeader } from "@/components/ui/layout";
import { Table, Td, Th } from "@/components/ui/table";
import { LinkTabs } from "@/components/ui/tabs";
import { listAlertRules } from "@/lib/alert/store";
import { formatDuration } from "@/lib/core/duration";
import { NotFoundError } from "@/lib/core/errors";
import { formatAgo, formatInstant } from "@/lib/core/time";
import { conditionText, formatMetric, formatNumber, unitText } from "@/lib/decision/words";
import { readSeries } from "@/lib/metric/series";
import { findProject, listMetrics } from "@/lib/metric/store";
import type { MetricView, SeriesView } from "@/lib/metric/types";
import { requirePermission } from "@/lib/service/context";
import { pageContext } from "@/lib/service/page";
import { readWorkspace } from "@/lib/service/workspace";
import { listTriggerGroups } from "@/lib/trigger/store";
import { drawnPoints, RANGES, splitLimits, timeTicks } from "./chart-data";

export const metadata: Metadata = { title: "Metric" };

interface PageProps {
  params: Promise<{ slug: string; metric: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

function sentenceOf(metric: MetricView, series: SeriesView, range: string): string {
  const [first, last] = [series.points[0], series.points.at(-1)];
  if (first === undefined || last === undefined) return `No value in the last ${range}.`;
  const show = (value: number) => formatMetric(value, metric.kind, metric.unit);
  if (metric.kind === "boolean") return `${metric.name} was "${show(first.value)}" at the start of the last ${range} and is "${show(last.value)}" at its end.`;
  const [low, high] = [Math.min(...series.points.map((p) => p.min)), Math.max(...series.points.map((p) => p.max))];
  const bucket = series.bucketMs === null ? "single values" : `one point for ${formatDuration(series.bucketMs)}`;
  return `From ${show(first.value)} to ${show(last.value)} in the last ${range}, between ${show(low)} and ${show(high)} (${bucket}).`;
}

export default async function MetricPage({ params, searchParams }: PageProps) {
  const { slug, metric: encoded } = await params;
  const key = decodeURIComponent(encoded);
  const ctx = await pageContext(`/projects/${slug}/metrics/${encoded}`);
  requirePermission(ctx, "workspace.read");
  const project = await findProject(ctx.db, slug).catch((error: unknown) => {
    if (error instanceof NotFoundError) notFound();
    throw error;
  });
  const metric = (await listMetrics(ctx.db, project.id, ctx.now)).find((one) => one.key === key);
  if (metric === undefined) notFound();
  const search = await searchParams;
  const range = RANGES.find((one) => one.key === search.range) ?? RANGES[3];
  const [series, groups, rules, workspace] = await Promise.all([
    readSeries(ctx.db, project.id, metric.key, { from: new Date(ctx.now.getTime() - range.ms), to: new Date(ctx.now.getTime() + 1) }),
    listTriggerGroups(ctx.db, project.id),
    listAlertRules(ctx.db, project.id),
    readWorkspace(ctx.db),
  ]);
  const triggers = groups.flatMap((group) => group.triggers).filter((trigger) => trigger.metricKey === metric.key);
  const own = rules.filter((rule) => rule.metric === metric.key);
  const limits = [
    ...triggers.filter((t) => t.op !== "is").map((t) => ({ id: t.id, value: t.value, label: `${t.key}: ${conditionText(t)}`, kind: "trigger" as const })),
    ...own.flatMap((rule) =>
      [rule.warning, rule.critical].flatMap((level, i) =>
        level === null
          ? []
          : [
              {
                id: `${rule.id} ${i}`,
                value: level.value,
                label: `${i === 0 ? "warning" : "critical"} ${level.op} ${formatNumber(level.value)}`,
                kind: "alert" as const,
              },
            ],
      ),
    ),
  ];
  const points = drawnPoints(series);
  const { shown, far } = splitLimits(limits, points);
  const beyond = far.length === 0 ? "" : ` Far above what is drawn: ${far.map((limit) => limit.label).join(", ")}.`;
  const sentence = sentenceOf(metric, series, range.text) + beyond;
  const { latest } = metric;
  const answer =
    latest === null
      ? `${metric.name} has no value yet.`
      : `${metric.name}: ${formatMetric(latest.value, metric.kind, metric.unit)}, ${formatAgo(new Date(latest.at), ctx.now)}${metric.freshness === "stale" ? ", which is stale" : ""}.`;
  return (
    <>
      <PageHeader
        title={metric.name}
        above={
          <>
            <Link href={`/projects/${project.slug}`}>{project.name}</Link> / <Link href={`/projects/${project.slug}/metrics`}>Metrics</Link>
          </>
        }
        answer={answer}
        actions={<LinkButton href={`/projects/${project.slug}/metrics?enter=${metric.key}#enter`}>Enter a value</LinkButton>}
      />
      <LinkTabs
        label="Range"
        tabs={RANGES.map((one) => ({ href: `/projects/${project.slug}/metrics/${encoded}?range=${one.key}`, text: one.text, current: one.key === range.key }))}
      />
      <div className="grid gap-4 [&>*]:min-w-0">
        {points.length === 0 ? (
          <EmptyState
            title="No value in this range"
            action={<LinkButton href={`/projects/${project.slug}/metrics?enter=${metric.key}#enter`}>Enter a value</LinkButton>}
          >
            Values appear here as programs send them or people enter them. A longer range may have some.
          </EmptyState>
        ) : (
          <ChartFigure
            heading={`Last ${range.text}`}
            sentence={sentence}
            legend={
              <Legend
                items={[
                  { token: "s1", text: metric.unit === "" ? metric.name : `${metric.name} (${unitText(metric.unit).trim()})`, mark: "line" },
                  ...(series.bucketMs === null ? [] : [{ token: "s1" as const, text: "lowest to highest", mark: "band" as const }]),
                  ...(shown.some((limit) => limit.kind === "trigger") ? [{ token: "s4" as const, text: "trigger" }] : []),
                  ...(shown.some((limit) => limit.kind === "alert") ? [{ token: "warn" as const, text: "alert level" }] : []),
                ]}
              />
            }
            table={
              <Table
                caption={`${metric.name}, last ${range.text}`}
                head={
                  <tr>
                    <Th>Time</Th>
                    <Th number>Value</Th>
                  </tr>
                }
              >
                {series.points
                  .toReversed()
                  .slice(0, 100)
                  .map((point) => (
                    <tr key={point.at}>
                      <Td>{formatInstant(new Date(point.at), workspace.timeZone)}</Td>
                      <Td number>{formatMetric(point.value, metric.kind, metric.unit)}</Td>
                    </tr>
                  ))}
              </Table>
            }
          >
            <SeriesChart
              title={metric.name}
              desc={sentence}
              points={points}
              ticks={timeTicks(points, workspace.timeZone)}
              limits={shown}
              unit={unitText(metric.unit)}
              yesNo={metric.kind === "boolean"}
            />
          </ChartFigure>
        )}
        <Card title="About this metric">
          <Facts
            items={[
              { name: "Key", value: <code>{metric.key}</code> },
              { name: "Other names", value: metric.aliases.length === 0 ? "none" : metric.aliases.join(", ") },
              { name: "Stale after", value: metric.staleAfterMs === null ? "never" : formatDuration(metric.staleAfterMs) },
              { name: "Buckets show", value: metric.aggregation },
              { name: "Triggers", value: triggers.length === 0 ? "none" : triggers.map((t) => `${t.key} (${conditionText(t)})`).join(", ") },
              { name: "Alert rules", value: own.length === 0 ? "none" : own.map((rule) => rule.name).join(", ") },
            ]}
          />
        </Card>
      </div>
    </>
  );
}
