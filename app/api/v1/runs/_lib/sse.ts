/** One server-sent event. `data` is written as JSON on one line, so that no text in it can start a field of its own. */
export interface ServerSentEvent {
  event: string;
  data: unknown;
  id?: number;
}

/** The wire form of one event (WHATWG HTML, server-sent events). */
export function frame({ event, data, id }: ServerSentEvent): string {
  if (!/^[a-z-]+$/.test(event)) throw new RangeError(`"${event}" is no event name.`);
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment line: keeps proxies from closing an idle stream and is invisible to the reader. */
export const HEARTBEAT = ": keep-alive\n\n";

/**
 * The journal number after which a stream goes on: `Last-Event-ID` (a reconnecting browser) before `?after=`
 * (the number of the snapshot in the page). Anything that is no whole number counts as the beginning: reading
 * twice is harmless, a gap is not.
 */
export function resumeAfter(lastEventId: string | null, after: string | null): number {
  for (const text of [lastEventId, after]) {
    if (text !== null && /^\d{1,15}$/.test(text)) return Number(text);
  }
  return 0;
}
