import { hashOf } from "@/lib/core/canonical";
import { firstRow, type Tx } from "@/lib/db/transaction";
import { actorRecord, type Ctx } from "@/lib/service/context";

export interface AuditInput {
  /** Verb and object, e.g. `run.approve`. */
  action: string;
  object: { type: string; id: string; name?: string };
  projectId?: string | undefined;
  runId?: string | undefined;
  planHash?: string | undefined;
  reason?: string | undefined;
  before?: unknown;
  after?: unknown;
}

/** The members that are hashed, in the form in which they are hashed. */
export interface AuditBody {
  seq: number;
  at: string;
  actor: Record<string, unknown>;
  action: string;
  object: Record<string, unknown>;
  projectId: string | null;
  runId: string | null;
  planHash: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  address: string | null;
}

/** Hash of an entry: SHA-256 over the previous hash and the canonical JSON of the entry (R-SEC-19). */
export function auditHash(previous: string, body: AuditBody): string {
  return hashOf({ previous, body });
}

/** JSON as the database gives it back: undefined members vanish, dates become text. */
function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/**
 * Appends one entry to the audit chain inside the caller's transaction: the change and its entry exist together
 * or not at all (F-AUD-1). Locks the head row, so writers queue here: call it last.
 */
export async function writeAudit(tx: Tx, ctx: Pick<Ctx, "actor" | "now" | "address">, input: AuditInput): Promise<void> {
  const head = await firstRow<{ seq: number; hash: string }>(tx, "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE");
  if (head === null) throw new Error("The audit head is missing: schema migrations were not applied.");
  const body: AuditBody = {
    seq: head.seq + 1,
    at: ctx.now.toISOString(),
    actor: actorRecord(ctx.actor),
    action: input.action,
    object: asJson(input.object) as Record<string, unknown>,
    projectId: input.projectId ?? null,
    runId: input.runId ?? null,
    planHash: input.planHash ?? null,
    reason: input.reason ?? null,
    before: asJson(input.before),
    after: asJson(input.after),
    address: ctx.address ?? null,
  };
  const hash = auditHash(head.hash, body);
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await tx.query(
    `INSERT INTO audit_entry (seq, at, actor, action, object, project_id, run_id, plan_hash, reason, before, after, address, prev_hash, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      body.seq,
      body.at,
      json(body.actor),
      body.action,
      json(body.object),
      body.projectId,
      body.runId,
      body.planHash,
      body.reason,
      json(body.before),
      json(body.after),
      body.address,
      head.hash,
      hash,
    ],
  );
  await tx.query("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1", [body.seq, hash]);
}
