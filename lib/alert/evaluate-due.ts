import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { log } from "@/lib/service/log";
import { type DueResult, evaluateDueTriggers } from "@/lib/trigger/evaluate-due";
import { type Settled, settle } from "@/lib/trigger/settle";
import { FORGOTTEN, type HoldMemory, type NoDataPolicy } from "@/lib/trigger/types";
import { levelsOf, operatorOf, ruleState, type StoredLevels, thresholdPassed } from "./levels";
import type { AlertLevel, Level, RuleState } from "./types";

interface ClaimedRule extends StoredLevels {
  id: string;
  projectId: string;
  metricId: string;
  holdMs: number;
  noData: string;
  staleAfterMs: number | null;
  state: RuleState;
  stateSince: Date | null;
  version: number;
  sampleSeq: number;
  ruleText: string;
}

const RULE_TEXT = `concat_ws('|', t.metric_id, t.op, coalesce(t.warning::text, ''), coalesce(t.critical::text, ''), t.levels::text, t.hold_ms, t.no_data,
  coalesce(m.stale_after_ms::text, ''))`;
const FROM_DUE = `FROM alert_rule t JOIN metric m ON m.id = t.metric_id JOIN project p ON p.id = t.project_id
  WHERE t.removed_at IS NULL AND m.removed_at IS NULL AND p.archived_at IS NULL
    AND (t.evaluated_at IS NULL OR t.seen_seq < m.sample_seq OR t.check_at <= $1 OR t.seen_rule <> ${RULE_TEXT})`;

/**
 * Evaluates alert rules with new samples, a changed rule or a moment at which silence counts, opens, raises and closes
 * their alerts. Safe by many workers, like evaluateDueTriggers. An alert stays open while its metric is silent: no
 * data is never healthy. Raising the level takes an acknowledgement back.
 */
export async function evaluateDueAlerts(db: Pick<Db, "pool">, now: Date, limit = 500): Promise<DueResult> {
  const due = await rows<{ id: string }>(db.pool, `SELECT t.id ${FROM_DUE} ORDER BY t.evaluated_at NULLS FIRST LIMIT $2`, [now, limit]);
  const result: DueResult = { evaluated: 0, changed: 0, failed: 0 };
  for (const { id } of due) {
    try {
      const changed = await inTransaction(db, (tx) => evaluateOne(tx, id, now));
      if (changed === null) continue;
      result.evaluated += 1;
      result.changed += changed ? 1 : 0;
    } catch (error) {
      result.failed += 1;
      log.error({ err: error, rule: id }, "alert rule could not be evaluated");
    }
  }
  return result;
}

/** Triggers and alert rules: what the worker calls every second or so. */
export async function evaluateDue(db: Pick<Db, "pool">, now: Date): Promise<{ triggers: DueResult; alerts: DueResult }> {
  return { triggers: await evaluateDueTriggers(db, now), alerts: await evaluateDueAlerts(db, now) };
}

