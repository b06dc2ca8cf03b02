import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";

/* Every session an executor opens on a server names its run and the epoch of its lease, so that a later owner can end it (R-ENG-6). */

/** Beginning of `application_name` of every session of a run; the epoch follows. */
export function sessionPrefix(runId: string): string {
  return `switchyard:${runId}:`;
}

/** `application_name` of a session of this run under this lease. */
export function sessionName(runId: string, epoch: number): string {
  return `${sessionPrefix(runId)}${epoch}`;
}

/** Milliseconds a session may take to end once it was told to. */
const END_MS = 10_000;

/**
 * Ends the sessions of earlier owners of the run on this server, in every database, and waits until they are gone: a
 * worker that only stood still finds its session closed when it wakes. `alsoOwn` ends those of this lease too, which an
 * earlier try of the same worker left behind; never one of a later owner.
 * @returns how many there were
 * @throws Error when one does not end, or the role may not end it (it is another role's)
 */
export async function endOlderSessions(client: pg.Client, run: { runId: string; epoch: number }, options: { alsoOwn?: boolean } = {}): Promise<number> {
  const found = await query(
    client,
    // Only what looks like ours is read as a number.
    `SELECT pid::text AS pid FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND starts_with(application_name, $1) AND substr(application_name, length($1) + 1) ~ '^[0-9]{1,9}$'
        AND substr(application_name, length($1) + 1)::int < $2::int`,
    [sessionPrefix(run.runId), String(options.alsoOwn === true ? run.epoch + 1 : run.epoch)],
  );
  for (const { pid } of found) {
    const [row] = await query(client, "SELECT pg_terminate_backend($1::int, $2) OR NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1::int) AS gone", [
      pid,
      String(END_MS),
    ]);
    if (row?.gone !== "t") throw new Error(`A session of an earlier worker of this run (process ${pid}) did not end.`);
  }
  return found.length;
}
