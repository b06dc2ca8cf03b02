import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { combineStates } from "./evaluate";
import { settle } from "./settle";
import { FORGOTTEN, type TriggerGroupView, type TriggerKind, type TriggerView } from "./types";

type StoredTrigger = Omit<TriggerView, "stateSince" | "trueSince" | "lastSampleAt"> & {
  metricId: string;
  stateSince: Date | null;
  trueSince: Date | null;
  lastSampleAt: Date | null;
};

interface GroupRow {
  key: string;
  name: string;
  kind: TriggerKind;
  combine: "any" | "all";
  from: string | null;
  to: string | null;
}

/**
 * Trigger groups of a project with their triggers and states. With `at` the states are computed again from the
 * samples as they were known by their times at that moment, under the rules of today.
 */
export async function listTriggerGroups(db: Pick<Db, "pool">, projectId: string, at?: Date): Promise<TriggerGroupView[]> {
  const [groups, triggers] = await Promise.all([
    rows<GroupRow>(
      db.pool,
      `SELECT key, name, kind, combine, from_stack AS "from", to_stack AS "to" FROM trigger_group
       WHERE project_id = $1 AND removed_at IS NULL ORDER BY position, key`,
      [projectId],
    ),
    rows<StoredTrigger>(
      db.pool,
      `SELECT t.id, t.key, g.key AS "groupKey", t.metric_id AS "metricId", m.key AS "metricKey", m.name AS "metricName",
         coalesce(nullif(t.unit, ''), m.unit) AS unit, t.text, t.kind, t.op, t.value, t.high, t.hold_ms AS "holdMs", m.stale_after_ms AS "staleAfterMs",
         t.no_data AS "noData", t.qualitative, coalesce(t.from_stack, g.from_stack) AS "from", coalesce(t.to_stack, g.to_stack) AS "to",
         t.state, t.state_since AS "stateSince", t.true_since AS "trueSince", t.last_value AS "lastValue", t.last_sample_at AS "lastSampleAt"
       FROM trigger t JOIN trigger_group g ON g.id = t.group_id JOIN metric m ON m.id = t.metric_id
       WHERE t.project_id = $1 AND t.removed_at IS NULL AND g.removed_at IS NULL ORDER BY g.position, t.position, t.key`,
      [projectId],
    ),
  ]);
  const views = await Promise.all(triggers.map(async (trigger) => toView(at === undefined ? trigger : await stateAt(db, projectId, trigger, at))));
  return groups.map((group) => {
    const members = views.filter((view) => view.groupKey === group.key);
    return {
      ...group,
      state: combineStates(
        group.combine,
        members.map((member) => member.state),
      ),
      triggers: members,
    };
  });
}

async function stateAt(db: Pick<Db, "pool">, projectId: string, trigger: StoredTrigger, at: Date): Promise<StoredTrigger> {
  const { memory } = await settle(db.pool, { projectId, metricId: trigger.metricId }, trigger, FORGOTTEN, { replay: true, now: at });
  return { ...trigger, ...memory };
}

function toView({ metricId: _, ...trigger }: StoredTrigger): TriggerView {
  return {
    ...trigger,
    stateSince: trigger.stateSince?.toISOString() ?? null,
    trueSince: trigger.trueSince?.toISOString() ?? null,
    lastSampleAt: trigger.lastSampleAt?.toISOString() ?? null,
  };
}

/** A change of state of a trigger as activity lists show it. */
export interface TriggerEventView {
  at: string;
  triggerKey: string;
  from: string;
  to: string;
  value: number | null;
}

/** The newest changes of state of a project's triggers, newest first. */
export async function listTriggerEvents(db: Pick<Db, "pool">, projectId: string, limit = 50): Promise<TriggerEventView[]> {
  const found = await rows<Omit<TriggerEventView, "at"> & { at: Date }>(
    db.pool,
    `SELECT e.at, t.key AS "triggerKey", e.from_state AS "from", e.to_state AS "to", e.value
     FROM trigger_event e JOIN trigger t ON t.id = e.trigger_id WHERE e.project_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2`,
    [projectId, limit],
  );
  return found.map((event) => ({ ...event, at: event.at.toISOString() }));
}
