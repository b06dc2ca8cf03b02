import type { Db } from "@/lib/db/prisma";
import { firstRow } from "@/lib/db/transaction";
import { VERSION } from "@/lib/service/version";

/** A worker that wrote no heartbeat for this long counts as gone. */
export const WORKER_GONE_MS = 30_000;

export interface Health {
  status: "ok" | "unavailable";
  version: string;
  database: "ok" | "unreachable";
  worker: { status: "ok" | "gone" | "unknown"; lastSeen: string | null };
}

/** Whether the database answers and at least one worker lives. Never throws. */
export async function readHealth(db: () => Pick<Db, "pool">, now: Date): Promise<Health> {
  try {
    const row = await firstRow<{ last: Date | null }>(db().pool, "SELECT max(last_seen_at) AS last FROM worker_heartbeat");
    const last = row?.last ?? null;
    const alive = last !== null && now.getTime() - last.getTime() < WORKER_GONE_MS;
    return {
      status: alive ? "ok" : "unavailable",
      version: VERSION,
      database: "ok",
      worker: { status: alive ? "ok" : "gone", lastSeen: last?.toISOString() ?? null },
    };
  } catch {
    return { status: "unavailable", version: VERSION, database: "unreachable", worker: { status: "unknown", lastSeen: null } };
  }
}

/** Version and size in bytes of our own database. */
export function readDatabaseFacts(db: Pick<Db, "pool">): Promise<{ version: string; size: number } | null> {
  return firstRow<{ version: string; size: number }>(
    db.pool,
    "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size",
  );
}
