import type { Draft } from "../draft";
import { findQuantities } from "../grammar/quantity";
import type { Table } from "../tree";
import { columnKinds } from "./triggers-tables";
import type { Extract } from "./types";

/** "Metric | Normal | Alert": what is normal, beside the limits of the same row. Alerts are read before. */
export const baselines: Extract = ({ tree, draft }) => {
  const rules = new Map<number, { metric: string; op: string | undefined }>();
  for (const { line, metric, warning, critical } of draft.plan.alertRules) {
    const first = typeof line === "number" ? line : line?.[0];
    if (first !== undefined && metric !== undefined && !rules.has(first)) rules.set(first, { metric, op: (warning ?? critical)?.op });
  }
  if (rules.size === 0) return;
  for (const block of tree.blocks) if (block.type === "table") fromTable(block, draft, rules);
};

function fromTable(table: Table, draft: Draft, rules: ReadonlyMap<number, { metric: string; op: string | undefined }>): void {
  const column = columnKinds(table).indexOf("baseline");
  if (column < 0) return;
  for (const row of table.rows) {
    const rule = rules.get(row.line);
    const text = row.cells[column]?.text ?? "";
    const [one, other] = findQuantities(text);
    // A comparison or a range is no single value that is usual.
    if (rule === undefined || one === undefined || other !== undefined || /[<>≤≥]|\d\s?[-–—]\s?\d/.test(text)) continue;
    const metric = draft.plan.metrics.find((entry) => entry.key === rule.metric);
    if (one.unit !== null && metric?.unit !== undefined && one.unit !== metric.unit) continue;
    if (draft.plan.targets.some((target) => target.metric === rule.metric && target.baseline === true)) continue;
    draft.add(
      "targets",
      { key: draft.key("targets", rule.metric, "normal"), metric: rule.metric, average: one.value, baseline: true, line: row.line },
      row.line,
    );
  }
}
