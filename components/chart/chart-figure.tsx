import type { ReactNode } from "react";
import { InView } from "@/components/chart/in-view";
import { classNames } from "@/components/ui/class-names";

interface ChartFigureProps {
  heading: ReactNode;
  /** The answer in one sentence, made on the server from the same data as the chart. */
  sentence: ReactNode;
  /** The page's answer just above says the same: the sentence is kept for screen readers only. */
  repeated?: boolean;
  /** The drawing: mounted when it comes into view, into a box of fixed height. Absent: sentence and table only. */
  children?: ReactNode;
  /** Height of the drawing in pixels. */
  height?: number;
  legend?: ReactNode;
  /** The chart's numbers as a table. */
  table: ReactNode;
  actions?: ReactNode;
  testId?: string;
  className?: string;
}

/** heading > sentence > chart > legend in words > "Show as table". Everything but the drawing is in the server's HTML. */
export function ChartFigure({ heading, sentence, repeated, children, height = 300, legend, table, actions, testId, className }: ChartFigureProps) {
  return (
    <figure data-testid={testId} className={classNames("min-w-0 rounded-xl border border-line bg-panel p-4 shadow-(--shadow)", className)}>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2>{heading}</h2>
        {actions}
      </div>
      <p className={repeated ? "sr-only" : "mt-1 mb-3 max-w-4xl"}>{sentence}</p>
      {children === undefined ? null : <InView height={height}>{children}</InView>}
      {legend === undefined ? null : <div className="mt-3">{legend}</div>}
      <details className="mt-3">
        <summary className="inline-flex min-h-9 cursor-pointer items-center text-sm font-semibold text-accent max-rail:min-h-11">Show as table</summary>
        <div className="mt-2">{table}</div>
      </details>
    </figure>
  );
}
