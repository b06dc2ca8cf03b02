import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";
import { type AuditBody, auditHash } from "@/lib/service/audit";

const GENESIS = "0".repeat(64);
const BATCH = 1_000;

export interface ChainVerdict {
  ok: boolean;
  /** Entries that were recomputed. */
  entries: number;
  /** First entry that was recomputed; the one before it was taken as it is. */
  from: number;
  /** Last entry that holds; null when there is none. */
  verifiedTo: { seq: number; at: Date; hash: string } | null;
  /** Where the chain breaks and how; null when it holds. */
  broken: { seq: number; reason: string } | null;
}

/** An entry as stored; `at` is its time, `seq` its place in the chain. */
export interface StoredEntry extends Omit<AuditBody, "at"> {
  at: Date;
  prevHash: string;
  hash: string;
}

export const ENTRY_COLUMNS = `seq, at, actor, action, object, project_id AS "projectId", run_id AS "runId", plan_hash AS "planHash", reason,
  before, after, address, prev_hash AS "prevHash", hash`;

/** Why an entry does not follow the one before it, or null. Pure, so that an export can be checked without a database. */
export function entryProblem(previous: { seq: number; hash: string }, entry: StoredEntry): string | null {
  if (entry.seq !== previous.seq + 1) return `entry ${previous.seq + 1} is missing`;
  if (entry.prevHash !== previous.hash) return "it does not follow the entry before it";
  const { prevHash: _prevHash, hash, at, ...body } = entry;
  if (auditHash(previous.hash, { ...body, at: at.toISOString() }) !== hash) return "its content was changed";
  return null;
}

/**
 * Recomputes the hash chain and compares its end with the head, all as of one moment. Finds changed, removed, inserted
 * and reordered entries and a cut tail; a rewrite of everything including the head needs a copy elsewhere to be seen.
 * @param options.last only the newest so many entries (pages); everything otherwise
 */
export async function verifyAuditChain(db: Pick<Db, "pool">, options: { last?: number } = {}): Promise<ChainVerdict> {
  return inTransaction(db, (tx) => verifyIn(tx, options.last ?? null), { isolation: "repeatable read" });
}

async function verifyIn(tx: Tx, last: number | null): Promise<ChainVerdict> {
  const head = await firstRow<{ seq: number; hash: string }>(tx, "SELECT seq, hash FROM audit_head WHERE id = 1");
  if (head === null) throw new Error("The audit head is missing: schema migrations were not applied.");
  const anchor = last === null ? 0 : Math.max(0, head.seq - last);
  let previous = await anchorEntry(tx, anchor);
  const verdict: ChainVerdict = { ok: false, entries: 0, from: anchor + 1, verifiedTo: null, broken: null };
  if (previous === null) return { ...verdict, broken: { seq: anchor, reason: `entry ${anchor} is missing` } };
  for (;;) {
    const batch: StoredEntry[] = await rows<StoredEntry>(tx, `SELECT ${ENTRY_COLUMNS} FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT ${BATCH}`, [
      previous.seq,
    ]);
    for (const entry of batch) {
      const reason = entryProblem(previous, entry);
      if (reason !== null) return { ...verdict, broken: { seq: entry.seq, reason } };
      previous = { seq: entry.seq, hash: entry.hash };
      verdict.entries += 1;
      verdict.verifiedTo = { seq: entry.seq, at: entry.at, hash: entry.hash };
    }
    if (batch.length < BATCH) break;
  }
  if (previous.seq !== head.seq)
    return { ...verdict, broken: { seq: previous.seq + 1, reason: `the log ends at entry ${previous.seq}, but ${head.seq} were written` } };
  if (previous.hash !== head.hash) return { ...verdict, broken: { seq: head.seq, reason: "the last entry is not the one that was written last" } };
  return { ...verdict, ok: true };
}

function anchorEntry(tx: Tx, seq: number): Promise<{ seq: number; hash: string } | null> {
  if (seq === 0) return Promise.resolve({ seq: 0, hash: GENESIS });
  return firstRow<{ seq: number; hash: string }>(tx, "SELECT seq, hash FROM audit_entry WHERE seq = $1", [seq]);
}
