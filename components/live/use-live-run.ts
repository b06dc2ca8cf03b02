"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { followRun } from "@/components/live/event-stream";
import { lastWhole, mergeJournal } from "@/components/live/journal-merge";
import type { JournalView, RunView } from "@/components/migration/view";

const FETCH_TIMEOUT_MS = 5_000;
/** Guard values and progress change between journal entries; this is how often they are read. */
const POLL_MS = 2_000;
const POLL_IDLE_MS = 5_000;
/** Entries arrive in bursts; one read serves a burst. */
const BURST_MS = 150;

export class SignedOut extends Error {}

/** One read of the run's JSON, bounded in time. @throws SignedOut, Error */
export async function readJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(FETCH_TIMEOUT_MS);
  const response = await fetch(url, { headers: { accept: "application/json" }, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) });
  if (response.status === 401) throw new SignedOut();
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as T;
}

export interface LiveRun {
  run: RunView;
  journal: JournalView[];
  /** Local time (ms) of the last successful contact. */
  contactAt: number;
  /** Milliseconds to add to the local clock to get the server's. */
  offsetMs: number;
  signedOut: boolean;
  refresh: () => void;
}

/** A run kept current: stream for when something happens, polling for figures and as fallback. */
export function useLiveRun(initial: RunView, initialJournal: JournalView[]): LiveRun {
  const id = initial.id;
  const client = useQueryClient();
  const key = useRef(["run", id]).current;
  const [streaming, setStreaming] = useState(false);
  const [signedOut, setSignedOut] = useState(false);
  const [journal, setJournal] = useState(initialJournal);
  const journalNow = useRef(initialJournal);

  const query = useQuery<RunView>({
    queryKey: key,
    queryFn: ({ signal }) => readJson<RunView>(`/api/v1/runs/${encodeURIComponent(id)}`, signal),
    initialData: initial,
    staleTime: 0,
    retry: false,
    // "online" would stop polling on a wrong guess of the browser; a failed try costs nothing.
    networkMode: "always",
    refetchOnWindowFocus: "always",
    refetchInterval: (state) => (state.state.data?.ended === true ? false : isActive(state.state.data) || !streaming ? POLL_MS : POLL_IDLE_MS),
  });
  const run = query.data;

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: key });
    }, BURST_MS);
  }, [client, key]);

  const take = useCallback((more: JournalView[]) => {
    const merged = mergeJournal(journalNow.current, more);
    journalNow.current = merged.entries;
    setJournal(merged.entries);
  }, []);

  const catchingUp = useRef(false);
  const catchUp = useCallback(async () => {
    if (catchingUp.current) return;
    catchingUp.current = true;
    try {
      const page = await readJson<{ items: JournalView[] }>(`/api/v1/runs/${encodeURIComponent(id)}/journal?after=${lastWhole(journalNow.current)}`);
      take(page.items);
    } catch {
      // The next poll tries again.
    } finally {
      catchingUp.current = false;
    }
  }, [id, take]);

  useEffect(
    () =>
      followRun(id, {
        lastSeq: () => lastWhole(journalNow.current),
        onEntry: (entry) => {
          take([entry]);
          refresh();
        },
        onStreaming: setStreaming,
        onSignedOut: () => setSignedOut(true),
      }),
    [id, refresh, take],
  );

  // Whatever the stream missed is read once the snapshot says that there is more.
  useEffect(() => {
    if (run.journalSeq > lastWhole(journal)) void catchUp();
  }, [run.journalSeq, journal, catchUp]);

  useEffect(() => {
    if (query.error instanceof SignedOut) setSignedOut(true);
  }, [query.error]);

  const contactAt = query.dataUpdatedAt;
  return { run, journal, contactAt, offsetMs: Date.parse(run.at) - contactAt, signedOut, refresh };
}

function isActive(run: RunView | undefined): boolean {
  return run !== undefined && ["running", "observing", "rolling-back", "paused", "needs-attention"].includes(run.status);
}

/**
 * Local time, once a second, from the first effect on; until then (server and first paint) `initialMs`, so that
 * both draw the same.
 */
export function useNow(initialMs: number): { now: number; mounted: boolean } {
  const [state, setState] = useState({ now: initialMs, mounted: false });
  useEffect(() => {
    const tick = () => setState({ now: Date.now(), mounted: true });
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  return state;
}
