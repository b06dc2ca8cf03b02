import Link from "next/link";
import { SourceChip, Value, type ValueState } from "@/components/ui/value";
import type { MatrixRowView } from "@/lib/decision/types";

type Shown = Pick<MatrixRowView, "value" | "valueText" | "ageMs" | "freshness" | "source">;

const UNITS: [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** Age of a value in one unit: `3 h old`, `now`. */
export function ageText(ms: number): string {
  const unit = UNITS.find(([size]) => ms >= size);
  return unit === undefined ? "now" : `${Math.floor(ms / unit[0])} ${unit[1]} old`;
}

function stateOf(row: Shown, slug: string, metric: string): ValueState {
  if (row.value === null) {
    return { state: "unknown", reason: "No value yet.", fix: <Link href={`/projects/${slug}/metrics?enter=${metric}#enter`}>Enter it</Link> };
  }
  if (row.freshness === "stale") return { state: "stale", text: row.valueText, age: ageText(row.ageMs ?? 0) };
  return { state: "value", text: row.valueText, zero: row.value === 0 && row.valueText !== "no" };
}

/** The value of a metric now, with its age and where it comes from. */
export function MetricNow({ row, slug, metric }: { row: Shown; slug: string; metric: string }) {
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <Value value={stateOf(row, slug, metric)} className={row.value === null ? "text-sm" : "font-semibold"} />
      {row.value === null ? null : (
        <span className="inline-flex items-baseline gap-2 text-xs text-ink-2">
          {row.freshness === "fresh" && row.ageMs !== null ? <span>{ageText(row.ageMs)}</span> : null}
          <SourceChip source={row.source === "entered" ? "Entered" : "Metered"} title={`Source: ${row.source}`} />
        </span>
      )}
    </span>
  );
}
