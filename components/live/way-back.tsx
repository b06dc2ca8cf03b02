"use client";

import { useQuery } from "@tanstack/react-query";
import { readJson } from "@/components/live/use-live-run";
import type { WayBackView } from "@/components/migration/view";
import { Sparkline } from "@/components/ui/sparkline";
import { Status, type Tone } from "@/components/ui/status";
import { formatDuration } from "@/lib/core/duration";
import { formatAgo } from "@/lib/core/time";

const HISTORY_MS = 10_000;

const WORDS: Record<WayBackView["state"], { word: string; tone: Tone }> = {
  "nothing-done": { word: "Nothing to undo yet", tone: "neutral" },
  lossless: { word: "Going back loses nothing", tone: "ok" },
  lossy: { word: "Going back loses data", tone: "bad" },
  impossible: { word: "Going back is not possible", tone: "bad" },
  unknown: { word: "Not known", tone: "bad" },
};

interface History {
  meters: { step: string; history: { lagBytes: number | null }[] }[];
}

/** Bytes as people read them: `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

function useLagHistory(runId: string, active: boolean): number[] {
  const query = useQuery<History>({
    queryKey: ["run-meters", runId],
    queryFn: ({ signal }) => readJson<History>(`/api/v1/runs/${encodeURIComponent(runId)}/meters`, signal),
    enabled: active,
    refetchInterval: HISTORY_MS,
    retry: false,
    networkMode: "always",
  });
  const last = query.data?.meters.findLast((meter) => meter.history.some((point) => point.lagBytes !== null));
  return (last?.history ?? []).flatMap((point) => (point.lagBytes === null ? [] : [point.lagBytes]));
}

/** The reversibility meter: can the run go back now, how long does it take, what would be lost. */
export function WayBack({ runId, back, nowMs, until }: { runId: string; back: WayBackView; nowMs: number; until: string | null }) {
  const lag = useLagHistory(runId, back.measuredAt !== null);
  const { word, tone } = WORDS[back.state];
  const facts: [string, string][] = [
    ...(back.undoes === 0 ? [] : ([["Steps to undo", String(back.undoes)]] as [string, string][])),
    ...(back.seconds === null ? [] : ([["Takes about", formatDuration(back.seconds * 1_000)]] as [string, string][])),
    ...(back.measuredAt === null
      ? []
      : ([["Writes that would be lost", back.writesAtRisk === null ? "not known" : back.writesAtRisk.toLocaleString("en-GB")]] as [string, string][])),
    ...(back.lag === null
      ? []
      : ([["Behind by", `${formatBytes(back.lag.bytes)}${back.lag.seconds === null ? "" : `, ${formatDuration(back.lag.seconds * 1_000)}`}`]] as [
          string,
          string,
        ][])),
  ];
  return (
    <div className="grid gap-2 text-sm" data-testid="way-back" data-state={back.state}>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <Status tone={tone}>{word}</Status>
        {back.measuredAt === null ? null : <span className="num text-xs text-ink-2">measured {formatAgo(new Date(back.measuredAt), new Date(nowMs))}</span>}
      </p>
      <p className="break-words text-ink-2">{back.why}</p>
      {facts.length === 0 ? null : (
        <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-2">{name}</dt>
              <dd className="num text-right">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {lag.length < 2 ? null : (
        <p className="flex items-center justify-between gap-3 text-xs text-ink-2">
          Lag since the start, at most {formatBytes(Math.max(...lag))} <Sparkline values={lag} width={128} height={20} />
        </p>
      )}
      {[...back.breaches, ...back.alarms].map((text) => (
        <p key={text} role="alert" className="break-words text-bad">
          {text}
        </p>
      ))}
      {back.byHand.length === 0 ? null : <p className="text-ink-2">By hand, not undone by itself: {back.byHand.join(", ")}.</p>}
      {until === null ? null : <p className="text-ink-2">Promised until {until.slice(0, 16).replace("T", " ")} UTC.</p>}
    </div>
  );
}
