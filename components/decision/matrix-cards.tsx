import { EdgeNote } from "@/components/decision/matrix-table";
import { MetricNow } from "@/components/decision/metric-now";
import { Why } from "@/components/decision/why";
import { classNames } from "@/components/ui/class-names";
import { StatusShape } from "@/components/ui/status";
import type { DecisionView } from "@/lib/decision/types";

/** The matrix on phones: one card a metric, with a bar of stacks; nothing scrolls sideways. */
export function MatrixCards({ view }: { view: DecisionView }) {
  const { columns, rows } = view.matrix;
  // More than three stacks do not fit beside each other on a phone: one below the other.
  const many = columns.length > 3;
  return (
    <ul className="grid gap-3 sm:hidden [&>*]:min-w-0">
      {rows.map((row) => (
        <li key={row.metric} data-testid="metric-card" className="rounded-lg border border-line p-3">
          <h3>{row.label}</h3>
          <p className="mt-0.5">
            <span className="mr-1.5 text-sm text-ink-2">Now</span>
            <MetricNow row={row} slug={view.project.slug} metric={row.metric} />
          </p>
          <EdgeNote row={row} />
          <ol className={classNames("mt-2 gap-1", many ? "grid" : "flex")} aria-label={`${row.label} by stack`}>
            {row.cells.map((cell, index) => (
              <Segment
                key={columns[index]?.stack ?? index}
                text={cell.text === "" ? "–" : cell.text}
                name={columns[index]?.name ?? ""}
                current={row.currentCell === index}
                wide={many}
              />
            ))}
          </ol>
          <div className="mt-2">
            <Why row={row} view={view} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** One stack of the bar: what it is for, its name, and the mark when it holds the present value. */
function Segment({ text, name, current, wide }: { text: string; name: string; current: boolean; wide: boolean }) {
  return (
    <li
      className={classNames(
        "min-w-0 flex-1 rounded-md py-1.5",
        wide ? "flex flex-wrap items-baseline gap-x-2 px-2" : "px-1 text-center",
        current ? "border-3 border-ink bg-accent-soft" : "border border-line bg-panel-2",
      )}
    >
      <span className={classNames("num block text-sm wrap-anywhere", current && "font-semibold")}>{text}</span>
      <span className="block text-xs text-ink-2 wrap-anywhere">{name}</span>
      {current ? (
        <span className={classNames("inline-flex items-center gap-1 text-xs font-semibold", wide && "ml-auto")}>
          <StatusShape tone="ok" className="size-2.5 text-ink" />
          Now
        </span>
      ) : null}
    </li>
  );
}
