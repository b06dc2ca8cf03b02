import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connectPostgres, query } from "@/lib/connection/clients/postgres";
import { type Connection, connectionConfig, type Egress } from "@/lib/connection/types";
import type { ServerAddress } from "./pgbouncer-config";

/*
 * The admin console of PgBouncer. It speaks the simple protocol only, has no transactions and no token for its owner:
 * what a command did is read back, and nothing it answers is taken for granted (R-PG-4).
 */

const CONSOLE = "pgbouncer";
/** Milliseconds a command other than PAUSE and WAIT_CLOSE may take. */
const COMMAND_MS = 3_000;
const LOOK_MS = 2;
/** Looks in a row, and milliseconds between two, in which no connection is made: then none will be. */
const QUIET_LOOKS = 3;
const QUIET_MS = 10;

/** One entry of `SHOW DATABASES`. */
export interface EntryState extends ServerAddress {
  /** Also true while a PAUSE still waits for transactions to end. */
  paused: boolean;
  disabled: boolean;
  /** Server connections the entry has at present. */
  connections: number;
  poolMode: string;
}

/** Sums over the pools of one entry, from `SHOW POOLS`. */
export interface PoolState {
  clientsActive: number;
  clientsWaiting: number;
  serversActive: number;
  /** Server connections that are just being made. */
  serversConnecting: number;
  /** Seconds the longest waiting client has waited. */
  maxWaitSeconds: number;
}

/** PAUSE was not done within its limit; the entry was resumed. */
export class PauseLimit extends Error {
  constructor(database: string, limitMs: number) {
    super(`PAUSE of "${database}" was given up after ${limitMs} ms: transactions were still open.`);
    this.name = "PauseLimit";
  }
}

/** The name of an entry as the console reads it: no separator can end the command (R-SEC-14). */
export function quoteEntry(name: string): string {
  if (name === "" || name.length > 63 || /[\0\r\n;]/.test(name)) throw new Error(`"${name.slice(0, 40)}" cannot be the name of a pooler's entry.`);
  return `"${name.replaceAll('"', '""')}"`;
}

const busy = new Map<string, Promise<unknown>>();

/** One PAUSE or RESUME at a time for each pooler: what the second would read back may be the first one's. */
async function alone<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = busy.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  const settled = mine.catch(() => undefined);
  busy.set(key, settled);
  try {
    return await mine;
  } finally {
    if (busy.get(key) === settled) busy.delete(key);
  }
}

/** Ends a session without the farewell a hanging one would not answer. */
function destroy(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
}

