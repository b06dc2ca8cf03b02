import type { Role, Scope } from "@/lib/auth/permissions";
import { looksLikeToken, tokenHash } from "@/lib/auth/token-format";
import type { Db } from "@/lib/db/prisma";
import { firstRow } from "@/lib/db/transaction";
import type { TokenActor } from "@/lib/service/context";

const TOUCH_MS = 60_000;

/**
 * The actor of a token: the person with the role they have now, limited by the token's scopes; null when unknown,
 * expired or revoked, or when the person is disabled.
 */
export async function actorOfToken(db: Pick<Db, "pool">, token: string, now: Date): Promise<TokenActor | null> {
  if (!looksLikeToken(token)) return null;
  const row = await firstRow<{ id: string; name: string; user_id: string; person: string; role: Role; scopes: Scope[]; last_used_at: Date | null }>(
    db.pool,
    `SELECT t.id, t.name, t.user_id, u.name AS person, u.role, t.scopes, t.last_used_at
       FROM api_token t JOIN app_user u ON u.id = t.user_id
      WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND u.disabled_at IS NULL`,
    [tokenHash(token), now],
  );
  if (row === null) return null;
  if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > TOUCH_MS) {
    await db.pool.query("UPDATE api_token SET last_used_at = $2 WHERE id = $1", [row.id, now]);
  }
  return { kind: "token", tokenId: row.id, tokenName: row.name, userId: row.user_id, name: row.person, role: row.role, scopes: row.scopes };
}
