import { describe, expect, it } from "vitest";
import { type JournalStreamOptions, journalStream } from "@/app/api/v1/runs/_lib/journal-stream";
import { frame, resumeAfter } from "@/app/api/v1/runs/_lib/sse";

interface Entry {
  seq: number;
  message: string;
}

function rig(over: Partial<JournalStreamOptions<Entry>> = {}) {
  const journal: Entry[] = [];
  const abort = new AbortController();
  const state = { subscribers: new Set<() => void>(), released: 0, reads: 0 };
  const stream = journalStream<Entry>({
    after: 0,
    read: async (after) => {
      state.reads += 1;
      return journal.filter((entry) => entry.seq > after).slice(0, 3);
    },
    subscribe: (wake) => {
      state.subscribers.add(wake);
      return () => state.subscribers.delete(wake);
    },
    allowed: async () => true,
    signal: abort.signal,
    released: () => {
      state.released += 1;
    },
    pollMs: 60_000,
    heartbeatMs: 60_000,
    recheckMs: 60_000,
    ...over,
  });
  const write = (message: string) => {
    journal.push({ seq: journal.length + 1, message });
    for (const wake of state.subscribers) wake();
  };
  return { stream, abort, state, write, journal };
}

/** Reads until the text matches or the stream ends. */
async function readUntil(stream: ReadableStream<Uint8Array>, done: (text: string) => boolean): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!done(text)) {
    const chunk = await reader.read();
    if (chunk.done) break;
    text += decoder.decode(chunk.value);
  }
  reader.releaseLock();
  return text;
}

const ids = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));

describe("sse", () => {
  it("keeps line breaks inside the data, so that no text can forge a field", () => {
    const text = frame({ event: "journal", data: { message: "a\nid: 99\n\nevent: x" }, id: 3 });
    expect(ids(text)).toEqual([3]);
    expect(text.endsWith("\n\n")).toBe(true);
    expect(text.trim().split("\n")).toHaveLength(3);
    expect(() => frame({ event: "x\nid", data: 1 })).toThrow(RangeError);
  });

  it("F-UI-2: resumes after Last-Event-ID, else after the snapshot, else from the start", () => {
    expect(resumeAfter("12", "5")).toBe(12);
    expect(resumeAfter(null, "5")).toBe(5);
    expect(resumeAfter("x", "5")).toBe(5);
    expect(resumeAfter("-1", null)).toBe(0);
    expect(resumeAfter("9".repeat(40), null)).toBe(0);
  });
});

describe("journalStream", () => {
  it("F-UI-2: sends everything after the given number in order, without gap or double, also when woken while reading", async () => {
    const { stream, write } = rig({ after: 2 });
    for (let n = 1; n <= 20; n += 1) write(`entry ${n}`);
    setTimeout(() => {
      for (let n = 21; n <= 40; n += 1) write(`entry ${n}`);
    }, 10);
    const text = await readUntil(stream, (all) => all.includes("id: 40\n"));
    expect(ids(text)).toEqual(Array.from({ length: 38 }, (_, n) => n + 3));
  });

  it("finds entries by polling when no notification arrives", async () => {
    const { stream, journal } = rig({ pollMs: 20, subscribe: () => () => undefined });
    setTimeout(() => journal.push({ seq: 1, message: "silent" }), 30);
    expect(await readUntil(stream, (all) => all.includes("silent"))).toContain("id: 1\n");
  });

  it("R-SEC-23: an abort releases timers, subscription and place at once, and only once", async () => {
    const { stream, abort, state } = rig();
    expect(state.subscribers.size).toBe(1);
    abort.abort();
    expect(state.subscribers.size).toBe(0);
    expect(state.released).toBe(1);
    await stream.cancel();
    expect(state.released).toBe(1);
  });

  it("F-UI-1: 5,000 readers that vanish leave nothing behind", () => {
    const subscribers = new Set<() => void>();
    let released = 0;
    for (let n = 0; n < 5_000; n += 1) {
      const { abort } = rig({
        subscribe: (wake) => {
          subscribers.add(wake);
          return () => subscribers.delete(wake);
        },
        released: () => {
          released += 1;
        },
      });
      abort.abort();
    }
    expect(subscribers.size).toBe(0);
    expect(released).toBe(5_000);
  });

  it("releases when the request was aborted before the stream began, and on cancel", async () => {
    const abort = new AbortController();
    abort.abort();
    const early = rig({ signal: abort.signal });
    expect(early.state.released).toBe(1);
    expect(early.state.subscribers.size).toBe(0);
    const late = rig();
    await late.stream.cancel();
    expect(late.state.released).toBe(1);
  });

  it("S-6: closes with a goodbye once the session is gone", async () => {
    let alive = true;
    const { stream, state } = rig({ recheckMs: 20, allowed: async () => alive });
    setTimeout(() => {
      alive = false;
    }, 30);
    const text = await readUntil(stream, () => false);
    expect(text).toContain('event: bye\ndata: {"reason":"signed-out"}');
    expect(state.released).toBe(1);
  });

  it("survives a database that is away for a moment", async () => {
    let fails = 2;
    const { stream } = rig({
      pollMs: 10,
      read: async (after) => {
        if (fails-- > 0) throw new Error("connection lost");
        return after === 0 ? [{ seq: 1, message: "back" }] : [];
      },
    });
    expect(await readUntil(stream, (all) => all.includes("back"))).toContain("id: 1\n");
  });

  it("stops reading for a reader that does not read, and goes on when it does", async () => {
    const all = Array.from({ length: 400 }, (_, n) => ({ seq: n + 1, message: "x".repeat(10_000) }));
    let highest = 0;
    const { stream, state } = rig({
      read: async (after) => {
        const next = all.filter((entry) => entry.seq > after).slice(0, 1);
        highest = next.at(-1)?.seq ?? highest;
        return next;
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(highest).toBeLessThan(40);
    const text = await readUntil(stream, (seen) => seen.includes("id: 100\n"));
    expect(ids(text).slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(state.released).toBe(0);
    await stream.cancel();
  });
});
