import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";
import type { BackupView, MonitorView } from "./types";

/** Declared monitors of a project. They are shown, not checked yet. */
export function listMonitors(db: Pick<Db, "pool">, projectId: string): Promise<MonitorView[]> {
  return rows<MonitorView>(
    db.pool,
    `SELECT key, name, kind, target, interval_ms AS "intervalMs", stack_key AS "stackKey", enabled
     FROM monitor WHERE project_id = $1 AND removed_at IS NULL ORDER BY name, key`,
    [projectId],
  );
}

/** Declared backups with when they last ran and were last restored. */
export async function listBackups(db: Pick<Db, "pool">, projectId: string): Promise<BackupView[]> {
  const found = await rows<Omit<BackupView, "lastRunAt" | "lastRestoreTestAt"> & { lastRunAt: Date | null; lastRestoreTestAt: Date | null }>(
    db.pool,
    `SELECT key, name, schedule, retention, storage, heartbeat_hash IS NOT NULL AS "hasKey", last_run_at AS "lastRunAt", last_restore_test_at AS "lastRestoreTestAt"
     FROM backup WHERE project_id = $1 AND removed_at IS NULL ORDER BY name, key`,
    [projectId],
  );
  return found.map((row) => ({ ...row, lastRunAt: row.lastRunAt?.toISOString() ?? null, lastRestoreTestAt: row.lastRestoreTestAt?.toISOString() ?? null }));
}
