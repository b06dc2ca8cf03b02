"use client";

import { memo, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";

/** Lines drawn, skipped or loaded together. */
const CHUNK = 200;

export type LineTone = "read" | "finding" | "unread";

interface DocumentPaneProps {
  box: RefObject<HTMLElement | null>;
  total: number;
  /** Lines that came with the page, from the first on. */
  first: readonly string[];
  /** What is known of a line; lines that are not in it were only read over. */
  tones: ReadonlyMap<number, LineTone>;
  loadLines: (from: number, count: number) => Promise<string[]>;
  onLine: (line: number) => void;
  onLeave: () => void;
  onOpen: (line: number) => void;
  /** A line that is to be drawn even though it is far away. */
  wanted: number | null;
}

/** The document with line numbers. Far parts of a long one are loaded when they come into view. */
export function DocumentPane({ box, total, first, tones, loadLines, onLine, onLeave, onOpen, wanted }: DocumentPaneProps) {
  const chunks = Math.ceil(total / CHUNK);
  const [loaded, setLoaded] = useState<ReadonlyMap<number, readonly string[]>>(new Map());
  const asked = useRef(new Set<number>());
  const load = useCallback(
    (chunk: number) => {
      if (asked.current.has(chunk) || chunk * CHUNK < first.length) return;
      asked.current.add(chunk);
      loadLines(chunk * CHUNK + 1, CHUNK)
        .then((lines) => setLoaded((before) => new Map(before).set(chunk, lines)))
        .catch(() => asked.current.delete(chunk));
    },
    [first.length, loadLines],
  );
  useEffect(() => {
    if (wanted !== null) load(Math.floor((wanted - 1) / CHUNK));
  }, [wanted, load]);
  const at = (target: EventTarget) => Number((target as HTMLElement).closest<HTMLElement>("[data-line]")?.dataset.line ?? 0);
  return (
    <section
      ref={box}
      aria-label="The document, with line numbers. Arrow keys move between lines, Enter goes to what was read from one."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
      tabIndex={0}
      data-testid="document"
      className="h-full overflow-auto rounded-xl border border-line bg-panel py-2 font-mono text-xs leading-5"
      onPointerOver={(event) => {
        const line = at(event.target);
        if (line > 0 && event.pointerType !== "touch") onLine(line);
      }}
      onPointerLeave={onLeave}
      onClick={(event) => {
        const line = at(event.target);
        if (line > 0) onOpen(line);
      }}
      onKeyDown={(event) => moveByKey(event, box.current, onLine, onOpen)}
    >
      {Array.from({ length: chunks }, (_, chunk) => (
        <Chunk
          // biome-ignore lint/suspicious/noArrayIndexKey: a chunk is its place
          key={chunk}
          chunk={chunk}
          size={Math.min(CHUNK, total - chunk * CHUNK)}
          lines={chunk * CHUNK < first.length ? first.slice(chunk * CHUNK, (chunk + 1) * CHUNK) : (loaded.get(chunk) ?? null)}
          tones={tones}
          onSeen={load}
        />
      ))}
    </section>
  );
}

/** Up and down move a current line, Enter opens it. */
function moveByKey(event: React.KeyboardEvent, box: HTMLElement | null, onLine: (line: number) => void, onOpen: (line: number) => void): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (box === null || (step === 0 && event.key !== "Enter")) return;
  const current = box.querySelector<HTMLElement>("[data-current]");
  const line = Number(current?.dataset.line ?? 0);
  event.preventDefault();
  if (step === 0) {
    if (line > 0) onOpen(line);
    return;
  }
  const next = box.querySelector<HTMLElement>(`[data-line="${Math.max(1, line + step)}"]`);
  if (next === null) return;
  current?.removeAttribute("data-current");
  next.setAttribute("data-current", "");
  next.scrollIntoView({ block: "nearest" });
  onLine(Number(next.dataset.line));
}

interface ChunkProps {
  chunk: number;
  size: number;
  lines: readonly string[] | null;
  tones: ReadonlyMap<number, LineTone>;
  onSeen: (chunk: number) => void;
}

const TONES: Record<LineTone, string> = {
  read: "border-l-accent",
  finding: "border-l-warn bg-warn-soft",
  unread: "border-l-line-strong border-dashed",
};
const SAID: Record<LineTone, string> = { read: "", finding: " (a finding rests on it)", unread: " (not understood)" };

const Chunk = memo(function Chunk({ chunk, size, lines, tones, onSeen }: ChunkProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (element === null || lines !== null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onSeen(chunk);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [chunk, lines, onSeen]);
  if (lines === null) {
    return (
      <div ref={ref} style={{ height: `${size * 1.25}rem` }} className="px-3 text-ink-2">
        <span className="sticky top-2">
          Loading lines {chunk * CHUNK + 1} to {chunk * CHUNK + size} …
        </span>
      </div>
    );
  }
  return (
    <div ref={ref} style={{ contentVisibility: "auto", containIntrinsicSize: `auto ${size * 1.25}rem` }}>
      {lines.map((text, index) => {
        const number = chunk * CHUNK + index + 1;
        const tone = tones.get(number);
        return (
          <div
            key={number}
            id={`L${number}`}
            data-line={number}
            className={classNames(
              "flex scroll-mt-24 border-l-4 px-2 data-current:outline-2 data-current:-outline-offset-2 data-current:outline-accent data-marked:bg-accent-soft",
              tone === undefined ? "border-l-transparent" : `${TONES[tone]} cursor-pointer`,
            )}
          >
            <span className="w-10 shrink-0 pr-2 text-right text-ink-2 select-none">
              {number}
              {tone === undefined || SAID[tone] === "" ? null : <span className="sr-only">{SAID[tone]}</span>}
            </span>
            <span className="min-w-0 break-words whitespace-pre-wrap">{text === "" ? " " : text}</span>
          </div>
        );
      })}
    </div>
  );
});
