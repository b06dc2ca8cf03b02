import { parseDuration } from "@/lib/core/duration";
import { newId } from "@/lib/core/ids";
import { rows, type Tx } from "@/lib/db/transaction";
import type { Plan, PlanTrigger, PlanTriggerGroup } from "../types";
import type { Target } from "./target";
import { markRemoved, upsert } from "./upsert";

const GROUP = {
  table: "trigger_group",
  columns: { id: "text", project_id: "text", key: "text", name: "text", kind: "text", combine: "text", from_stack: "text", to_stack: "text", position: "int" },
  conflict: ["project_id", "key"],
};

const TRIGGER = {
  table: "trigger",
  columns: {
    id: "text",
    project_id: "text",
    group_id: "text",
    metric_id: "text",
    key: "text",
    text: "text",
    kind: "text",
    op: "text",
    value: "float8",
    high: "float8",
    unit: "text",
    hold_ms: "bigint",
    no_data: "text",
    qualitative: "boolean",
    from_stack: "text",
    to_stack: "text",
    position: "int",
  },
  conflict: ["project_id", "key"],
};

/** What makes two triggers the same question: only then may the answer of one be kept for the other. */
const CONDITION = ["metric_id", "op", "value", "high", "hold_ms", "no_data", "qualitative"] as const;

/** Trigger groups and triggers. State and hold time of a trigger whose condition did not change are kept. */
export async function applyTriggers(tx: Tx, target: Target, plan: Plan, metrics: Map<string, string>): Promise<void> {
  const groups = groupsOf(plan);
  const groupIds = await upsert(
    tx,
    GROUP,
    groups.map((group, position) => ({
      id: newId(),
      project_id: target.projectId,
      key: group.key,
      name: group.name,
      kind: group.kind,
      combine: group.combine,
      from_stack: group.from ?? null,
      to_stack: group.to ?? null,
      position,
    })),
  );
  const idOf = new Map(groups.map((group, i) => [group.key, groupIds[i] ?? ""]));
  const kinds = new Map(plan.metrics.map((metric) => [metric.key, metric.kind]));
  const entries = plan.triggers.map((trigger, position) => {
    const group = groups.find((candidate) => candidate.key === groupKeyOf(trigger));
    return {
      id: newId(),
      project_id: target.projectId,
      group_id: idOf.get(groupKeyOf(trigger)),
      metric_id: metrics.get(trigger.metric),
      key: trigger.key,
      text: trigger.text ?? "",
      kind: trigger.kind,
      op: trigger.op,
      value: Number(trigger.value),
      high: trigger.high ?? null,
      unit: trigger.unit ?? "",
      hold_ms: trigger.for === undefined ? 0 : parseDuration(trigger.for),
      no_data: trigger.noData,
      qualitative: kinds.get(trigger.metric) === "boolean",
      from_stack: trigger.from ?? group?.from ?? null,
      to_stack: trigger.to ?? group?.to ?? null,
      position,
    };
  });
  await resetChanged(tx, target, entries);
  const ids = await upsert(tx, TRIGGER, entries);
  await markRemoved(tx, "trigger", target.projectId, ids, target.now);
  await markRemoved(tx, "trigger_group", target.projectId, groupIds, target.now);
}

/** A changed condition starts anew: what was true of the old one says nothing about the new one. */
async function resetChanged(tx: Tx, target: Target, entries: readonly Record<string, unknown>[]): Promise<void> {
  const different = CONDITION.map((name) => `t.${name} IS DISTINCT FROM r.${name}`).join(" OR ");
  const record = ["key", ...CONDITION].map((name) => `${name} ${TRIGGER.columns[name as keyof typeof TRIGGER.columns]}`).join(", ");
  const reset = await rows<{ id: string; state: string }>(
    tx,
    `WITH changed AS (
       SELECT t.id, t.state FROM jsonb_to_recordset($2::jsonb) AS r(${record})
         JOIN trigger t ON t.project_id = $1 AND t.key = r.key WHERE ${different} OR t.removed_at IS NOT NULL FOR UPDATE OF t)
     UPDATE trigger SET state = 'unknown', state_since = $3, true_since = NULL, last_value = NULL, last_sample_at = NULL, evaluated_at = NULL, version = version + 1
       FROM changed WHERE trigger.id = changed.id RETURNING trigger.id, changed.state`,
    [target.projectId, JSON.stringify(entries), target.now],
  );
  const events = reset.filter((row) => row.state !== "unknown").map((row) => ({ id: newId(), trigger_id: row.id, from_state: row.state }));
  if (events.length === 0) return;
  await tx.query(
    `INSERT INTO trigger_event (id, project_id, trigger_id, at, from_state, to_state)
     SELECT id, $1, trigger_id, $2, from_state, 'unknown' FROM jsonb_to_recordset($3::jsonb) AS r(id text, trigger_id text, from_state text)`,
    [target.projectId, target.now, JSON.stringify(events)],
  );
}

/** Key of the group a trigger belongs to; triggers without one share a group per transition and kind. */
function groupKeyOf(trigger: PlanTrigger): string {
  return trigger.group ?? `${trigger.from ?? "any"}.${trigger.to ?? "any"}.${trigger.kind}`;
}

function groupsOf(plan: Plan): PlanTriggerGroup[] {
  const groups = [...plan.triggerGroups];
  const stackName = (key: string | undefined) => plan.stacks.find((stack) => stack.key === key)?.name ?? "any stack";
  for (const trigger of plan.triggers) {
    const key = groupKeyOf(trigger);
    if (groups.some((group) => group.key === key)) continue;
    const name = `${stackName(trigger.from)} to ${stackName(trigger.to)}`;
    groups.push({ key, name, combine: "any", combineStated: false, kind: trigger.kind, from: trigger.from, to: trigger.to });
  }
  return groups;
}
