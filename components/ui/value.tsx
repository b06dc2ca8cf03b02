import { Clock } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { StatusShape } from "@/components/ui/status";

/**
 * Every figure of every page: a value, a measured zero, not yet, unknown, stale or not applicable are six
 * different things and look different.
 */
export type ValueState =
  | { state: "value"; text: string; zero?: boolean }
  | { state: "not-yet"; reason: string }
  | { state: "unknown"; reason: string; fix?: ReactNode }
  | { state: "stale"; text: string; age: string }
  | { state: "not-applicable" };

export function Value({ value, className }: { value: ValueState; className?: string }) {
  switch (value.state) {
    case "value":
      return <span className={classNames("num", value.zero && "text-ink-2", className)}>{value.text}</span>;
    case "not-yet":
      return (
        <span data-state="not-yet" className={classNames("text-ink-2", className)}>
          – {value.reason}
        </span>
      );
    case "unknown":
      return (
        <span data-state="unknown" className={classNames("inline-flex flex-wrap items-baseline gap-x-1.5", className)}>
          <StatusShape tone="unknown" className="self-center" />
          <span>Unknown.</span> <span className="text-ink-2">{value.reason}</span> {value.fix}
        </span>
      );
    case "stale":
      return (
        <span data-state="stale" className={classNames("num inline-flex items-baseline gap-1", className)}>
          {value.text}
          <span className="inline-flex items-baseline gap-1 text-sm text-ink-2">
            <Clock className="size-3 self-center" aria-hidden="true" />({value.age})
          </span>
        </span>
      );
    case "not-applicable":
      return (
        <span data-state="not-applicable" className={classNames("text-ink-2", className)}>
          n/a
        </span>
      );
  }
}

export type Source = "Billed" | "Metered" | "Estimated" | "Entered" | "Stated" | "Planned";

/** Where a number comes from. */
export function SourceChip({ source, title }: { source: Source; title?: string }) {
  return (
    <span title={title} className="inline-block rounded border border-line px-1.5 py-px text-xs font-medium text-ink-2">
      {source}
    </span>
  );
}

/** A card-sized figure: label, value, and a line of context below. */
export function Figure({ label, children, note, testId }: { label: ReactNode; children: ReactNode; note?: ReactNode; testId?: string }) {
  return (
    <div data-testid={testId} className="min-w-0">
      <p className="text-sm text-ink-2">{label}</p>
      <p className="num text-xl font-semibold">{children}</p>
      {note === undefined ? null : <p className="text-sm text-ink-2">{note}</p>}
    </div>
  );
}
