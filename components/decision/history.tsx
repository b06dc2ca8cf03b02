import { Facts } from "@/components/ui/layout";
import { formatDay, formatInstant } from "@/lib/core/time";
import type { RecordedDecision } from "@/lib/decision/types";

/** Recorded decisions, newest first, with what was known at the time. */
export function DecisionHistory({ decisions, timeZone }: { decisions: RecordedDecision[]; timeZone: string }) {
  return (
    <ol className="grid gap-3">
      {decisions.map((decision) => (
        <li key={decision.id} data-testid="decision" className="rounded-lg border border-line p-3">
          <p className="font-semibold">
            {decision.number}. {decision.stackName ?? decision.stackKey}
          </p>
          <p className="text-sm text-ink-2">
            {decision.decidedBy ?? "somebody"}, {formatInstant(new Date(decision.decidedAt), timeZone)}
            {decision.reviewAt === null ? "" : `; look again on ${formatDay(new Date(decision.reviewAt), timeZone)}`}
          </p>
          <p className="mt-1 break-words">{decision.reason}</p>
          <details className="mt-1 text-sm">
            <summary className="min-h-6 text-accent">What was known then</summary>
            <div className="mt-2">
              <Frozen decision={decision} />
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}

interface FrozenInputs {
  matrix?: { rows?: { metric?: string; label?: string; valueText?: string; freshness?: string }[] };
}

function Frozen({ decision }: { decision: RecordedDecision }) {
  const rows = (decision.inputs as FrozenInputs | null)?.matrix?.rows ?? [];
  return (
    <Facts
      items={[
        { name: "Verdict", value: decision.verdict },
        { name: "Confidence", value: `${Math.round(decision.confidence * 100)} %` },
        ...rows.map((row) => ({
          name: row.label ?? row.metric ?? "",
          value: row.valueText ? `${row.valueText}${row.freshness === "stale" ? " (stale)" : ""}` : "unknown",
        })),
      ]}
    />
  );
}
