import type { Tx } from "@/lib/db/transaction";
import { rows } from "@/lib/db/transaction";
import { meets } from "./evaluate";
import type { Condition, TimedValue } from "./types";

type Reader = Pick<Tx, "query">;

/** Single samples read at once; more than that (a day at one every four seconds) are taken from hourly roll-ups. */
export const MAX_READ = 20_000;
/** How far back roll-ups are read, at least; a longer hold is read twice over. */
const MIN_BACK_MS = 90 * 86_400_000;

/** Samples after `after` up to `until`, oldest first; null when there are more than MAX_READ. */
export async function samplesAfter(db: Reader, projectId: string, metricId: string, after: Date, until: Date): Promise<TimedValue[] | null> {
  const found = await rows<TimedValue>(
    db,
    `SELECT at, value FROM sample WHERE project_id = $1 AND metric_id = $2 AND at > $3 AND at <= $4 ORDER BY at, labels_hash DESC LIMIT $5`,
    [projectId, metricId, after, until, MAX_READ + 1],
  );
  return found.length > MAX_READ ? null : found;
}

interface HourRow {
  lastAt: Date;
  last: number;
  min: number;
  max: number;
}

/**
 * History up to `until`, oldest first, enough to prove a hold of `holdMs`: the newest single samples, before them hours.
 * An hour stands for its worst value: it meets the condition only if its lowest and its highest sample do.
 */
export async function historyUntil(db: Reader, projectId: string, metricId: string, rule: Condition & { holdMs: number }, until: Date): Promise<TimedValue[]> {
  const newest = await rows<TimedValue>(
    db,
    "SELECT at, value FROM sample WHERE project_id = $1 AND metric_id = $2 AND at <= $3 ORDER BY at DESC, labels_hash LIMIT $4",
    [projectId, metricId, until, MAX_READ],
  );
  newest.reverse();
  const oldest = newest[0];
  if (oldest === undefined || newest.length < MAX_READ) return newest;
  const from = new Date(oldest.at.getTime() - Math.max(MIN_BACK_MS, 2 * rule.holdMs));
  const hours = await rows<HourRow>(
    db,
    `SELECT last_at AS "lastAt", last, min, max FROM sample_hour
     WHERE project_id = $1 AND metric_id = $2 AND bucket >= $3 AND bucket < $4 AND last_at < $4 ORDER BY bucket`,
    [projectId, metricId, from, oldest.at],
  );
  return [...hours.map((hour) => ({ at: hour.lastAt, value: worstOf(rule, hour) })), ...newest];
}

/** The value of an hour that meets the condition least. */
export function worstOf(rule: Condition, hour: Pick<HourRow, "last" | "min" | "max">): number {
  return [hour.min, hour.max].find((value) => meets(rule, value) !== true) ?? hour.last;
}

/** The earliest sample that lies after `now` (clocks of senders differ); null when there is none. */
export async function nextSampleAt(db: Reader, projectId: string, metricId: string, now: Date): Promise<Date | null> {
  const found = await rows<{ at: Date | null }>(db, "SELECT min(at) AS at FROM sample WHERE project_id = $1 AND metric_id = $2 AND at > $3", [
    projectId,
    metricId,
    now,
  ]);
  return found[0]?.at ?? null;
}
