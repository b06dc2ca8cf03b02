"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button, LinkButton } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Callout } from "@/components/ui/status";
import type { Review } from "@/lib/plan/review/types";
import { AddAnything } from "./add-anything";
import { DocumentPane, type LineTone } from "./document-pane";
import { GroupView } from "./group-view";
import { lineElement, markItems, markLines, reveal } from "./marks";
import { FindingsView, LostView, UnreadView } from "./notes-view";
import { type ReviewTools, useReview } from "./use-review";

interface BoardProps {
  initial: Review;
  /** First lines of the document; the rest is loaded when it is looked at. */
  first: string[];
  total: number;
  /** What the next step is called: *Create project*, *Update …*. */
  next: string;
}

type Side = "items" | "document";

/** The document beside what was understood of it; either marks the other. */
export function ReviewBoard({ initial, first, total, next }: BoardProps) {
  const { review, failure, ...acts } = useReview(initial);
  const [side, setSide] = useState<Side>("items");
  const [wanted, setWanted] = useState<number | null>(null);
  const [wantedItem, setWantedItem] = useState<{ id: string } | null>(null);
  const box = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const itemsOf = useMemo(() => itemsByLine(review), [review]);
  const tones = useMemo(() => tonesOf(review), [review]);

  const point = useCallback((lines: readonly number[]) => {
    const pane = box.current;
    if (pane === null) return;
    markLines(pane, lines);
    const line = lines[0];
    const element = line === undefined ? null : lineElement(pane, line);
    if (element !== null) reveal(pane, element);
    else if (line !== undefined) setWanted(line);
  }, []);
  const open = useCallback(
    (line: number) => {
      setSide("document");
      // The pane is drawn by the time the next frame comes.
      requestAnimationFrame(() => {
        point([line]);
        box.current?.focus({ preventScroll: true });
      });
    },
    [point],
  );
  const onLine = useCallback(
    (line: number) => {
      if (list.current !== null) markItems(list.current, itemsOf.get(line) ?? []);
    },
    [itemsOf],
  );
  const onLeave = useCallback(() => {
    if (list.current !== null) markItems(list.current, []);
  }, []);
  const onOpen = useCallback(
    (line: number) => {
      const id = itemsOf.get(line)?.[0];
      if (id === undefined) return;
      setSide("items");
      setWantedItem({ id });
    },
    [itemsOf],
  );
  useEffect(() => {
    if (wantedItem === null) return;
    // Its group draws it in the next frame, where it was among those not shown.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => showItem(list.current, wantedItem.id)));
    return () => cancelAnimationFrame(frame);
  }, [wantedItem]);
  const loadLines = useCallback(
    async (from: number, count: number) => {
      const response = await fetch(`/documents/${review.draft}/text?from=${from}&count=${count}`);
      if (!response.ok) throw new Error("the lines were not loaded");
      return ((await response.json()) as { lines: string[] }).lines;
    },
    [review.draft],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => stepByKey(event, list.current);
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const tools: ReviewTools = { ...acts, point, open };
  return (
    <>
      <SideTabs side={side} onChange={setSide} items={review.groups.reduce((sum, group) => sum + group.items.length, 0)} lines={total} />
      <div className="grid grid-cols-1 gap-4 rail:grid-cols-2">
        <div className={classNames("h-[calc(100dvh-15rem)] rail:sticky rail:top-4 rail:h-[calc(100dvh-6.5rem)]", side === "document" ? "" : "max-rail:hidden")}>
          <DocumentPane
            box={box}
            total={total}
            first={first}
            tones={tones}
            loadLines={loadLines}
            onLine={onLine}
            onLeave={onLeave}
            onOpen={onOpen}
            wanted={wanted}
          />
        </div>
        <div
          ref={list}
          data-testid="understood"
          className={classNames("grid min-w-0 grid-cols-1 content-start gap-3", side === "items" ? "" : "max-rail:hidden")}
        >
          {failure === null ? null : (
            <Callout tone="bad" role="alert" title={failure.message}>
              {failure.kind === "conflict" ? (
                <Button className="mt-1" onClick={() => window.location.reload()}>
                  Load the page again
                </Button>
              ) : undefined}
            </Callout>
          )}
          <LostView lost={review.lost} tools={tools} />
          {review.leftOut.length === 0 ? null : (
            <Callout tone="warn" title="Left out as well, because it rests on what you dropped or changed:">
              <ul className="list-disc pl-5">
                {review.leftOut.slice(0, 20).map((one) => (
                  <li key={one.text} className="break-words">
                    {one.line === null ? "" : `line ${one.line}, `}
                    {one.text}
                  </li>
                ))}
              </ul>
            </Callout>
          )}
          <FindingsView findings={review.findings} tools={tools} />
          {review.groups.map((group) => (
            <GroupView key={group.key} group={group} tools={tools} wanted={wantedItem?.id ?? null} />
          ))}
          <AddAnything tools={tools} />
          <UnreadView unread={review.unread} tools={tools} />
        </div>
      </div>
      <div className="sticky bottom-0 z-10 mt-4 flex flex-wrap items-center justify-between gap-3 border-t border-line bg-page py-3 max-rail:bottom-14">
        <p role="status" className="text-sm text-ink-2">
          {acts.pending
            ? "Saving…"
            : review.counts.corrections === 0
              ? "No corrections so far."
              : `${review.counts.corrections} ${review.counts.corrections === 1 ? "correction" : "corrections"}, saved.`}
        </p>
        {review.empty ? (
          <p className="text-sm">Nothing to import: add something by hand, or choose another document.</p>
        ) : (
          <LinkButton tone="primary" href={`/documents/${review.draft}/create`} prefetch={false}>
            {next}
          </LinkButton>
        )}
      </div>
    </>
  );
}

function SideTabs({ side, onChange, items, lines }: { side: Side; onChange: (side: Side) => void; items: number; lines: number }) {
  const tab = (name: Side, text: string) => (
    <button
      type="button"
      aria-pressed={side === name}
      className={classNames("min-h-11 grow border-b-2 px-3 text-sm font-semibold", side === name ? "border-accent text-ink" : "border-transparent text-ink-2")}
      onClick={() => onChange(name)}
    >
      {text}
    </button>
  );
  return (
    <fieldset className="mb-3 flex border-b border-line rail:hidden">
      <legend className="sr-only">Side to show</legend>
      {tab("items", `Understood (${items})`)}
      {tab("document", `Document (${lines} lines)`)}
    </fieldset>
  );
}

/** Entries by the lines they were read from; findings and unread parts too. */
function itemsByLine(review: Review): Map<number, string[]> {
  const index = new Map<number, string[]>();
  const put = (lines: readonly number[], id: string) => {
    for (const line of lines) {
      const ids = index.get(line);
      if (ids === undefined) index.set(line, [id]);
      else ids.push(id);
    }
  };
  for (const group of review.groups) {
    for (const item of group.items) put(item.lines, item.id);
    if (group.about !== null) put(group.about.lines, group.about.id);
  }
  review.findings.forEach((finding, i) => {
    put(finding.lines, `finding:${i}`);
  });
  review.unread.forEach((part, i) => {
    put([part.line], `unread:${i}`);
  });
  return index;
}

function tonesOf(review: Review): Map<number, LineTone> {
  const tones = new Map<number, LineTone>();
  for (const part of review.unread) tones.set(part.line, "unread");
  for (const group of review.groups) {
    for (const item of [...group.items, ...(group.about === null ? [] : [group.about])]) for (const line of item.lines) tones.set(line, "read");
  }
  for (const finding of review.findings) for (const line of finding.lines) tones.set(line, "finding");
  return tones;
}

function showItem(list: HTMLElement | null, id: string): void {
  const element = [...(list?.querySelectorAll<HTMLElement>("[data-item]") ?? [])].find((one) => one.dataset.item === id);
  if (list === null || element === undefined) return;
  element.closest("details")?.setAttribute("open", "");
  markItems(list, [id]);
  element.scrollIntoView({ block: "center" });
  const target = element.querySelector<HTMLElement>("[data-review-button]") ?? element.querySelector<HTMLElement>("a");
  target?.focus({ preventScroll: true });
}

/** `j` and `k` go from entry to entry, unless somebody is writing. */
function stepByKey(event: KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
  const target = event.target as HTMLElement | null;
  if (step === 0 || list === null || event.metaKey || event.ctrlKey || event.altKey || target?.closest("input, select, textarea") != null) return;
  const buttons = [...list.querySelectorAll<HTMLElement>("[data-review-button]")].filter((button) => button.offsetParent !== null);
  const at = buttons.findIndex((button) => button.closest("[data-item]")?.contains(document.activeElement));
  const next = buttons[at === -1 ? 0 : Math.min(buttons.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
