import { createHash, randomBytes } from "node:crypto";
import type { Role } from "@/lib/auth/permissions";
import { RefusedError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { firstRow, type Tx } from "@/lib/db/transaction";

export type LinkPurpose = "owner" | "invite" | "reset";

/** A link that works once. `path` holds the secret and is shown once; only its hash is stored. */
export interface NewLink {
  id: string;
  path: string;
  expiresAt: Date;
}

export interface OpenLink {
  id: string;
  email: string | null;
  name: string | null;
  role: Role | null;
  expiresAt: Date;
}

const PATHS: Record<LinkPurpose, string> = { owner: "/welcome/", invite: "/invite/", reset: "/invite/" };

function linkHash(token: string): string {
  return createHash("sha256").update(`one-time-link:${token}`, "utf8").digest("hex");
}

/** Adds a link in the caller's transaction. `ttlMs` is its life in milliseconds. */
export async function insertLink(
  tx: Tx,
  values: { purpose: LinkPurpose; now: Date; ttlMs: number; email?: string; name?: string; role?: Role; createdById?: string | null },
): Promise<NewLink> {
  const token = randomBytes(32).toString("base64url");
  const id = newId();
  const expiresAt = new Date(values.now.getTime() + values.ttlMs);
  await tx.query(
    `INSERT INTO one_time_link (id, token_hash, purpose, email, name, role, created_by_id, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, linkHash(token), values.purpose, values.email ?? null, values.name ?? null, values.role ?? null, values.createdById ?? null, values.now, expiresAt],
  );
  return { id, path: `${PATHS[values.purpose]}${token}`, expiresAt };
}

/** The link behind a token while it can be used, with its purpose; null otherwise. For pages; using it is `consumeLink`. */
export async function openLink(db: Pick<Db, "pool">, token: string, now: Date): Promise<(OpenLink & { purpose: LinkPurpose }) | null> {
  const row = await firstRow<{ id: string; purpose: LinkPurpose; email: string | null; name: string | null; role: Role | null; expires_at: Date }>(
    db.pool,
    `SELECT id, purpose, email, name, role, expires_at FROM one_time_link
      WHERE token_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2`,
    [linkHash(token), now],
  );
  return row === null ? null : { id: row.id, purpose: row.purpose, email: row.email, name: row.name, role: row.role, expiresAt: row.expires_at };
}

/**
 * Uses a link up in the caller's transaction; two at once cannot both succeed.
 * @throws RefusedError when it was used, replaced, or is too old.
 */
export async function consumeLink(tx: Tx, token: string, purpose: LinkPurpose, now: Date): Promise<OpenLink> {
  const row = await firstRow<{ id: string; email: string | null; name: string | null; role: Role | null; expires_at: Date }>(
    tx,
    `UPDATE one_time_link SET used_at = $3
      WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3
      RETURNING id, email, name, role, expires_at`,
    [linkHash(token), purpose, now],
  );
  if (row === null) throw new RefusedError("This link no longer works: it was used, replaced by a newer one, or is too old. Ask for a new one.");
  return { id: row.id, email: row.email, name: row.name, role: row.role, expiresAt: row.expires_at };
}
