"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { LogLine, RunView } from "@/components/migration/view";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

/** Lines kept in the page; the rest is in the file. */
const KEPT = 2_000;
const POLL_MS = 2_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts terminal colours, which are taken out
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;

/** Terminal colours removed; the text is shown as text, never as markup. */
export function plainLine(line: string): string {
  return line.replace(ANSI, "");
}

async function readLog(runId: string, step: string, after: number | null): Promise<{ lines: LogLine[]; total: number }> {
  const query = new URLSearchParams({ step, ...(after === null ? {} : { after: String(after) }) });
  const response = await fetch(`/api/v1/runs/${encodeURIComponent(runId)}/log?${query}`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as { lines: LogLine[]; total: number };
}

/** Lines of one step, grown by polling from the last one that is there. */
function useLog(run: RunView, step: string) {
  const [log, setLog] = useState<{ step: string; lines: LogLine[]; total: number }>({ step, lines: [], total: 0 });
  const have = log.step === step ? log : { step, lines: [], total: 0 };
  const query = useQuery({
    queryKey: ["log", run.id, step],
    queryFn: async () => {
      const last = have.lines.at(-1)?.seq ?? null;
      const more = await readLog(run.id, step, last);
      setLog((before) => {
        const lines = before.step === step ? before.lines : [];
        const top = lines.at(-1)?.seq ?? -1;
        return { step, lines: [...lines, ...more.lines.filter((line) => line.seq > top)].slice(-KEPT), total: more.total };
      });
      return more.total;
    },
    refetchInterval: run.ended ? false : POLL_MS,
    networkMode: "always",
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  return { ...have, failed: query.isError };
}

/** The log of a step: follows by default, stops when one scrolls up, wraps, searches, downloads raw. */
export function LogPanel({ run }: { run: RunView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [follow, setFollow] = useState(true);
  const [wrap, setWrap] = useState(true);
  const [search, setSearch] = useState("");
  const [seen, setSeen] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const started = run.steps.filter((step) => step.startedAt !== null);
  const step = chosen ?? run.current?.key ?? started.at(-1)?.key ?? run.steps[0]?.key ?? "";
  const log = useLog(run, step);
  const last = log.lines.at(-1)?.seq ?? 0;
  const fresh = log.lines.filter((line) => line.seq > seen).length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls whenever a line arrives
  useEffect(() => {
    if (!follow || box.current === null) return;
    box.current.scrollTop = box.current.scrollHeight;
    setSeen(last);
  }, [follow, last, step]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key === "f" && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) setFollow((on) => !on);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const needle = search.trim().toLowerCase();
  const lines = needle === "" ? log.lines : log.lines.filter((line) => line.line.toLowerCase().includes(needle));
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <label className="flex min-w-0 items-center gap-1.5">
          <span className="text-ink-2">Step</span>
          <select
            value={step}
            onChange={(event) => {
              setChosen(event.target.value === run.current?.key ? null : event.target.value);
              setSeen(0);
            }}
            className="min-h-9 max-w-56 rounded-md border border-line-strong bg-panel px-2 max-rail:min-h-11"
          >
            {run.steps.map((one) => (
              <option key={one.id} value={one.key}>
                {one.number}. {one.title}
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          aria-label="Search in the log"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="min-h-9 w-32 rounded-md border border-line-strong bg-panel px-2 max-rail:min-h-11"
        />
        <Button aria-pressed={follow} onClick={() => setFollow((on) => !on)} title="Key f">
          {follow ? "Following" : "Follow"}
        </Button>
        <Button aria-pressed={wrap} onClick={() => setWrap((on) => !on)}>
          {wrap ? "Wrapped" : "Wrap"}
        </Button>
        <a className="text-sm" href={`/api/v1/runs/${run.id}/log?step=${encodeURIComponent(step)}&format=raw`} download>
          Download raw
        </a>
        {lines.length > 0 && lines.length <= 200 ? <CopyButton text={lines.map((line) => plainLine(line.line)).join("\n")} label="Copy lines" /> : null}
      </div>
      <div className="relative">
        <div
          ref={box}
          role="log"
          aria-live="off"
          aria-label="Step log"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
          tabIndex={0}
          data-testid="log"
          onScroll={(event) => {
            const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
            const atEnd = scrollHeight - scrollTop - clientHeight < 24;
            if (!atEnd && follow) setFollow(false);
            if (atEnd) setSeen(last);
          }}
          className="h-64 overflow-auto rounded-md border border-line bg-panel-2 p-2 font-mono text-xs"
        >
          {lines.length === 0 ? (
            <p className="text-ink-2">
              {log.failed ? "The log could not be read; trying again." : needle === "" ? "This step has printed nothing yet." : `No line contains "${search}".`}
            </p>
          ) : (
            lines.map((line) => (
              <p
                key={line.seq}
                className={wrap ? "break-all whitespace-pre-wrap" : "whitespace-pre"}
                style={{ contentVisibility: "auto", containIntrinsicSize: "auto 1rem" }}
              >
                <span className="mr-2 text-ink-2 select-none">{line.at.slice(11, 19)}</span>
                {plainLine(line.line)}
              </p>
            ))
          )}
        </div>
        {!follow && fresh > 0 ? (
          <button
            type="button"
            className="absolute right-3 bottom-2 min-h-9 rounded-full border border-accent bg-accent-soft px-3 text-xs font-semibold max-rail:min-h-11"
            onClick={() => setFollow(true)}
          >
            {fresh} new {fresh === 1 ? "line" : "lines"}
          </button>
        ) : null}
      </div>
      <p className="text-xs text-ink-2">
        {log.total > log.lines.length ? `The last ${log.lines.length} of ${log.total} lines; download for all. ` : ""}Times in UTC.
      </p>
    </div>
  );
}
