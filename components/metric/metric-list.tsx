import Link from "next/link";
import { MetricNow } from "@/components/decision/metric-now";
import { Sparkline } from "@/components/ui/sparkline";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import { formatMetric } from "@/lib/decision/words";
import type { MetricView } from "@/lib/metric/types";

interface MetricListProps {
  project: string;
  metrics: (MetricView & { spark: number[] })[];
}

function shown(metric: MetricView) {
  const { latest } = metric;
  return {
    value: latest?.value ?? null,
    valueText: latest === null ? "" : formatMetric(latest.value, metric.kind, metric.unit),
    ageMs: latest?.ageMs ?? null,
    freshness: metric.freshness,
    source: latest?.source ?? null,
  };
}

/** Metrics with their newest value: a table on wide screens, cards on phones. */
export function MetricList({ project, metrics }: MetricListProps) {
  const href = (metric: MetricView) => `/projects/${project}/metrics/${metric.key}`;
  return (
    <>
      <Table
        caption="Metrics"
        hideOnPhone
        head={
          <tr>
            <Th>Metric</Th>
            <Th>Newest value</Th>
            <Th>Last 60 days</Th>
            <Th>Enter</Th>
          </tr>
        }
      >
        {metrics.map((metric) => (
          <tr key={metric.key} data-testid="metric-row">
            <RowTh>
              <Link href={href(metric)} className="font-semibold">
                {metric.name}
              </Link>
              <code className="block text-xs font-normal break-all text-ink-2">{metric.key}</code>
            </RowTh>
            <Td>
              <MetricNow row={shown(metric)} slug={project} metric={metric.key} />
            </Td>
            <Td>
              <Sparkline values={metric.spark} width={120} height={20} />
            </Td>
            <Td>
              <Link
                href={`/projects/${project}/metrics?enter=${metric.key}#enter`}
                aria-label={`Enter ${metric.name}`}
                className="inline-flex min-h-6 items-center"
              >
                Enter
              </Link>
            </Td>
          </tr>
        ))}
      </Table>
      <ul className="grid gap-2 sm:hidden">
        {metrics.map((metric) => (
          <li key={metric.key} className="rounded-lg border border-line p-3">
            <div className="flex items-baseline justify-between gap-3">
              <Link href={href(metric)} className="min-w-0 font-semibold break-words">
                {metric.name}
              </Link>
              <Sparkline values={metric.spark} />
            </div>
            <p className="mt-0.5">
              <MetricNow row={shown(metric)} slug={project} metric={metric.key} />
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
