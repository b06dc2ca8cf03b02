import { MetricNow } from "@/components/decision/metric-now";
import { Why } from "@/components/decision/why";
import { classNames } from "@/components/ui/class-names";
import { Sparkline } from "@/components/ui/sparkline";
import { StatusShape } from "@/components/ui/status";
import { RowTh, Table, Td, Th } from "@/components/ui/table";
import type { DecisionView, MatrixRowView } from "@/lib/decision/types";
import { formatLimit } from "@/lib/decision/words";

/** Metrics × stacks on wide screens: a real table, the cell that holds the present value marked by border, shape and word. */
export function MatrixTable({ view }: { view: DecisionView }) {
  const { columns, rows } = view.matrix;
  const head = (
    <tr>
      <Th>Metric</Th>
      <Th>Now</Th>
      {columns.map((column) => (
        <Th key={column.stack} className="min-w-28">
          <span className="text-ink">{column.name}</span>
          {column.cost === null ? null : <span className="num block text-xs whitespace-nowrap">{column.cost} / month</span>}
          {column.stack === view.current?.key ? <span className="block text-xs font-semibold text-ink">runs here now</span> : null}
          {column.label === column.name ? null : <span className="block text-xs">{column.label}</span>}
        </Th>
      ))}
    </tr>
  );
  return (
    <Table caption="Decision matrix: metrics by stack" head={head} hideOnPhone>
      {rows.map((row) => (
        <tr key={row.metric} data-testid="matrix-row">
          <RowTh className="min-w-40">
            <span className="font-semibold">{row.label}</span>
            {row.role === "result" ? <span className="block text-xs font-normal text-ink-2">result, no vote</span> : null}
            <div className="font-normal">
              <Why row={row} view={view} />
            </div>
          </RowTh>
          <Td className="min-w-44">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <MetricNow row={row} slug={view.project.slug} metric={row.metric} />
              <Sparkline values={row.spark} />
            </div>
            <EdgeNote row={row} />
          </Td>
          {row.cells.map((cell, index) => (
            <MatrixTd
              key={columns[index]?.stack ?? index}
              text={cell.text}
              judges={cell.bounds !== null}
              current={row.currentCell === index}
              stale={row.freshness === "stale"}
            />
          ))}
        </tr>
      ))}
    </Table>
  );
}

function MatrixTd({ text, judges, current, stale }: { text: string; judges: boolean; current: boolean; stale: boolean }) {
  return (
    <Td className="p-1!" data-current={current ? "true" : undefined}>
      <div
        className={classNames(
          "flex min-h-11 flex-col justify-center rounded-md px-2 py-1.5",
          current ? "border-3 border-ink bg-accent-soft font-semibold text-ink" : "border border-transparent",
          judges ? "" : "text-ink-2",
        )}
      >
        <span className="num">{text === "" ? "–" : text}</span>
        {current ? (
          <span className="mt-0.5 inline-flex items-center gap-1 text-xs">
            <StatusShape tone="ok" className="size-2.5 text-ink" />
            {stale ? "Now (stale)" : "Now"}
          </span>
        ) : null}
      </div>
    </Td>
  );
}

/** `91 % of 1,000` and the expected crossing, below the value. */
export function EdgeNote({ row }: { row: Pick<MatrixRowView, "edge" | "currentCell" | "value" | "role" | "projection" | "unit"> }) {
  if (row.edge === null) {
    return row.value !== null && row.currentCell === null && row.role === "condition" ? <p className="text-xs text-ink-2">fits no stack</p> : null;
  }
  const { sharePercent, distancePercent, value } = row.edge;
  const limit = formatLimit(value, row.unit);
  const near = sharePercent === null ? `${Math.ceil(distancePercent)} % from ${limit}` : `${Math.floor(sharePercent)} % of ${limit}`;
  const ahead = row.projection?.kind === "crosses" || row.projection?.kind === "may" ? ` ${row.projection.text}` : "";
  return (
    <p className="num max-w-xs text-xs text-ink-2">
      {near}.{ahead}
    </p>
  );
}
