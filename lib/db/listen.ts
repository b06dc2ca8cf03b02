import pg from "pg";
import { env } from "@/lib/env";

/** Called with the payload of a notification, or with null when some may have been missed (the connection was lost). */
export type Listen = (payload: string | null) => void;

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/**
 * Many subscribers on one LISTEN connection. Notifications are only hints: whoever subscribes must also poll,
 * because a pooler or a lost connection can swallow them.
 */
export class Listener {
  readonly #connectionString: string;
  readonly #channels = new Map<string, Set<Listen>>();
  #client: pg.Client | null = null;
  #connecting = false;
  #retryMs = RETRY_MS;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  /** Subscribes at once (the connection follows) and returns the way out. */
  subscribe(channel: string, listen: Listen): () => void {
    if (!/^[a-z_]{1,40}$/.test(channel)) throw new RangeError(`"${channel}" is no channel name.`);
    const listeners = this.#channels.get(channel) ?? new Set<Listen>();
    const first = listeners.size === 0;
    listeners.add(listen);
    this.#channels.set(channel, listeners);
    if (this.#client === null) this.#connect();
    else if (first) this.#client.query(`LISTEN ${channel}`).catch(() => undefined);
    return () => {
      listeners.delete(listen);
    };
  }

  /** Subscribers of all channels together; for tests and the health page. */
  get size(): number {
    return [...this.#channels.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  #connect(): void {
    if (this.#connecting || this.#closed) return;
    this.#connecting = true;
    const client = new pg.Client({ connectionString: this.#connectionString, application_name: "switchyard-listen", keepAlive: true });
    client.on("notification", (message) => {
      for (const listen of this.#channels.get(message.channel) ?? []) listen(message.payload ?? "");
    });
    const lost = () => this.#lost(client);
    client.on("error", lost);
    client.on("end", lost);
    client
      .connect()
      .then(async () => {
        for (const channel of this.#channels.keys()) await client.query(`LISTEN ${channel}`);
        this.#client = client;
        this.#retryMs = RETRY_MS;
        this.#connecting = false;
        this.#wakeAll();
      })
      .catch(() => {
        this.#connecting = false;
        client.end().catch(() => undefined);
        this.#retry();
      });
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#retry();
  }

  #retry(): void {
    if (this.#closed || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#connect();
    }, this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  #wakeAll(): void {
    for (const listeners of this.#channels.values()) for (const listen of listeners) listen(null);
  }
}

// Next evaluates modules more than once; one connection per process is kept on globalThis.
const holder = globalThis as typeof globalThis & { switchyardListener?: Listener };

/** The process's listener on our own database; past a pooler in transaction mode through DIRECT_URL. */
export function processListener(): Listener {
  if (holder.switchyardListener === undefined) {
    const url = env().DIRECT_URL ?? env().DATABASE_URL;
    if (url === undefined) throw new Error("DATABASE_URL is not set: start Switchyard with `npm start`.");
    holder.switchyardListener = new Listener(url);
  }
  return holder.switchyardListener;
}
