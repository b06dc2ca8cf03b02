import { frame, HEARTBEAT } from "@/app/api/v1/runs/_lib/sse";

/** A journal row as the stream sends it. */
export interface StreamedEntry {
  seq: number;
}

export interface JournalStreamOptions<E extends StreamedEntry> {
  /** The last number the reader already has. */
  after: number;
  /** Rows with a higher number, in order, bounded. */
  read: (after: number) => Promise<E[]>;
  /** Registers a wake-up and returns the way out. Wake-ups are hints. */
  subscribe: (wake: () => void) => () => void;
  /** Whether the reader may still see this run: session alive, permission held (R-SEC-9). */
  allowed: () => Promise<boolean>;
  signal: AbortSignal;
  /** Called exactly once when the stream is over, for whatever reason. */
  released: () => void;
  pollMs?: number;
  heartbeatMs?: number;
  recheckMs?: number;
}

/** Bytes that may wait for a slow reader before reading pauses. */
const HIGH_WATER = 256 * 1_024;

/**
 * A server-sent event stream of one run's journal (R-SEC-23). Clean-up hangs on the request's abort signal and
 * is registered before anything is awaited; `cancel` is only a second way to the same clean-up.
 */
export function journalStream<E extends StreamedEntry>(options: JournalStreamOptions<E>): ReadableStream<Uint8Array> {
  const { pollMs = 2_000, heartbeatMs = 15_000, recheckMs = 4_000 } = options;
  const encoder = new TextEncoder();
  let after = options.after;
  let over = false;
  let reading = false;
  let again = false;
  let stalled = false;
  let cleanUp = () => {};
  let goOn = () => {};

  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const send = (text: string) => {
      if (!over) controller.enqueue(encoder.encode(text));
    };
    const end = (reason?: string) => {
      if (over) return;
      if (reason !== undefined) send(frame({ event: "bye", data: { reason } }));
      cleanUp();
      try {
        controller.close();
      } catch {
        // The reader is already gone.
      }
    };
    const pump = async () => {
      if (reading || over) {
        again = true;
        return;
      }
      reading = true;
      try {
        do {
          again = false;
          // A reader that does not read gets nothing more until it does; nothing is lost, the journal stays.
          if ((controller.desiredSize ?? 0) <= 0) {
            stalled = true;
            break;
          }
          const entries = await options.read(after);
          if (over) return;
          for (const entry of entries) {
            send(frame({ event: "journal", data: entry, id: entry.seq }));
            after = Math.max(after, entry.seq);
          }
          if (entries.length > 0) again = true;
        } while (again && !over);
      } catch {
        // The database is away for a moment: the next poll tries again; the reader sees the age of what it has.
      } finally {
        reading = false;
      }
    };
    goOn = () => void pump();
    const recheck = async () => {
      const allowed = await options.allowed().catch(() => null);
      // `null`: could not tell. The next check decides; a stream only ever shows what it showed before.
      if (allowed === false) end("signed-out");
    };

    const timers = [setInterval(() => void pump(), pollMs), setInterval(() => send(HEARTBEAT), heartbeatMs), setInterval(() => void recheck(), recheckMs)];
    let unsubscribe = () => {};
    const onAbort = () => end();
    cleanUp = () => {
      if (over) return;
      over = true;
      for (const timer of timers) clearInterval(timer);
      unsubscribe();
      options.signal.removeEventListener("abort", onAbort);
      options.released();
    };
    options.signal.addEventListener("abort", onAbort);
    if (options.signal.aborted) {
      end();
      return;
    }
    unsubscribe = options.subscribe(() => void pump());
    send("retry: 2000\n\n");
    void pump();
  };

  // Asked for whenever there is room again; only worth a read after a stall.
  const pull = () => {
    if (!stalled) return;
    stalled = false;
    goOn();
  };
  return new ReadableStream<Uint8Array>({ start, pull, cancel: () => cleanUp() }, new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }));
}
