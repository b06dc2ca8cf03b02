import { addressGroup, SIGN_IN_LIMITS, signInDelay } from "@/lib/auth/sign-in-delay";
import { sha256 } from "@/lib/core/canonical";
import { TooManyError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Db } from "@/lib/db/prisma";
import { firstRow, inTransaction, rows, type Tx } from "@/lib/db/transaction";

/** As long as attempts are kept (lib/jobs/clean-up.ts). */
const KNOWN_ADDRESS_MS = 30 * 24 * 60 * 60_000;
const LONGEST_WINDOW_MS = Math.max(...Object.values(SIGN_IN_LIMITS).map((limit) => limit.windowMs));

/** Name of an account in the attempts: a hash, so that mistyped addresses and passwords in the wrong field are not kept. */
export function accountKey(email: string): string {
  return sha256(`account:${email}`);
}

/**
 * Counts an attempt as failed before its password is looked at, so that a hundred at once are counted too, and
 * returns its id for `markSucceeded`. Kept in Postgres: a restart forgets nothing.
 * @throws TooManyError while the account or the address has to wait; that refusal itself is not counted.
 */
export async function reserveAttempt(db: Pick<Db, "pool">, email: string, address: string, now: Date): Promise<string> {
  const account = accountKey(email);
  const group = addressGroup(address);
  return inTransaction(db, async (tx) => {
    // Always in this order, or two attempts could wait for each other.
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", [account]);
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", [group]);
    const wait = signInDelay(await failuresFor(tx, account, group, now));
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1_000);
      throw new TooManyError(`Too many failed attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`, seconds);
    }
    const id = newId();
    await tx.query("INSERT INTO sign_in_attempt (id, account, address, succeeded, at) VALUES ($1, $2, $3, false, $4)", [id, account, group, now]);
    return id;
  });
}

/** Turns a reserved attempt into a success, in the caller's transaction. */
export async function markSucceeded(tx: Tx, attemptId: string): Promise<void> {
  await tx.query("UPDATE sign_in_attempt SET succeeded = true WHERE id = $1", [attemptId]);
}

async function failuresFor(tx: Tx, account: string, group: string, now: Date) {
  const since = new Date(now.getTime() - LONGEST_WINDOW_MS);
  const age = (list: { at: Date }[]) => list.map((row) => now.getTime() - row.at.getTime());
  const success = await firstRow<{ at: Date }>(
    tx,
    "SELECT at FROM sign_in_attempt WHERE account = $1 AND address = $2 AND succeeded AND at > $3 ORDER BY at DESC LIMIT 1",
    [account, group, new Date(now.getTime() - KNOWN_ADDRESS_MS)],
  );
  const ofAccount = await rows<{ at: Date; address: string }>(
    tx,
    "SELECT at, address FROM sign_in_attempt WHERE account = $1 AND NOT succeeded AND at > $2 ORDER BY at DESC LIMIT 200",
    [account, since],
  );
  const ofAddress = await rows<{ at: Date }>(tx, "SELECT at FROM sign_in_attempt WHERE address = $1 AND NOT succeeded AND at > $2 ORDER BY at DESC LIMIT 200", [
    group,
    since,
  ]);
  return {
    pair: age(ofAccount.filter((row) => row.address === group && (success === null || row.at > success.at))),
    account: age(ofAccount),
    address: age(ofAddress),
    knownAddress: success !== null,
  };
}
