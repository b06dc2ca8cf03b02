import type { TriggerGroupView } from "@/lib/trigger/types";
import type { Confidence, MatrixInput, MetricNow } from "./types";

/** Below this share of known and fresh metrics no stack is named. */
export const CONFIDENCE_LIMIT = 0.5;

/**
 * How much of what decides is known: metrics of the matrix's condition rows and of migrate and block triggers that leave
 * the present stack. Numbers count; yes/no questions are listed as missing but only count where nothing else is asked,
 * so that a plan with ten open questions can still be judged by its figures.
 */
export function confidenceOf(
  matrix: MatrixInput,
  groups: readonly TriggerGroupView[],
  currentStack: string | null,
  metrics: ReadonlyMap<string, MetricNow>,
  now: Date,
): Confidence {
  const asked = new Set(matrix.rows.filter((row) => row.role === "condition").map((row) => row.metric));
  for (const trigger of groups.flatMap((group) => group.triggers)) {
    const leaves = trigger.from === null || trigger.from === currentStack;
    if (leaves && (trigger.kind === "migrate" || trigger.kind === "block")) asked.add(trigger.metricKey);
  }
  const list = [...asked].map((key) => metrics.get(key)).filter((metric): metric is MetricNow => metric !== undefined);
  const numbers = list.filter((metric) => metric.kind === "number");
  const counted = numbers.length > 0 ? numbers : list;
  const known = counted.filter((metric) => metric.freshness === "fresh").length;
  return {
    known,
    total: counted.length,
    share: counted.length === 0 ? 1 : known / counted.length,
    limit: CONFIDENCE_LIMIT,
    missing: list.flatMap((metric) => {
      if (metric.freshness === "fresh") return [];
      const ageMs = metric.at === null ? null : now.getTime() - metric.at.getTime();
      return [{ metric: metric.key, name: metric.name, kind: metric.kind, state: metric.freshness, ageMs }];
    }),
  };
}
