import type { Role, Scope } from "@/lib/auth/permissions";
import { IDLE_MS } from "@/lib/auth/session-store";
import type { Db } from "@/lib/db/prisma";
import { rows } from "@/lib/db/transaction";

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  version: number;
  disabledAt: Date | null;
  createdAt: Date;
  /** Newest use of a browser; null when never signed in. */
  lastSeenAt: Date | null;
}

/** Everybody, active people first. */
export function listPeople(db: Pick<Db, "pool">): Promise<PersonRow[]> {
  return rows<PersonRow>(
    db.pool,
    `SELECT u.id, u.name, u.email, u.role, u.version, u.disabled_at AS "disabledAt", u.created_at AS "createdAt",
            (SELECT max(s.last_seen_at) FROM browser_session s WHERE s.user_id = u.id) AS "lastSeenAt"
       FROM app_user u ORDER BY u.disabled_at IS NOT NULL, u.name, u.id`,
  );
}

export interface InviteRow {
  id: string;
  purpose: "invite" | "reset";
  email: string;
  role: Role | null;
  createdBy: string | null;
  expiresAt: Date;
}

/** Links that can still be used. Their secret is not stored, so they cannot be shown again. */
export function listOpenLinks(db: Pick<Db, "pool">, now: Date): Promise<InviteRow[]> {
  return rows<InviteRow>(
    db.pool,
    `SELECT l.id, l.purpose, l.email, l.role, u.name AS "createdBy", l.expires_at AS "expiresAt"
       FROM one_time_link l LEFT JOIN app_user u ON u.id = l.created_by_id
      WHERE l.purpose <> 'owner' AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > $1 ORDER BY l.created_at DESC`,
    [now],
  );
}

export interface TokenRow {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  person: string;
  own: boolean;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** Tokens of a person, or of everybody; those that ended within the last 30 days are kept in the list. */
export function listTokens(db: Pick<Db, "pool">, userId: string, everybody: boolean, now: Date): Promise<TokenRow[]> {
  return rows<TokenRow>(
    db.pool,
    `SELECT t.id, t.name, t.prefix, t.scopes, u.name AS person, t.user_id = $1 AS own, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
            t.last_used_at AS "lastUsedAt", t.revoked_at AS "revokedAt"
       FROM api_token t JOIN app_user u ON u.id = t.user_id
      WHERE (t.user_id = $1 OR $2) AND least(t.expires_at, coalesce(t.revoked_at, t.expires_at)) > $3
      ORDER BY t.revoked_at IS NOT NULL, t.expires_at < $4, t.created_at DESC`,
    [userId, everybody, new Date(now.getTime() - 30 * 86_400_000), now],
  );
}

export interface BrowserRow {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  address: string | null;
  userAgent: string | null;
}

/** Signed-in browsers of a person. */
export function listBrowsers(db: Pick<Db, "pool">, userId: string, now: Date): Promise<BrowserRow[]> {
  return rows<BrowserRow>(
    db.pool,
    `SELECT id, created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt", address, user_agent AS "userAgent"
       FROM browser_session WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC`,
    [userId, now, new Date(now.getTime() - IDLE_MS)],
  );
}

export interface PolicyRow {
  id: string;
  slug: string;
  name: string;
  version: number;
  requiredApprovals: number;
  soloMode: boolean;
  approvalTtlMs: number;
}

/** Approval policy of every project. */
export function listPolicies(db: Pick<Db, "pool">): Promise<PolicyRow[]> {
  return rows<PolicyRow>(
    db.pool,
    `SELECT id, slug, name, version, required_approvals AS "requiredApprovals", solo_mode AS "soloMode", approval_ttl_ms AS "approvalTtlMs"
       FROM project WHERE archived_at IS NULL ORDER BY name`,
  );
}
