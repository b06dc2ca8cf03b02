import { hashOf } from "@/lib/core/canonical";
import { AppError, ConflictError, InvalidInputError, RefusedError, toProblem } from "@/lib/core/errors";
import { firstRow } from "@/lib/db/transaction";
import type { Actor, Ctx } from "@/lib/service/context";

/** What a command answered: HTTP status and JSON body. */
export interface Answer {
  status: number;
  body: unknown;
}

/** An answer that was never finished (the process died) may be taken over after this long. */
const ABANDONED_SECONDS = 60;
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Refusals that the same request will meet again and that are therefore kept. */
const KEPT = new Set(["conflict", "refused", "invalid", "not-found"]);

function actorId(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `user:${actor.userId}`;
    case "token":
      return `token:${actor.tokenId}`;
    default:
      return `${actor.kind}:${actor.name}`;
  }
}

/**
 * Does `work` once per actor and `key`: the same key with the same body gets the answer that was given, another
 * body is refused. Without a key the work is simply done. Errors that would repeat are answers too; failures
 * that may pass (not signed in, overload, defects) are thrown and forgotten.
 *
 * @throws InvalidInputError for a malformed key, RefusedError (422) for a key used with another body,
 *   ConflictError while the first request with the key is still being worked on.
 */
export async function answerOnce(ctx: Ctx, key: string | null, route: string, body: unknown, work: () => Promise<Answer>): Promise<Answer> {
  if (key === null) return work();
  if (!KEY.test(key)) throw new InvalidInputError("Idempotency-Key: use 1 to 255 printable characters without spaces.");
  const actor = actorId(ctx.actor);
  const bodyHash = hashOf({ route, body });
  const earlier = await claim(ctx, actor, key, route, bodyHash);
  if (earlier !== null) return earlier;
  try {
    const answer = await work();
    await store(ctx, actor, key, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof AppError) || !KEPT.has(error.kind)) {
      await ctx.db.pool.query("DELETE FROM idempotency_key WHERE actor_id = $1 AND key = $2 AND status = 0", [actor, key]);
      throw error;
    }
    const answer = { status: error.status, body: toProblem(error) };
    await store(ctx, actor, key, answer);
    return answer;
  }
}

/** Claims the key; null when the work is ours, the stored answer when it was done before. Only database time decides. */
async function claim(ctx: Ctx, actor: string, key: string, route: string, bodyHash: string): Promise<Answer | null> {
  const claimed = await firstRow<{ key: string }>(
    ctx.db.pool,
    `INSERT INTO idempotency_key (actor_id, key, route, body_hash, status, body, created_at)
     VALUES ($1, $2, $3, $4, 0, 'null', clock_timestamp())
     ON CONFLICT (actor_id, key) DO UPDATE SET created_at = clock_timestamp()
       WHERE idempotency_key.status = 0 AND idempotency_key.body_hash = EXCLUDED.body_hash
         AND idempotency_key.created_at < clock_timestamp() - make_interval(secs => $5)
     RETURNING key`,
    [actor, key, route, bodyHash, ABANDONED_SECONDS],
  );
  if (claimed !== null) return null;
  const row = await firstRow<{ body_hash: string; status: number; body: unknown }>(
    ctx.db.pool,
    "SELECT body_hash, status, body FROM idempotency_key WHERE actor_id = $1 AND key = $2",
    [actor, key],
  );
  if (row === null) throw new ConflictError("The first request with this Idempotency-Key has just failed: send it again.", { retryAfterSeconds: 1 });
  if (row.body_hash !== bodyHash) throw new RefusedError("This Idempotency-Key was used for another request: use a new key.");
  if (row.status === 0) throw new ConflictError("The first request with this Idempotency-Key is still being worked on.", { retryAfterSeconds: 1 });
  return { status: row.status, body: row.body };
}

async function store(ctx: Ctx, actor: string, key: string, answer: Answer): Promise<void> {
  await ctx.db.pool.query("UPDATE idempotency_key SET status = $3, body = $4 WHERE actor_id = $1 AND key = $2", [
    actor,
    key,
    answer.status,
    JSON.stringify(answer.body ?? null),
  ]);
}
