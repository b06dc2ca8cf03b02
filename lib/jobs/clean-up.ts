import type { Db } from "@/lib/db/prisma";

/*
 * What is thrown away and when. Journal, audit, approvals, attempts and decisions are never among it.
 */

const RULES: { what: string; sql: string }[] = [
  { what: "answers of repeated commands after two days", sql: "DELETE FROM idempotency_key WHERE created_at < $1::timestamptz - interval '2 days'" },
  { what: "sign-in attempts after 30 days", sql: "DELETE FROM sign_in_attempt WHERE at < $1::timestamptz - interval '30 days'" },
  {
    what: "browsers 30 days after their end",
    sql: "DELETE FROM browser_session WHERE least(expires_at, coalesce(revoked_at, expires_at)) < $1::timestamptz - interval '30 days'",
  },
  { what: "unused links 30 days after their end", sql: "DELETE FROM one_time_link WHERE expires_at < $1::timestamptz - interval '30 days'" },
  {
    what: "documents under review 60 days after they were last touched",
    sql: "DELETE FROM plan_draft WHERE updated_at < $1::timestamptz - interval '60 days'",
  },
  {
    what: "good guard samples 30 days after their run",
    sql: `DELETE FROM guard_sample s USING run r WHERE r.id = s.run_id AND r.ended_at < $1::timestamptz - interval '30 days' AND s.verdict = 'ok'`,
  },
  {
    what: "step logs a year after their run",
    sql: "DELETE FROM step_log l USING run r WHERE r.id = l.run_id AND r.ended_at < $1::timestamptz - interval '365 days'",
  },
];

/** Deletes what is past its time; returns rows per rule that deleted any. Repeatable, safe by many workers. */
export async function cleanUp(db: Pick<Db, "pool">, now: Date): Promise<Record<string, number>> {
  const done: Record<string, number> = {};
  for (const rule of RULES) {
    const result = await db.pool.query(rule.sql, [now]);
    if ((result.rowCount ?? 0) > 0) done[rule.what] = result.rowCount ?? 0;
  }
  return done;
}
