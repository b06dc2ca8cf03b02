import { existsSync } from "node:fs";
import pg from "pg";
import { type ConfigOf, type Connection, connectionConfig, type Egress } from "@/lib/connection/types";

/** Where Debian keeps the trusted certificate authorities; libpq before 16 needs to be told. */
export const SYSTEM_CA_FILE = "/etc/ssl/certs/ca-certificates.crt";

/** The settings of a Postgres or PgBouncer connection. @throws ZodError when they are not (B-3) */
export function postgresConfig(connection: Connection): ConfigOf<"postgres"> {
  if (connection.kind !== "postgres" && connection.kind !== "pgbouncer") throw new Error(`${connection.key} is no Postgres connection.`);
  return connectionConfig[connection.kind].parse(connection.config);
}

/** TLS settings for node-postgres. The name is checked, not the address we connect to. */
function tls(config: ConfigOf<"postgres">): pg.ClientConfig["ssl"] {
  if (config.sslmode === "disable") return false;
  if (config.sslmode === "require") return { rejectUnauthorized: false, servername: config.host };
  return { rejectUnauthorized: true, servername: config.host, ...(config.ca === undefined ? {} : { ca: config.ca }) };
}

export interface PostgresOptions {
  /** Seen in pg_stat_activity; names run and epoch so that a later owner can end the session (R-ENG-6). */
  applicationName: string;
  /** Milliseconds a statement may take; 0 for no limit. */
  statementTimeoutMs?: number;
  /** Milliseconds an answer may take on our side, where a server that has silently gone must not be waited for; no limit when absent. */
  answerMs?: number;
  signal?: AbortSignal;
}

/**
 * Limits of a session. They go along with the login and not as SET: a pooler in transaction mode would leave a SET on a
 * server connection that applications get next. Through a pooler the limit is kept on our side only.
 */
function sessionLimits(kind: Connection["kind"], limitMs: number): pg.ClientConfig {
  if (kind === "pgbouncer") return limitMs > 0 ? { query_timeout: limitMs } : {};
  return { options: `-c statement_timeout=${limitMs} -c lock_timeout=10000 -c idle_in_transaction_session_timeout=0` };
}

/**
 * An open session. The caller ends it. Values arrive as text.
 * @throws the error of node-postgres as it is: callers that go on without this server name it in their own words
 */
export async function connectPostgres(connection: Connection, egress: Egress, options: PostgresOptions): Promise<pg.Client> {
  const config = postgresConfig(connection);
  const address = await egress.resolve(config.host, options.signal);
  const limitMs = Math.floor(options.statementTimeoutMs ?? 30_000);
  const client = new pg.Client({
    host: address,
    port: config.port,
    database: config.database,
    user: config.user,
    password: connection.secret.password ?? "",
    ssl: tls(config) ?? false,
    application_name: options.applicationName.slice(0, 63),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig,
    ...sessionLimits(connection.kind, limitMs),
    ...(options.answerMs === undefined ? {} : { query_timeout: options.answerMs }),
  });
  // A session that breaks between two queries must not end the process; the next query reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    // Nobody waits for the end of a session that never was: it may take as long as the refusal itself.
    client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/** Rows as text by column name. */
export async function query(client: pg.Client, sql: string, values: unknown[] = []): Promise<Record<string, string | null>[]> {
  const result = await client.query<Record<string, string | null>>(sql, values);
  return result.rows;
}

/**
 * The same session for callers whose error is read by a person: what kept us from the server names it. Its code stays, because that
 * decides what comes next; what the server itself answers stays too.
 */
export async function openPostgres(connection: Connection, egress: Egress, options: PostgresOptions): Promise<pg.Client> {
  try {
    return await connectPostgres(connection, egress, options);
  } catch (error) {
    if (error instanceof Error && !("severity" in error) && error.name !== "EgressRefused") {
      const { host, port } = postgresConfig(connection);
      error.message = `No connection to ${connection.key} (${host}:${port}): ${error.message}`;
    }
    throw error;
  }
}

/** Runs `work` with an open session and closes it. */
export async function withPostgres<T>(connection: Connection, egress: Egress, options: PostgresOptions, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openPostgres(connection, egress, options);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Which database a session is in: the cluster's own number and the database's name. */
export interface DatabaseIdentity {
  systemIdentifier: string;
  database: string;
}

/** Identity that two names for the same database share. */
export async function identifyDatabase(client: Pick<pg.Client, "query">): Promise<DatabaseIdentity> {
  const result = await client.query<{ id: string; name: string }>(
    "SELECT system_identifier::text AS id, current_database()::text AS name FROM pg_control_system()",
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("The server does not tell its system identifier.");
  return { systemIdentifier: row.id, database: row.name };
}

/** One field of a password file: colons and backslashes are escaped. */
function passField(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
}

/** The line of a password file for this connection; any host and port, because libpq looks it up by host name or address. */
export function passwordLine(connection: Connection): string {
  const config = postgresConfig(connection);
  return `*:${config.port}:*:${passField(config.user)}:${passField(connection.secret.password ?? "")}\n`;
}

export interface ProgramEnvironment {
  passwordFile: string;
  /** File with the certificate authority, where the connection has one. */
  caFile: string | null;
  home: string;
  address: string;
  applicationName: string;
}

/** Environment of pg_dump and pg_restore: key by key, nothing inherited, no password (R-PG-13, R-SEC-14). */
export function programEnvironment(connection: Connection, settings: ProgramEnvironment): Record<string, string> {
  const config = postgresConfig(connection);
  const ca = settings.caFile ?? (existsSync(SYSTEM_CA_FILE) ? SYSTEM_CA_FILE : null);
  return {
    PATH: "/usr/bin:/bin",
    LC_ALL: "C.UTF-8",
    HOME: settings.home,
    PGHOST: config.host,
    PGHOSTADDR: settings.address,
    PGPORT: String(config.port),
    PGUSER: config.user,
    PGDATABASE: config.database,
    PGPASSFILE: settings.passwordFile,
    PGSSLMODE: config.sslmode,
    ...(config.sslmode === "verify-full" && ca !== null ? { PGSSLROOTCERT: ca } : {}),
    PGAPPNAME: settings.applicationName.slice(0, 63),
    PGCONNECT_TIMEOUT: "10",
    PGOPTIONS: "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0",
  };
}
