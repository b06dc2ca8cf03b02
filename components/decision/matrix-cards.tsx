import { EdgeNote } from "@/components/decision/matrix-table";
import { MetricNow } from "@/components/decision/metric-now";
import { Why } from "@/components/decision/why";
import { classNames } from "@/components/ui/class-names";
import { StatusShape } from "@/components/ui/status";
import type { DecisionView } from "@/lib/decision/types";

/** The matrix on phones: one card a metric, with a bar of stacks; nothing scrolls sideways. */
export function MatrixCards({ view }: { view: DecisionView }) {
  const { columns, rows } = view.matrix;
  return (
    <ul className="grid gap-3 sm:hidden">
      {rows.map((row) => (
        <li key={row.metric} data-testid="metric-card" className="rounded-lg border border-line p-3">
          <h3>{row.label}</h3>
          <p className="mt-0.5">
            <span className="mr-1.5 text-sm text-ink-2">Now</span>
            <MetricNow row={row} slug={view.project.slug} metric={row.metric} />
          </p>
          <EdgeNote row={row} />
          <ol className="mt-2 flex gap-1" aria-label={`${row.label} by stack`}>
            {row.cells.map((cell, index) => {
              const column = columns[index];
              const current = row.currentCell === index;
              return (
                <li
                  key={column?.stack ?? index}
                  className={classNames(
                    "min-w-0 flex-1 rounded-md px-1 py-1.5 text-center",
                    current ? "border-3 border-ink bg-accent-soft" : "border border-line bg-panel-2",
                  )}
                >
                  <span className={classNames("num block text-sm break-words", current && "font-semibold")}>{cell.text === "" ? "–" : cell.text}</span>
                  <span className="block text-xs break-words text-ink-2">{column?.name}</span>
                  {current ? (
                    <span className="inline-flex items-center gap-1 text-xs font-semibold">
                      <StatusShape tone="ok" className="size-2.5 text-ink" />
                      Now
                    </span>
                  ) : null}
                </li>
              );
            })}
          </ol>
          <div className="mt-2">
            <Why row={row} view={view} />
          </div>
        </li>
      ))}
    </ul>
  );
}
