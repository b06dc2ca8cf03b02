import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { log } from "@/lib/service/log";
import { settle } from "./settle";
import type { HoldMemory, HoldRule, Transition, TriggerState } from "./types";

/** A trigger as it is claimed, with where its metric stands. */
interface ClaimedRow extends HoldRule {
  id: string;
  projectId: string;
  metricId: string;
  state: TriggerState;
  stateSince: Date | null;
  trueSince: Date | null;
  lastValue: number | null;
  lastSampleAt: Date | null;
  evaluatedAt: Date | null;
  version: number;
  seenSeq: number;
  seenRule: string;
  sampleSeq: number;
  replaySeq: number;
  ruleText: string;
}

/** Everything that decides the outcome besides samples; a change of it starts the trigger again from history. */
const RULE_TEXT = `concat_ws('|', t.metric_id, t.op, t.value, coalesce(t.high::text, ''), t.hold_ms, t.no_data, coalesce(m.stale_after_ms::text, ''))`;
const FROM_DUE = `FROM trigger t JOIN metric m ON m.id = t.metric_id JOIN project p ON p.id = t.project_id
  WHERE t.removed_at IS NULL AND m.removed_at IS NULL AND p.archived_at IS NULL
    AND (t.evaluated_at IS NULL OR t.seen_seq < m.sample_seq OR t.check_at <= $1 OR t.seen_rule <> ${RULE_TEXT})`;

export interface DueResult {
  evaluated: number;
  /** Changes of state that were written. */
  changed: number;
  failed: number;
}

/**
 * Evaluates triggers that have new samples, a changed rule, or a moment at which silence counts. Several workers may call it at the
 * same time: each trigger is claimed with FOR UPDATE SKIP LOCKED in a transaction of its own and written back only at
 * its version, together with its trigger_event rows. A trigger that fails is logged and does not stop the others.
 *
 * @param now the moment of evaluation. Samples are taken by their own times (see state.ts).
 */
export async function evaluateDueTriggers(db: Pick<Db, "pool">, now: Date, limit = 500): Promise<DueResult> {
  const due = await rows<{ id: string }>(db.pool, `SELECT t.id ${FROM_DUE} ORDER BY t.evaluated_at NULLS FIRST LIMIT $2`, [now, limit]);
  const result: DueResult = { evaluated: 0, changed: 0, failed: 0 };
  for (const { id } of due) {
    try {
      const changes = await inTransaction(db, (tx) => evaluateOne(tx, id, now));
      if (changes === null) continue;
      result.evaluated += 1;
      result.changed += changes;
    } catch (error) {
      result.failed += 1;
      log.error({ err: error, trigger: id }, "trigger could not be evaluated");
    }
  }
  return result;
}

/** Number of changes of state, or null when another worker has the trigger or it is no longer due. */
async function evaluateOne(tx: Tx, id: string, now: Date): Promise<number | null> {
  const row = await firstRow<ClaimedRow>(
    tx,
    `SELECT t.id, t.project_id AS "projectId", t.metric_id AS "metricId", t.op, t.value, t.high, t.hold_ms AS "holdMs", t.no_data AS "noData",
       m.stale_after_ms AS "staleAfterMs", t.state, t.state_since AS "stateSince", t.true_since AS "trueSince", t.last_value AS "lastValue",
       t.last_sample_at AS "lastSampleAt", t.evaluated_at AS "evaluatedAt", t.version, t.seen_seq AS "seenSeq", t.seen_rule AS "seenRule",
       m.sample_seq AS "sampleSeq", m.replay_seq AS "replaySeq", ${RULE_TEXT} AS "ruleText"
     ${FROM_DUE} AND t.id = $2 FOR UPDATE OF t SKIP LOCKED`,
    [now, id],
  );
  if (row === null) return null;
  // A plan that changes a condition clears the evaluation.
  const replay = row.evaluatedAt === null || row.seenSeq < row.replaySeq || row.seenRule !== row.ruleText;
  const settled = await settle(tx, row, row, memoryOf(row), { replay, now });
  const { memory } = settled;
  const written = await tx.query(
    `UPDATE trigger SET state = $3, state_since = $4, true_since = $5, last_value = $6, last_sample_at = $7, evaluated_at = $8,
       seen_seq = $9, seen_rule = $10, check_at = $11, version = version + 1 WHERE id = $1 AND version = $2`,
    [
      row.id,
      row.version,
      memory.state,
      memory.stateSince,
      memory.trueSince,
      memory.lastValue,
      memory.lastSampleAt,
      now,
      row.sampleSeq,
      row.ruleText,
      settled.checkAt,
    ],
  );
  if (written.rowCount !== 1) throw new Error("the trigger changed while it was locked");
  for (const transition of settled.transitions) await writeEvent(tx, row, transition);
  return settled.transitions.length;
}

function memoryOf(row: ClaimedRow): HoldMemory {
  const { state, stateSince, trueSince, lastValue, lastSampleAt } = row;
  return { state, stateSince, trueSince, lastValue, lastSampleAt };
}

async function writeEvent(tx: Tx, row: ClaimedRow, transition: Transition): Promise<void> {
  await tx.query("INSERT INTO trigger_event (id, project_id, trigger_id, at, from_state, to_state, value) VALUES ($1, $2, $3, $4, $5, $6, $7)", [
    newId(),
    row.projectId,
    row.id,
    transition.at,
    transition.from,
    transition.to,
    transition.value,
  ]);
}
