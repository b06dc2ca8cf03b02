import type { DecisionView, MatrixRowView } from "@/lib/decision/types";
import { conditionText, formatLimit, formatNumber } from "@/lib/decision/words";

/** What stands behind one row: where the value is against the next edge, the forecast, and the rules that use it. */
export function Why({ row, view }: { row: MatrixRowView; view: DecisionView }) {
  const rules = view.groups.flatMap((group) => group.triggers.filter((trigger) => trigger.metricKey === row.metric));
  const nameOf = (stack: string | null) =>
    view.matrix.columns.find((one) => one.stack === stack)?.name ?? view.stacks.find((one) => one.key === stack)?.name ?? stack;
  return (
    <details className="text-sm">
      <summary className="min-h-6 text-xs text-accent">Why this number</summary>
      <ul className="mt-1 grid max-w-md gap-1 text-ink-2">
        <li>
          {row.value === null || row.at === null
            ? "No value has come in yet, so the row counts neither for nor against a move."
            : `${row.valueText}, measured ${row.at.slice(0, 16).replace("T", " ")} UTC, ${row.source === "entered" ? "entered by a person" : `source: ${row.source}`}.`}
        </li>
        {row.role === "result" ? <li>This row follows from the stack; it has no vote.</li> : null}
        {row.freshness === "stale" ? <li>The value is older than the metric allows: the row has no vote.</li> : null}
        {row.edge === null ? null : (
          <li>
            Next edge {formatLimit(row.edge.value, row.unit)}
            {row.edge.sharePercent === null ? "" : `, ${formatNumber(Math.floor(row.edge.sharePercent))} % of it reached`};{" "}
            {row.edge.direction === "up" ? "above" : "below"} it: {nameOf(row.edge.beyond)}.
          </li>
        )}
        {row.projection === null ? null : <li>{row.projection.text}</li>}
        {rules.map((rule) => (
          <li key={rule.id}>
            Rule <code>{rule.key}</code>: {conditionText(rule)}
            {rule.to === null || rule.to === rule.from ? "" : `, ${nameOf(rule.from)} to ${nameOf(rule.to)}`}.
          </li>
        ))}
        <li>{view.planVersion === null ? "Rules as declared." : `Rules of plan version ${view.planVersion}.`}</li>
      </ul>
    </details>
  );
}
