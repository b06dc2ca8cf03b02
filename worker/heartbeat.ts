import { hostname } from "node:os";
import type { Db } from "@/lib/db/prisma";

export const HEARTBEAT_MS = 5_000;

/** Says that this worker lives; times are the database's. Rows of workers long gone are removed. */
export async function beat(db: Db, worker: { id: string; version: string; executors: Record<string, number> }): Promise<void> {
  await db.pool.query(
    `INSERT INTO worker_heartbeat (id, host, pid, version, executors, started_at, last_seen_at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp()) ON CONFLICT (id) DO UPDATE SET last_seen_at = clock_timestamp()`,
    [worker.id, hostname(), process.pid, worker.version, JSON.stringify(worker.executors)],
  );
  await db.pool.query("DELETE FROM worker_heartbeat WHERE last_seen_at < clock_timestamp() - interval '1 day'");
}

/** A worker that stops properly is gone at once. */
export async function silence(db: Db, workerId: string): Promise<void> {
  await db.pool.query("DELETE FROM worker_heartbeat WHERE id = $1", [workerId]);
}
