import type pg from "pg";
import { firstRow } from "@/lib/db/transaction";

/*
 * The time by the database's clock. Leases, gates and timers are rows that hosts with clocks of their own write and
 * compare; a host whose clock is an hour off must not expire a gate or hold a timer (R-ENG-1, R-ENG-8, F-ENG-15).
 */

/** How long a measured difference is believed; monotonic clocks drift by less than a millisecond a minute. */
const BELIEVED_MS = 60_000;

interface Measured {
  /** Database clock minus this process's monotonic clock, milliseconds. */
  offset: number;
  at: number;
}

const measured = new WeakMap<pg.Pool, Measured>();

/**
 * The present time of the database. Measured once a minute; while the database does not answer, the last measured
 * difference goes on. @throws Error when it was never measured and the database does not answer
 */
export async function databaseNow(pool: pg.Pool): Promise<Date> {
  const known = measured.get(pool);
  if (known !== undefined && performance.now() - known.at < BELIEVED_MS) return new Date(performance.now() + known.offset);
  try {
    const sent = performance.now();
    const row = await firstRow<{ now: Date }>(pool, "SELECT clock_timestamp() AS now");
    if (row === null) throw new Error("The database does not tell the time.");
    const at = performance.now();
    // Half of the way there and back is what the answer took to come.
    const offset = row.now.getTime() - (sent + at) / 2;
    measured.set(pool, { offset, at });
    return new Date(at + offset);
  } catch (error) {
    if (known === undefined) throw error;
    return new Date(performance.now() + known.offset);
  }
}
