import type pg from "pg";
import type { Connection, Egress } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { connectPostgres } from "./postgres";

/** What one write and read told. Identities are `system identifier/database`. */
export type ProbeShot =
  | { type: "ok"; ms: number; wrote: string; read: string; readBack: boolean }
  /** The server or pooler said no: closed port, login, read-only, missing right. */
  | { type: "refused"; reason: string; ms: number }
  | { type: "failed"; reason: string; ms: number };

/** Milliseconds one shot may take: longer than the longest pause of a cutover, which is no failure. */
const SHOT_MS = 3_000;

/** SQLSTATE classes and codes of a clear no: login, read-only, rights, no such database or table. */
const NO = /^(28|25006|42501|3D|3F|42P01)/;

const IDENTITY = "(SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database()";

/** `schema.table` as an identifier that nothing can break out of. */
function quoteTable(table: string): string {
  return table
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}

/** What has to be there for a probe, to be pasted by whoever owns the database. */
export function probeTableSql(table: string, role: string): string {
  const name = quoteTable(table);
  return `CREATE TABLE ${name} (id text PRIMARY KEY, token text NOT NULL, at timestamptz NOT NULL DEFAULT now()); GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO "${role.replaceAll('"', '""')}";`;
}

/** Whether the error is a clear no and not merely no answer. */
export function isRefusal(error: unknown): boolean {
  const { code, severity } = (typeof error === "object" && error !== null ? error : {}) as { code?: unknown; severity?: unknown };
  const known = typeof code === "string" ? code : "";
  // PgBouncer refuses with FATAL and 08P01: no such database, login to the server failed, database disabled.
  return known === "ECONNREFUSED" || NO.test(known) || (severity === "FATAL" && known === "08P01");
}

/** Writes one row and reads it back on the way applications take. Keeps its session, opens a new one when that was cut. */
export class WriteProbe {
  private client: pg.Client | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly egress: Egress,
    private readonly options: { table: string; row: string; applicationName: string },
  ) {}

  /** One shot. Never throws. A session that was cut while it was idle is no failure of the server: it is tried once more. */
  async shoot(token: string): Promise<ProbeShot> {
    const started = performance.now();
    const kept = this.client !== null;
    let shot = await this.once(token, started);
    if (kept && shot.type !== "ok" && shot.ms < SHOT_MS / 2) shot = await this.once(token, started);
    return shot;
  }

  /** Removes the row where that is possible, and ends the session. */
  async close(): Promise<void> {
    const client = this.client;
    this.client = null;
    if (client === null) return;
    await client.query(`DELETE FROM ${quoteTable(this.options.table)} WHERE id = $1`, [this.options.row]).catch(() => undefined);
    await client.end().catch(() => undefined);
  }

  private async once(token: string, started: number): Promise<ProbeShot> {
    const ms = () => Math.round(performance.now() - started);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${SHOT_MS / 1_000} s`)), SHOT_MS);
    });
    try {
      const told = await Promise.race([this.writeAndRead(token), late]);
      return { type: "ok", ms: ms(), ...told };
    } catch (error) {
      this.drop();
      return { type: isRefusal(error) ? "refused" : "failed", reason: messageOf(error), ms: ms() };
    } finally {
      clearTimeout(timer);
    }
  }

  private async writeAndRead(token: string): Promise<{ wrote: string; read: string; readBack: boolean }> {
    const { applicationName, row } = this.options;
    const table = quoteTable(this.options.table);
    this.client ??= await connectPostgres(this.connection, this.egress, { applicationName, statementTimeoutMs: SHOT_MS });
    const client = this.client;
    const written = await client.query<{ identity: string }>(
      `INSERT INTO ${table} (id, token, at) VALUES ($1, $2, clock_timestamp())
       ON CONFLICT (id) DO UPDATE SET token = excluded.token, at = excluded.at RETURNING ${IDENTITY} AS identity`,
      [row, token],
    );
    // A statement of its own: through a pooler it may come to another server than the write did.
    const seen = await client.query<{ identity: string; token: string | null }>(
      `SELECT ${IDENTITY} AS identity, (SELECT token FROM ${table} WHERE id = $1) AS token`,
      [row],
    );
    return { wrote: written.rows[0]?.identity ?? "", read: seen.rows[0]?.identity ?? "", readBack: seen.rows[0]?.token === token };
  }

  /** Ends a session that is in an unknown state, without the farewell a hanging one would not answer. */
  private drop(): void {
    const client = this.client;
    this.client = null;
    if (client !== null) (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
  }
}
