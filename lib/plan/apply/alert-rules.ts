import { parseDuration } from "@/lib/core/duration";
import { newId } from "@/lib/core/ids";
import type { Tx } from "@/lib/db/transaction";
import type { Plan } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const same = ["metric_id", "op", "warning", "critical", "levels", "hold_ms", "no_data", "expr"]
  .map((name) => `t.${name} IS NOT DISTINCT FROM EXCLUDED.${name}`)
  .join(" AND ");

const RULE = {
  table: "alert_rule",
  columns: {
    id: "text",
    project_id: "text",
    key: "text",
    name: "text",
    metric_id: "text",
    op: "text",
    warning: "float8",
    critical: "float8",
    unit: "text",
    levels: "jsonb",
    hold_ms: "bigint",
    action: "text",
    channel: "text",
    no_data: "text",
    expr: "text",
    text: "text",
  },
  conflict: ["project_id", "key"],
  // A changed condition starts anew, a changed name does not.
  onChange: `version = t.version + 1,
    state = CASE WHEN ${same} THEN t.state ELSE 'unknown' END,
    true_since = CASE WHEN ${same} THEN t.true_since END,
    last_value = CASE WHEN ${same} THEN t.last_value END,
    last_sample_at = CASE WHEN ${same} THEN t.last_sample_at END,
    evaluated_at = CASE WHEN ${same} THEN t.evaluated_at END`,
};

/** Alert rules. The alerts of rules that are gone end now. */
export async function applyAlertRules(tx: Tx, target: Target, plan: Plan, metrics: Map<string, string>): Promise<void> {
  const ids = await upsert(
    tx,
    RULE,
    plan.alertRules.map((rule) => ({
      id: newId(),
      project_id: target.projectId,
      key: rule.key,
      name: rule.name ?? rule.key,
      metric_id: rule.metric === undefined ? null : metrics.get(rule.metric),
      op: rule.warning?.op ?? rule.critical?.op ?? rule.levels[0]?.op ?? null,
      warning: rule.warning?.value ?? null,
      critical: rule.critical?.value ?? null,
      unit: rule.unit ?? "",
      levels: rule.levels,
      hold_ms: rule.for === undefined ? 0 : parseDuration(rule.for),
      action: rule.action ?? "",
      channel: rule.channel ?? rule.critical?.channel ?? rule.warning?.channel ?? "",
      no_data: rule.noData,
      expr: rule.expr ?? null,
      text: rule.note ?? "",
    })),
  );
  const removed = await markRemoved(tx, "alert_rule", target.projectId, ids, target.now, "origin = 'plan'");
  await tx.query("UPDATE alert SET ended_at = $2, version = version + 1 WHERE rule_id = ANY($1::text[]) AND ended_at IS NULL", [removed, target.now]);
}
