import { insertLink } from "@/lib/auth/one-time-link";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction, type Tx } from "@/lib/db/transaction";

const OWNER_LINK_MS = 24 * 60 * 60_000;

/** Whether nobody can sign in yet. */
export async function isFirstRun(db: Pick<Db, "pool">): Promise<boolean> {
  return (await firstRow(db.pool, "SELECT 1 FROM app_user LIMIT 1")) === null;
}

/** Makes first-run steps of several processes or browsers queue; held until the transaction ends. */
export async function lockFirstRun(tx: Tx): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('first run', 0))");
}

/**
 * The path of the one-time link that makes the owner, for the process that starts Switchyard to print; null once
 * there is a person. Each call replaces the link before it. It lives 24 hours.
 */
export async function ensureFirstRunLink(db: Pick<Db, "pool">, now: Date): Promise<string | null> {
  return inTransaction(db, async (tx) => {
    await lockFirstRun(tx);
    if ((await firstRow(tx, "SELECT 1 FROM app_user LIMIT 1")) !== null) return null;
    await tx.query("UPDATE one_time_link SET revoked_at = $1 WHERE purpose = 'owner' AND used_at IS NULL AND revoked_at IS NULL", [now]);
    return (await insertLink(tx, { purpose: "owner", now, ttlMs: OWNER_LINK_MS })).path;
  });
}
