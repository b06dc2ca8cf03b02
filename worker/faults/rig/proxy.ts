import net from "node:net";

/*
 * A TCP proxy on loopback that can be made to misbehave while connections go through it: between a worker and its
 * database, between applications and their pooler, between two databases.
 */

export interface LinkState {
  /** Milliseconds every chunk is held back, in each direction. */
  delayMs: number;
  /** Bytes a second in each direction of each connection; null: no limit. */
  bytesPerSecond: number | null;
  /**
   * Nothing passes and nobody is told: no data, no end, no reset, also for new connections (half-open). What was sent
   * meanwhile arrives when the link is whole again, as TCP sends it again.
   */
  silent: boolean;
  /** New connections are reset at once. */
  refuse: boolean;
}

const WHOLE: LinkState = { delayMs: 0, bytesPerSecond: null, silent: false, refuse: false };
const CHUNK = 16_384;

export interface FaultProxy {
  host: string;
  port: number;
  /** Changes the link from now on; what is not named stays. */
  set: (state: Partial<LinkState>) => void;
  /** A whole link again; connections that were held go on. */
  heal: () => void;
  /** Resets (RST) every connection there is. Returns how many. */
  reset: () => number;
  /** Open connections. */
  open: () => number;
  /** Bytes that went through, both directions. */
  passed: () => number;
  close: () => Promise<void>;
}

/** One direction of a connection: bytes wait here until the link lets them through, in order. */
class Pipe {
  private readonly queue: { data: Buffer; at: number }[] = [];
  private ended = false;
  private timer: NodeJS.Timeout | null = null;
  /** When the next byte may leave under the bandwidth limit. */
  private free = 0;

  constructor(
    private readonly from: net.Socket,
    private readonly to: net.Socket,
    private readonly state: () => LinkState,
    private readonly count: (bytes: number) => void,
  ) {
    from.on("data", (data: Buffer) => {
      for (let start = 0; start < data.length; start += CHUNK) this.queue.push({ data: data.subarray(start, start + CHUNK), at: performance.now() });
      if (this.queue.length > 64) from.pause();
      this.pump();
    });
    from.on("end", () => {
      this.ended = true;
      this.pump();
    });
  }

  /** Sends what may go now and comes back for the rest. */
  pump(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (;;) {
      const { delayMs, bytesPerSecond, silent } = this.state();
      if (silent || this.to.destroyed) return;
      const [next] = this.queue;
      if (next === undefined) break;
      const now = performance.now();
      const due = Math.max(next.at + delayMs, bytesPerSecond === null ? 0 : this.free);
      if (due > now) {
        this.timer = setTimeout(() => this.pump(), due - now);
        return;
      }
      this.queue.shift();
      if (bytesPerSecond !== null) this.free = Math.max(now, this.free) + (next.data.length / bytesPerSecond) * 1_000;
      this.count(next.data.length);
      this.to.write(next.data);
    }
    if (this.ended) this.to.end();
    else this.from.resume();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

/** Starts a proxy in front of a server on this machine. Close it when the test ends. */
export async function startProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  let state: LinkState = { ...WHOLE };
  let bytes = 0;
  const links = new Set<{ client: net.Socket; server: net.Socket; pipes: Pipe[] }>();
  const listener = net.createServer({ allowHalfOpen: true }, (client) => {
    if (state.refuse) return void client.resetAndDestroy();
    const server = net.connect({ host: target.host ?? "127.0.0.1", port: target.port, allowHalfOpen: true });
    const count = (n: number) => {
      bytes += n;
    };
    const link = { client, server, pipes: [new Pipe(client, server, () => state, count), new Pipe(server, client, () => state, count)] };
    links.add(link);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay(true);
      one.on("error", () => undefined);
      one.on("close", (hadError) => {
        for (const pipe of link.pipes) pipe.stop();
        links.delete(link);
        // In silence the other side is not told; it is let go when the link is whole again.
        if (!state.silent && hadError) other.resetAndDestroy();
        else if (!state.silent) other.end();
        else abandoned.add(other);
      });
    }
  });
  const abandoned = new Set<net.Socket>();
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  const { port } = listener.address() as net.AddressInfo;
  const set = (next: Partial<LinkState>) => {
    state = { ...state, ...next };
    for (const link of links) for (const pipe of link.pipes) pipe.pump();
    if (state.silent) return;
    for (const socket of abandoned) socket.resetAndDestroy();
    abandoned.clear();
  };
  const reset = () => {
    const all = [...links];
    for (const { client, server } of all) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    return all.length;
  };
  return {
    host: "127.0.0.1",
    port,
    set,
    heal: () => set(WHOLE),
    reset,
    open: () => links.size,
    passed: () => bytes,
    close: async () => {
      set(WHOLE);
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      reset();
      await closed;
    },
  };
}

/** The same database address through the proxy. */
export function through(proxy: Pick<FaultProxy, "host" | "port">, url: string): string {
  const address = new URL(url);
  address.hostname = proxy.host;
  address.port = String(proxy.port);
  return address.href;
}
