import Link from "next/link";
import { Status } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";
import type { Confidence, DecisionView } from "@/lib/decision/types";

/** How much of what decides is known, with a way to enter each value that is missing. */
export function ConfidencePanel({ view }: { view: DecisionView }) {
  const { confidence } = view;
  const percent = Math.round(confidence.share * 100);
  const enough = confidence.share >= confidence.limit;
  return (
    <div data-testid="confidence">
      <p>
        <Status tone={enough ? "ok" : "warn"}>
          Confidence {percent} %: {confidence.known} of {confidence.total} {confidence.total === 1 ? "metric" : "metrics"} known and fresh
        </Status>
      </p>
      <p className="mt-1 text-sm text-ink-2">
        {enough ? "Enough to name a stack." : "No stack is named."} The limit is {Math.round(confidence.limit * 100)} %.
      </p>
      {confidence.missing.length === 0 ? null : <Missing missing={confidence.missing} slug={view.project.slug} />}
    </div>
  );
}

function Missing({ missing, slug }: { missing: Confidence["missing"]; slug: string }) {
  const questions = missing.filter((metric) => metric.kind === "boolean");
  const numbers = missing.filter((metric) => metric.kind === "number");
  const list = (title: string, entries: Confidence["missing"]) =>
    entries.length === 0 ? null : (
      <div className="mt-2 text-sm">
        <p className="font-semibold">{title}</p>
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          {entries.map((metric) => (
            <li key={metric.metric} className="inline-flex flex-wrap items-baseline gap-x-1.5">
              <Link href={`/projects/${slug}/metrics?enter=${metric.metric}#enter`} className="inline-flex min-h-6 items-center">
                {metric.name}
              </Link>
              <span className="text-ink-2">{metric.state === "stale" && metric.ageMs !== null ? `stale, ${formatDuration(metric.ageMs)} old` : "unknown"}</span>
            </li>
          ))}
        </ul>
      </div>
    );
  return (
    <>
      {list("Enter or refresh", numbers)}
      {list("Yes/no questions without an answer (not counted)", questions)}
    </>
  );
}
