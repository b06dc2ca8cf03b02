import type pg from "pg";
import type { Db } from "@/lib/db/prisma";

/** A client inside a transaction. */
export type Tx = pg.PoolClient;

export interface TransactionOptions {
  /** Milliseconds one statement may take. */
  statementTimeoutMs?: number;
  isolation?: "read committed" | "repeatable read" | "serializable";
}

/**
 * Runs `work` in one transaction on a plain client and returns its result.
 *
 * Never Prisma's interactive transaction: after its timeout a late statement can commit alone
 * (reliability-security.md, fact 1; R-ENG-2). On any doubt the connection is destroyed, not reused.
 */
export async function inTransaction<T>(db: Pick<Db, "pool">, work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
  const client = await db.pool.connect();
  let clean = false;
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${(options.isolation ?? "read committed").toUpperCase()}`);
    const limit = Math.max(1, Math.floor(options.statementTimeoutMs ?? 30_000));
    await client.query(`SET LOCAL statement_timeout = ${limit}; SET LOCAL idle_in_transaction_session_timeout = ${limit}`);
    const result = await work(client);
    await client.query("COMMIT");
    clean = true;
    return result;
  } catch (error) {
    // A failed ROLLBACK leaves the connection in an unknown state: `clean` stays false and it is destroyed.
    clean = await client.query("ROLLBACK").then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!clean);
  }
}

/** Rows of a query in a transaction or on the pool, typed by the caller. */
export async function rows<T extends object>(client: Pick<Tx, "query"> | pg.Pool, sql: string, values: unknown[] = []): Promise<T[]> {
  const result = await client.query<T & pg.QueryResultRow>(sql, values);
  return result.rows;
}

/** The first row, or null. */
export async function firstRow<T extends object>(client: Pick<Tx, "query"> | pg.Pool, sql: string, values: unknown[] = []): Promise<T | null> {
  return (await rows<T>(client, sql, values))[0] ?? null;
}

/** Whether a database error is a violation of the named unique index or constraint (any, when no name is given). */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "23505") return false;
  return constraint === undefined || ("constraint" in error && error.constraint === constraint);
}
