import type { Draft } from "../draft";
import type { MetricName } from "../grammar/metric-names";

/** Adds a metric unless the plan has it. @returns its key, under which entries refer to it. */
export function ensureMetric(draft: Draft, { key, name, unit }: MetricName, line: number, kind: "number" | "boolean" = "number"): string {
  let wanted = key;
  for (let n = 2; ; n++) {
    const known = draft.plan.metrics.find((metric) => metric.key === wanted);
    if (known === undefined) break;
    // A yes/no question never shares a metric with a number.
    if ((known.kind ?? "number") === kind) {
      if (known.unit === undefined && unit !== null && kind === "number") known.unit = unit.slice(0, 40);
      return wanted;
    }
    wanted = `${key.slice(0, 58)}_${n}`;
  }
  draft.add("metrics", { key: wanted, name: name.slice(0, 200) || wanted, kind, ...(unit === null ? {} : { unit: unit.slice(0, 40) }), line }, line);
  return wanted;
}
