import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import { UNDRIVEN_AFTER_MS } from "./driver";
import { type RunMode, UNDER_WAY } from "./types";

/** What may be wrong with a run under way, the worst first. */
export const TROUBLES = ["undriven", "needs-attention", "guard-breached", "undo", "paused", "guard-silent", "human"] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface RunTrouble {
  runId: string;
  project: string;
  migration: string;
  mode: RunMode;
  kind: Trouble;
  /** Titles of the guards or steps it is about. */
  titles: string[];
  /** Why it stands, where that was said. */
  why: string | null;
  since: Date;
}

const SAID = (type: string) => `(SELECT max(j.at) FROM journal_event j WHERE j.run_id = r.id AND j.type = '${type}')`;
/** On its way forward, with nothing but guards to keep it from going on. */
const GOES = "r.status IN ('running', 'observing') AND r.direction = 'forward' AND r.desired = 'go'";
/** Stands until a person lets it go on, also where a guard had it stand because nothing could be rolled back without loss. */
const PAUSED = "r.status = 'paused' AND r.paused_by IS NULL";

// Silence counts from when it was told (R-GRD-9): before that, a guard has only just missed a sample.
const QUERY = `
  SELECT DISTINCT ON (r.id) r.id AS "runId", p.name AS project, m.name AS migration, r.mode, t.kind, t.titles, t.why, coalesce(t.since, r.started_at, r.created_at) AS since
    FROM (
      SELECT 'undriven' AS kind, r.id, ARRAY[]::text[] AS titles, NULL AS why, coalesce(r.lease_until, r.started_at) AS since
        FROM run r WHERE r.status = ANY($1) AND coalesce(r.lease_until, r.started_at) < clock_timestamp() - $2 * interval '1 ms'
      UNION ALL
      SELECT r.status, r.id, ARRAY[]::text[], r.desired_reason, CASE r.status WHEN 'paused' THEN ${SAID("run.paused")} ELSE ${SAID("run.needs-attention")} END
        FROM run r WHERE r.status IN ('needs-attention', 'paused')
      UNION ALL
      SELECT 'guard-breached', r.id, array_agg(g.title ORDER BY g.position), CASE r.status WHEN 'paused' THEN r.desired_reason END, min(g.tripped_at)
        FROM run r JOIN run_guard g ON g.run_id = r.id WHERE (${GOES} OR ${PAUSED}) AND g.state = 'tripped' GROUP BY r.id
      UNION ALL
      SELECT 'guard-silent', r.id, array_agg(g.title ORDER BY g.position), NULL, min(told.at)
        FROM run r JOIN run_guard g ON g.run_id = r.id
        JOIN LATERAL (SELECT j.type, j.at FROM journal_event j
                       WHERE j.run_id = r.id AND j.type IN ('guard.no-data', 'guard.data-back') AND j.data ->> 'guard' = g.key
                       ORDER BY j.seq DESC LIMIT 1) told ON told.type = 'guard.no-data'
       WHERE ${GOES} AND g.state IN ('armed', 'inconclusive', 'bad') AND g.last_verdict IN ('nodata', 'error') AND g.spec ->> 'noData' <> 'ignore' GROUP BY r.id
      UNION ALL
      SELECT CASE s.status WHEN 'undoing' THEN 'undo' ELSE 'human' END, r.id, ARRAY[s.title], NULL, s.started_at
        FROM run r JOIN run_step s ON s.run_id = r.id
       WHERE r.status IN ('running', 'rolling-back') AND s.status IN ('waiting', 'undoing') AND s.waiting_for = 'human'
    ) t JOIN run r ON r.id = t.id JOIN project p ON p.id = r.project_id JOIN migration m ON m.id = r.migration_id
   ORDER BY r.id, array_position($3::text[], t.kind)`;

/** Runs under way that a person has to look at, each with its worst trouble. Leases are judged by the database's clock. */
export async function runTroubles(db: Pick<Db, "pool">): Promise<RunTrouble[]> {
  return await rows<RunTrouble>(db.pool, QUERY, [UNDER_WAY, UNDRIVEN_AFTER_MS, TROUBLES]);
}

/** The trouble in a few words, for a line that names the run already; null for what the status says itself. */
export function troubleWords({ kind, titles }: Pick<RunTrouble, "kind" | "titles">): string | null {
  const guards = titles.length === 1 ? "A guard" : `${titles.length} guards`;
  switch (kind) {
    case "undriven":
      return "No worker drives it.";
    case "guard-breached":
      return `${guards} ${titles.length === 1 ? "is" : "are"} breached.`;
    case "guard-silent":
      return `${guards} cannot be evaluated.`;
    case "undo":
      return "A step has to be undone by hand.";
    case "human":
      return "A step waits for a person.";
    default:
      return null;
  }
}

/** Whether it may not wait: a pause and a step done by hand are somebody's intent. */
export const isUrgent = ({ kind, mode }: Pick<RunTrouble, "kind" | "mode">): boolean => mode === "live" && kind !== "paused" && kind !== "human";
