import type { Role } from "@/lib/auth/permissions";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { firstRow, type Tx } from "@/lib/db/transaction";
import type { UserActor } from "@/lib/service/context";

/** A browser that does nothing for this long is signed out. */
export const IDLE_MS = 30 * 60_000;
/** A browser is signed out this long after its sign-in, whatever it does. */
export const ABSOLUTE_MS = 12 * 60 * 60_000;
/** `last_seen_at` is written at most this often. */
const TOUCH_MS = 60_000;

export interface NewSession {
  sessionId: string;
  userId: string;
  expiresAt: Date;
}

/** Adds the row of a browser that was just signed in. `expiresAt` is kept when a sign-in is only proved again. */
export async function insertSession(
  tx: Tx,
  values: { userId: string; now: Date; address?: string | undefined; userAgent?: string | undefined; expiresAt?: Date; createdAt?: Date },
): Promise<NewSession> {
  const session = { sessionId: newId(), userId: values.userId, expiresAt: values.expiresAt ?? new Date(values.now.getTime() + ABSOLUTE_MS) };
  await tx.query(
    `INSERT INTO browser_session (id, user_id, created_at, last_seen_at, expires_at, step_up_at, address, user_agent)
     VALUES ($1, $2, $3, $4, $5, $4, $6, $7)`,
    [
      session.sessionId,
      values.userId,
      values.createdAt ?? values.now,
      values.now,
      session.expiresAt,
      values.address ?? null,
      values.userAgent?.slice(0, 300) ?? null,
    ],
  );
  return session;
}

interface SessionRow {
  user_id: string;
  name: string;
  email: string;
  role: Role;
  last_seen_at: Date;
  proven_at: Date;
}

/**
 * The person of a live session, or null: revoked, idle, expired, person disabled. The role is the present one. Asked
 * for every page, action and route, so that each of those takes effect at once (R-SEC-9).
 */
export async function liveSession(db: Pick<Db, "pool">, sessionId: string, now: Date): Promise<UserActor | null> {
  const row = await firstRow<SessionRow>(
    db.pool,
    `SELECT s.user_id, u.name, u.email, u.role, s.last_seen_at, coalesce(s.step_up_at, s.created_at) AS proven_at
       FROM browser_session s JOIN app_user u ON u.id = s.user_id
      WHERE s.id = $1 AND s.revoked_at IS NULL AND u.disabled_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3`,
    [sessionId, now, new Date(now.getTime() - IDLE_MS)],
  );
  if (row === null) return null;
  if (now.getTime() - row.last_seen_at.getTime() > TOUCH_MS) {
    await db.pool.query("UPDATE browser_session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2", [sessionId, now]);
  }
  return { kind: "user", userId: row.user_id, name: row.name, email: row.email, role: row.role, sessionId, provenAt: row.proven_at };
}

/** Ends live sessions of a person in the caller's transaction, all or all but one. Returns how many. */
export async function revokeSessionsOf(tx: Tx, userId: string, now: Date, except: string | null = null): Promise<number> {
  const result = await tx.query("UPDATE browser_session SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3", [
    userId,
    now,
    except,
  ]);
  return result.rowCount ?? 0;
}
