import type pg from "pg";
import type { Db } from "@/lib/db/prisma";

/** A client inside a transaction. */
export type Tx = pg.PoolClient;

export interface TransactionOptions {
  /** Milliseconds one statement may take, and the longest pause between two: one that stands still gives its locks back. */
  statementTimeoutMs?: number;
  /** Milliseconds for the whole transaction, kept by servers from 17 on; 20 times the statement's when left out. */
  transactionTimeoutMs?: number;
  isolation?: "read committed" | "repeatable read" | "serializable";
}

/** What node-postgres says when it stopped waiting: the server may still be at work on the statement. */
const GIVEN_UP = "Query read timeout";

const LIMITS_SQL = `SELECT set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true),
  CASE WHEN current_setting('server_version_num')::int >= 170000 THEN set_config('transaction_timeout', $2, true) END`;

/**
 * Runs `work` in one transaction on a plain client and returns its result.
 *
 * Never Prisma's interactive transaction: after its timeout a late statement can commit alone
 * (reliability-security.md, fact 1; R-ENG-2). On any doubt the connection is destroyed, not reused.
 */
export async function inTransaction<T>(db: Pick<Db, "pool">, work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
  const client = await db.pool.connect();
  const own = whileOpen(client);
  let clean = false;
  try {
    await client.query(`BEGIN ISOLATION LEVEL ${(options.isolation ?? "read committed").toUpperCase()}`);
    const limit = Math.max(1, Math.floor(options.statementTimeoutMs ?? 30_000));
    await client.query(LIMITS_SQL, [String(limit), String(Math.floor(options.transactionTimeoutMs ?? limit * 20))]);
    const result = await work(own.tx);
    own.over();
    await client.query("COMMIT");
    clean = true;
    return result;
  } catch (error) {
    own.over();
    // A failed ROLLBACK leaves the connection in an unknown state: `clean` stays false and it is destroyed. So is one that
    // never answered, where a ROLLBACK would only wait behind the lost statement.
    if (!(error instanceof Error && error.message === GIVEN_UP)) {
      clean = await client.query("ROLLBACK").then(
        () => true,
        () => false,
      );
    }
    throw error;
  } finally {
    client.release(!clean);
  }
}

/**
 * The client as the work sees it: once the transaction is over nothing can be asked through it any more. A statement
 * that comes late (its caller had given up waiting) would otherwise run alone on a connection of the pool, and commit
 * (F-ENG-18; the wound of Prisma's interactive transactions).
 */
function whileOpen(client: pg.PoolClient): { tx: Tx; over: () => void } {
  let open = true;
  const query = (...args: unknown[]): unknown => {
    if (!open) return Promise.reject(new Error("The transaction is over: this statement came too late and was not sent."));
    return (client.query as (...all: unknown[]) => unknown).apply(client, args);
  };
  const tx = new Proxy(client, {
    get: (target, name) => {
      if (name === "query") return query;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    tx,
    over: () => {
      open = false;
    },
  };
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
