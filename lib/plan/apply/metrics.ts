import { parseDuration } from "@/lib/core/duration";
import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/db/transaction";
import type { Plan } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const METRIC = {
  table: "metric",
  columns: {
    id: "text",
    project_id: "text",
    key: "text",
    name: "text",
    unit: "text",
    kind: "text",
    aggregation: "text",
    aliases: "text[]",
    stale_after_ms: "bigint",
  },
  conflict: ["project_id", "key"],
};

/** Metrics of the plan; returns their ids by key. Where values come from (source) is set in the project, not in the plan. */
export async function applyMetrics(tx: Tx, target: Target, plan: Plan): Promise<Map<string, string>> {
  const ids = await upsert(
    tx,
    METRIC,
    plan.metrics.map((metric) => ({
      id: newId(),
      project_id: target.projectId,
      key: metric.key,
      name: metric.name,
      unit: metric.unit ?? "",
      kind: metric.kind,
      aggregation: metric.aggregation,
      aliases: metric.aliases ?? [],
      stale_after_ms: metric.staleAfter === undefined ? null : parseDuration(metric.staleAfter),
    })),
  );
  await markRemoved(tx, "metric", target.projectId, ids, target.now);
  return new Map(plan.metrics.map((metric, i) => [metric.key, ids[i] ?? ""]));
}
