import type pg from "pg";
import { requireRecentProof } from "@/lib/auth/recent-proof";
import { databaseFingerprint, sameDatabase } from "@/lib/db/fingerprint";
import { firstRow, inTransaction } from "@/lib/db/transaction";
import { writeAudit } from "@/lib/service/audit";
import { type Ctx, requirePermission } from "@/lib/service/context";

/*
 * A backup that is restored elsewhere, for a look or a test, holds runs that are under way and the addresses of what they
 * act on. Its worker must not go on with them: workers act only in the database that is known as the installation's own.
 */

/** What is said wherever a run would be begun or driven in a copy, and what to do. */
export const COPY_WORDS =
  "This database is a copy of the installation's own, or was moved or restored: no run is carried out in it. An admin can make it the installation's own under Settings, About.";

/** Whether this database is another one than the installation lives in. Before a worker has settled that, none is known to be a copy. */
export async function isCopy(pool: pg.Pool): Promise<boolean> {
  const home = await readHome(pool);
  return home !== null && home.fingerprint !== null && !sameDatabase(home.fingerprint, await databaseFingerprint(pool));
}

/** As {@link isCopy}, for workers: the first one to ask makes this database the installation's own. */
export async function settleHome(pool: pg.Pool): Promise<boolean> {
  const home = await readHome(pool);
  if (home === null || home.fingerprint !== null) return await isCopy(pool);
  await pool.query("UPDATE workspace SET home_database = $1 WHERE home_database IS NULL", [await databaseFingerprint(pool)]);
  return false;
}

/** Null before the workspace was made. */
function readHome(pool: pg.Pool): Promise<{ fingerprint: string | null } | null> {
  return firstRow(pool, "SELECT home_database AS fingerprint FROM workspace LIMIT 1");
}

/**
 * Makes this database the one the installation lives in: its workers go on with the runs that are under way in it, from what
 * they see on the servers. @throws ForbiddenError for anybody but an admin, and with `stepUp` without a recent proof
 */
export async function adoptDatabase(ctx: Ctx): Promise<{ fingerprint: string }> {
  requirePermission(ctx, "workspace.manage");
  requireRecentProof(ctx);
  const after = { fingerprint: await databaseFingerprint(ctx.db.pool) };
  return await inTransaction(ctx.db, async (tx) => {
    const before = await firstRow<{ fingerprint: string | null }>(tx, "SELECT home_database AS fingerprint FROM workspace FOR UPDATE");
    await tx.query("UPDATE workspace SET home_database = $1", [after.fingerprint]);
    await writeAudit(tx, ctx, { action: "workspace.adopt-database", object: { type: "workspace", id: "workspace", name: "database" }, before, after });
    return after;
  });
}
