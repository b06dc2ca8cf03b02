import pg from "pg";

/** OID of int8: counts and sequence numbers arrive as strings by default. */
const INT8 = 20;

/** Parses int8 as a number where it is exact, otherwise leaves the string. */
function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary" ? parseInt8 : pg.types.getTypeParser(oid, format as "text")) as pg.CustomTypesConfig["getTypeParser"],
};

export interface PoolOptions {
  max?: number;
  applicationName?: string;
  /**
   * Milliseconds after which an answer is not waited for any longer and the connection is given up: a database that went
   * away without a word (F-ENG-5) never answers. Left out where a query may take long.
   */
  queryTimeoutMs?: number;
}

/** A pool on our own database. numeric stays a string, timestamptz becomes Date, int8 a number where exact. */
export function createPool(connectionString: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: options.max ?? 10,
    application_name: options.applicationName ?? "switchyard",
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    options: "-c timezone=UTC",
    types,
  });
  // An idle connection that breaks (restart of the database) must not end the process; the pool replaces it.
  pool.on("error", () => undefined);
  // One that breaks while it is checked out and between two queries has no listener of its own: the next query fails,
  // which is enough; an unheard error event would end the process (F-ENG-4).
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
  });
  return pool;
}