/** An open admin session of one pooler. A session that broke is opened again by the next command. */
export class PgbouncerAdmin {
  private client: pg.Client | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly egress: Egress,
    private readonly applicationName: string,
  ) {}

  /** Host and port: what identifies the pooler. */
  get address(): string {
    const { host, port } = connectionConfig.pgbouncer.parse(this.connection.config);
    return `${host}:${port}`;
  }

  /** Logs in, so that the first command under a pause need not. @throws Error when the console refuses */
  async open(): Promise<void> {
    this.client ??= await this.connect(COMMAND_MS);
  }

  close(): void {
    this.client?.end().catch(() => undefined);
    this.client = null;
  }

  /**
   * Waits until no client of the entry has a transaction, and keeps new ones waiting. On the limit the PAUSE is given
   * up by cutting its session: a RESUME from elsewhere would leave it hanging for ever (F-PG-4). Under load PgBouncer 1.18
   * answers while transactions still run: paused is what has no server connection left.
   * @throws PauseLimit; Error when the console fails. In both cases the entry was resumed as far as it could be reached
   */
  async pause(database: string, limitMs: number): Promise<void> {
    const entry = quoteEntry(database);
    await alone(this.address, async () => {
      const session = await this.connect(0);
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new PauseLimit(database, limitMs)), limitMs);
      });
      const paused = session.query(`PAUSE ${entry}`).then(() => this.untilPaused(database, limitMs));
      for (const promise of [limit, paused]) promise.catch(() => undefined);
      try {
        await Promise.race([paused, limit]);
        session.end().catch(() => undefined);
      } catch (error) {
        destroy(session);
        await this.command(`RESUME ${entry}`).catch(ignoreRunning);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  /**
   * Waits until no server connection of the entry is just being made, at most `limitMs`; a pool makes them one after the
   * other, so that one look in between says nothing. A PAUSE ends such a connection,
   * PgBouncer takes that for a failed login and, once resumed, refuses clients ("server login has been failing").
   * @throws Error when the console fails
   */
  async untilConnected(database: string, limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < end; await sleep(QUIET_MS))
      quiet = (await this.pools(database)).serversConnecting > 0 ? 0 : quiet + 1;
  }

  /** @throws Error when somebody else resumes it */
  private async untilPaused(database: string, limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    for (;;) {
      const state = await this.state(database);
      if (!state.paused) throw new Error(`"${database}" was resumed by somebody else.`);
      if (state.connections === 0) return;
      if (performance.now() > end) throw new PauseLimit(database, limitMs);
      await sleep(LOOK_MS);
    }
  }

  /** Lets the clients of the entry go on. An entry that is not paused is what was wanted. */
  async resume(database: string): Promise<void> {
    const entry = quoteEntry(database);
    await alone(this.address, async () => {
      await this.command(`RESUME ${entry}`).catch(ignoreRunning);
    });
  }

  /** The entry as the running PgBouncer has it. @throws Error when it has none of that name */
  async state(database: string): Promise<EntryState> {
    const row = (await this.command("SHOW DATABASES")).find((one) => one.name === database);
    if (row === undefined) throw new Error(`The pooler has no entry "${database}".`);
    return {
      host: row.host ?? "",
      port: Number(row.port),
      database: row.database ?? "",
      paused: row.paused === "1",
      disabled: row.disabled === "1",
      connections: Number(row.current_connections),
      poolMode: row.pool_mode ?? "",
    };
  }

  /** Version of the running program, as it says it. */
  async version(): Promise<string> {
    return Object.values((await this.command("SHOW VERSION"))[0] ?? {})[0] ?? "";
  }

  /** Names of all entries but the console. */
  async entries(): Promise<string[]> {
    return (await this.command("SHOW DATABASES")).flatMap(({ name }) => (name === null || name === undefined || name === CONSOLE ? [] : [name]));
  }

  async pools(database: string): Promise<PoolState> {
    const pools = (await this.command("SHOW POOLS")).filter((one) => one.database === database);
    const sum = (column: string) => pools.reduce((total, pool) => total + Number(pool[column] ?? 0), 0);
    return {
      clientsActive: sum("cl_active"),
      clientsWaiting: sum("cl_waiting"),
      serversActive: sum("sv_active"),
      serversConnecting: sum("sv_login"),
      maxWaitSeconds: pools.reduce((longest, pool) => Math.max(longest, Number(pool.maxwait) + Number(pool.maxwait_us ?? 0) / 1_000_000), 0),
    };
  }

  /** `address:port` of every connection of the pooler to a server of that database, as the server sees it: tells its clients from others. */
  async serverSockets(serverDatabase: string): Promise<string[]> {
    const entries = (await this.command("SHOW DATABASES")).filter((one) => one.database === serverDatabase).map((one) => one.name);
    return (await this.command("SHOW SERVERS")).filter((one) => entries.includes(one.database ?? "")).map((one) => `${one.local_addr}:${one.local_port}`);
  }

  /** Settings in force, by name. */
  async settings(): Promise<Map<string, string>> {
    return new Map((await this.command("SHOW CONFIG")).map((row) => [row.key ?? "", row.value ?? ""]));
  }

  /** Reads the configuration files again. Says nothing about what was read: look at `state`. */
  async reload(): Promise<void> {
    await this.command("RELOAD");
  }

  /** Waits until no server connection made under an older configuration is left. @throws Error after `limitMs` */
  async waitClose(database: string, limitMs: number): Promise<void> {
    const session = await this.connect(limitMs);
    try {
      await session.query(`WAIT_CLOSE ${quoteEntry(database)}`);
    } finally {
      destroy(session);
    }
  }

  private async connect(limitMs: number): Promise<pg.Client> {
    const config = { ...this.connection.config, database: CONSOLE };
    return await connectPostgres({ ...this.connection, config }, this.egress, { applicationName: this.applicationName, statementTimeoutMs: limitMs });
  }

  /** Text only: with values it would be the extended protocol, which the console refuses. */
  private async command(sql: string): Promise<Record<string, string | null>[]> {
    await this.open();
    const client = this.client;
    if (client === null) throw new Error("The console's session was closed.");
    try {
      return await query(client, sql);
    } catch (error) {
      // An answer of the console leaves the session usable; anything else leaves it in an unknown state.
      if (!(error instanceof Error && "severity" in error)) {
        destroy(client);
        this.client = null;
      }
      throw error;
    }
  }
}

function ignoreRunning(error: unknown): void {
  if (!(error instanceof Error && /is not paused/.test(error.message))) throw error;
}
