import { addMonths, monthStart } from "@/lib/core/time";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";

/** Months for which single samples are kept; two years plus slack, because older ones are refused anyway. Roll-ups stay. */
export const RAW_MONTHS = 26;

/** Makes the sample partitions of this month and the next two. For the worker, daily. */
export async function prepareSamplePartitions(db: Pick<Db, "pool">, now: Date): Promise<void> {
  for (const ahead of [0, 1, 2]) await db.pool.query("SELECT ensure_month_partition('sample', $1)", [addMonths(monthStart(now), ahead)]);
}

/** Drops sample partitions that lie wholly before the kept months and returns their names. For the worker, daily. */
export async function dropOldSamplePartitions(db: Pick<Db, "pool">, now: Date, keepMonths = RAW_MONTHS): Promise<string[]> {
  const oldest = `sample_${addMonths(monthStart(now), -keepMonths).toISOString().slice(0, 7).replace("-", "")}`;
  const old = await rows<{ name: string }>(
    db.pool,
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'sample'::regclass AND c.relname ~ '^sample_[0-9]{6}$' AND c.relname < $1 ORDER BY 1`,
    [oldest],
  );
  for (const { name } of old) await db.pool.query(`DROP TABLE IF EXISTS "${name}"`);
  return old.map((row) => row.name);
}
