import { conditionText } from "@/components/migration/words";
import { formatDuration, parseDuration } from "@/lib/core/duration";
import type { Runbook } from "@/lib/migration/types";

/** What watches a run of this runbook, and what each guard does. */
export function Guards({ runbook }: { runbook: Runbook }) {
  if (runbook.guards.length === 0) return <p className="text-sm text-ink-2">No guards: nothing would stop or undo a run by itself. Add them to the runbook.</p>;
  return (
    <ul className="divide-y divide-line text-sm">
      {runbook.guards.map((guard) => (
        <li key={guard.key} className="py-1.5">
          <span className="font-medium">{conditionText(guard)}</span>
          <span className="block text-xs text-ink-2">
            {guard.effect === "rollback" ? "rolls back by itself" : "holds the run"}; watched every {formatDuration(parseDuration(guard.interval))} from the{" "}
            {guard.arm === "traffic" ? "first traffic change" : "start"} on; no data for {formatDuration(parseDuration(guard.noDataFor))}:{" "}
            {guard.noData === "ignore" ? "ignored" : guard.noData === "hold" ? "holds" : "rolls back"}
          </span>
        </li>
      ))}
    </ul>
  );
}