async function evaluateOne(tx: Tx, id: string, now: Date): Promise<boolean | null> {
  const row = await firstRow<ClaimedRule>(
    tx,
    `SELECT t.id, t.project_id AS "projectId", t.metric_id AS "metricId", t.op, t.warning, t.critical, t.levels, t.hold_ms AS "holdMs",
       t.no_data AS "noData", m.stale_after_ms AS "staleAfterMs", t.state, t.state_since AS "stateSince", t.version,
       m.sample_seq AS "sampleSeq", ${RULE_TEXT} AS "ruleText" ${FROM_DUE} AND t.id = $2 FOR UPDATE OF t SKIP LOCKED`,
    [now, id],
  );
  if (row === null) return null;
  const levels = levelsOf(row);
  const [warning, critical] = [await settleLevel(tx, row, levels.warning, "warning", now), await settleLevel(tx, row, levels.critical, "critical", now)];
  const memory = (warning ?? critical)?.memory ?? FORGOTTEN;
  const state = ruleState(warning?.memory.state ?? null, critical?.memory.state ?? null);
  const since = state === row.state && row.stateSince !== null ? row.stateSince : sinceOf(state, warning?.memory ?? null, critical?.memory ?? null, now);
  const checks = [warning?.checkAt, critical?.checkAt].flatMap((at) => (at ? [at.getTime()] : []));
  const written = await tx.query(
    `UPDATE alert_rule SET state = $3, state_since = $4, true_since = $5, critical_since = $6, last_value = $7, last_sample_at = $8, evaluated_at = $9,
       seen_seq = $10, seen_rule = $11, check_at = $12, version = version + 1 WHERE id = $1 AND version = $2`,
    [
      row.id,
      row.version,
      state,
      since,
      warning?.memory.trueSince ?? null,
      critical?.memory.trueSince ?? null,
      memory.lastValue,
      memory.lastSampleAt,
      now,
      row.sampleSeq,
      row.ruleText,
      checks.length === 0 ? null : new Date(Math.min(...checks)),
    ],
  );
  if (written.rowCount !== 1) throw new Error("the rule changed while it was locked");
  await settleAlert(tx, row, { state, since, value: memory.lastValue, threshold: thresholdPassed(memory.lastValue, levels) });
  return state !== row.state;
}

/** Read from history every time: rules are few, and the two levels have runs of their own. */
async function settleLevel(tx: Tx, row: ClaimedRule, level: Level | null, name: AlertLevel, now: Date): Promise<Settled | null> {
  const op = level === null ? null : operatorOf(level.op);
  if (level === null || op === null) return null;
  // Silence that is declared to alert, warns; it does not pass the critical limit.
  const noData: NoDataPolicy = row.noData === "alert" ? (name === "warning" ? "firing" : "ok") : row.noData === "ok" ? "ok" : "unknown";
  const rule = { op, value: level.value, high: null, holdMs: row.holdMs, noData, staleAfterMs: row.staleAfterMs };
  return settle(tx, row, rule, FORGOTTEN, { replay: true, now });
}

function sinceOf(state: RuleState, warning: HoldMemory | null, critical: HoldMemory | null, now: Date): Date {
  return (state === "critical" ? critical : (warning ?? critical))?.stateSince ?? now;
}

/** Opens, raises, lowers or closes the rule's alert. */
async function settleAlert(tx: Tx, row: ClaimedRule, now: { state: RuleState; since: Date; value: number | null; threshold: number | null }): Promise<void> {
  const open = await firstRow<{ id: string; level: AlertLevel; startedAt: Date }>(
    tx,
    `SELECT id, level, started_at AS "startedAt" FROM alert WHERE rule_id = $1 AND ended_at IS NULL FOR UPDATE`,
    [row.id],
  );
  if (now.state === "warning" || now.state === "critical") {
    if (open === null) {
      await tx.query("INSERT INTO alert (id, project_id, rule_id, level, started_at, value, threshold) VALUES ($1, $2, $3, $4, $5, $6, $7)", [
        newId(),
        row.projectId,
        row.id,
        now.state,
        now.since,
        now.value,
        now.threshold,
      ]);
    } else if (open.level !== now.state) {
      await tx.query(
        `UPDATE alert SET level = $2, value = $3, threshold = $4, version = version + 1,
           acknowledged_at = CASE WHEN $2 = 'critical' THEN NULL ELSE acknowledged_at END,
           acknowledged_by = CASE WHEN $2 = 'critical' THEN NULL ELSE acknowledged_by END WHERE id = $1`,
        [open.id, now.state, now.value, now.threshold],
      );
    }
    return;
  }
  if (open !== null && (now.state === "ok" || now.state === "pending")) {
    const end = new Date(Math.max(now.since.getTime(), open.startedAt.getTime()));
    await tx.query("UPDATE alert SET ended_at = $2, version = version + 1 WHERE id = $1", [open.id, end]);
  }
}
