import type { JournalView } from "@/components/migration/view";

/*
 * One event stream per browser: HTTP/1.1 gives a browser six connections to us, and each stream holds one for good.
 * The visible tab that gets the lock opens the stream and passes every entry on; other tabs of the same run
 * listen, all others poll. Without locks (plain HTTP on another host) there is no stream and every tab polls.
 */

const LOCK = "switchyard-event-stream";
const CHANNEL = "switchyard-journal";
const RETRY_MS = 15_000;

interface Passed {
  runId: string;
  entry: JournalView;
}

export interface RunStreamHandlers {
  /** Number of the last entry this tab has. */
  lastSeq: () => number;
  onEntry: (entry: JournalView) => void;
  /** Whether entries arrive by stream, here or through another tab; false: poll faster. */
  onStreaming: (streaming: boolean) => void;
  /** The server ended the stream because nobody is signed in any more. */
  onSignedOut: () => void;
}

/** Whether this browser can share one stream among its tabs. */
export function canStream(): boolean {
  return typeof EventSource === "function" && typeof BroadcastChannel === "function" && "locks" in navigator;
}

/** Follows the journal of a run for as long as the tab is visible. Returns the way out. */
export function followRun(runId: string, handlers: RunStreamHandlers): () => void {
  if (!canStream()) {
    handlers.onStreaming(false);
    return () => undefined;
  }
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (message: MessageEvent<Passed>) => {
    if (message.data.runId === runId) handlers.onEntry(message.data.entry);
  };
  let leading: AbortController | null = null;

  const lead = () => {
    if (leading !== null) return;
    const mine = new AbortController();
    leading = mine;
    navigator.locks
      .request(LOCK, { signal: mine.signal }, () => hold(runId, mine.signal, channel, handlers))
      .catch(() => undefined)
      .finally(() => {
        if (leading === mine) leading = null;
      });
  };
  const rest = () => {
    leading?.abort();
    leading = null;
    handlers.onStreaming(false);
  };
  const onVisibility = () => (document.visibilityState === "visible" ? lead() : rest());
  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    rest();
    channel.close();
  };
}

/** Keeps the stream open while the lock is held, that is until `signal` aborts. */
function hold(runId: string, signal: AbortSignal, channel: BroadcastChannel, handlers: RunStreamHandlers): Promise<void> {
  // Given up between asking for the lock and getting it.
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(`/api/v1/runs/${encodeURIComponent(runId)}/events?after=${handlers.lastSeq()}`);
      source.onopen = () => handlers.onStreaming(true);
      source.addEventListener("journal", (event: MessageEvent<string>) => {
        if (signal.aborted) return;
        const entry = JSON.parse(event.data) as JournalView;
        handlers.onEntry(entry);
        channel.postMessage({ runId, entry } satisfies Passed);
      });
      source.addEventListener("bye", () => {
        source?.close();
        handlers.onStreaming(false);
        handlers.onSignedOut();
      });
      source.onerror = () => {
        handlers.onStreaming(false);
        // CLOSED: the server refused (too many streams, not signed in); the browser will not try again by itself.
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, RETRY_MS);
      };
    };
    open();
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      source?.close();
      resolve();
    });
  });
}
