"use client";

import { useState } from "react";
import { FindingDetails, FindingMark } from "@/components/plan/finding-parts";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/status";
import type { Finding } from "@/lib/plan/checks/types";
import type { EditNote, UnreadPart } from "@/lib/plan/review/types";
import { LineLinks } from "./line-links";
import type { ReviewTools } from "./use-review";

/** What the checks noticed, errors first; each marks the lines it rests on. */
export function FindingsView({ findings, tools }: { findings: readonly Finding[]; tools: ReviewTools }) {
  return (
    <details open className="rounded-xl border border-line bg-panel p-3 shadow-(--shadow)" data-testid="group-findings">
      <summary className="cursor-pointer max-rail:min-h-11 max-rail:content-center">
        <h2 className="inline">Findings</h2> <span className="num text-sm text-ink-2">({findings.length})</span>
      </summary>
      {findings.length === 0 ? (
        <p className="mt-1 text-sm text-ink-2">The checks have nothing to note: what was read does not contradict itself.</p>
      ) : (
        <ul className="mt-2 divide-y divide-line">
          {findings.map((finding, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name of their own
              key={index}
              data-item={`finding:${index}`}
              data-lines={finding.lines.join(",")}
              className="grid gap-0.5 border-l-4 border-l-transparent py-2 pl-2 data-marked:border-l-accent data-marked:bg-accent-soft"
              onPointerEnter={(event) => {
                if (event.pointerType !== "touch") tools.point(finding.lines);
              }}
              onPointerLeave={() => tools.point([])}
              onFocus={() => tools.point(finding.lines)}
            >
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <FindingMark finding={finding} />
                <LineLinks lines={finding.lines} onOpen={tools.open} />
              </div>
              <p className="break-words">{finding.message}</p>
              <FindingDetails finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

const SHOWN = 30;

/** Parts with figures or tasks in them that nothing was read from. */
export function UnreadView({ unread, tools }: { unread: readonly UnreadPart[]; tools: ReviewTools }) {
  const [all, setAll] = useState(false);
  if (unread.length === 0) return null;
  return (
    <details className="rounded-xl border border-line bg-panel p-3 shadow-(--shadow)" data-testid="group-unread">
      <summary className="cursor-pointer max-rail:min-h-11 max-rail:content-center">
        <h2 className="inline">Not understood</h2> <span className="num text-sm text-ink-2">({unread.length})</span>
      </summary>
      <p className="mt-1 text-sm text-ink-2">These lines have figures or tasks in them that nothing was made of. What matters can be added by hand.</p>
      <ul className="mt-2 divide-y divide-line">
        {unread.slice(0, all ? unread.length : SHOWN).map((part, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: several parts may stand on one line
            key={index}
            data-item={`unread:${index}`}
            data-lines={part.line}
            className="border-l-4 border-l-transparent py-1.5 pl-2 data-marked:border-l-accent data-marked:bg-accent-soft"
            onPointerEnter={(event) => {
              if (event.pointerType !== "touch") tools.point([part.line]);
            }}
            onPointerLeave={() => tools.point([])}
            onFocus={() => tools.point([part.line])}
          >
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="min-w-0 grow basis-60 font-mono text-sm break-words">{part.text}</span>
              <LineLinks lines={[part.line]} onOpen={tools.open} />
            </div>
            {part.reason === "Nothing was read from this line." ? null : <p className="text-sm text-ink-2">{part.reason}</p>}
          </li>
        ))}
      </ul>
      {!all && unread.length > SHOWN ? (
        <Button className="mt-2" onClick={() => setAll(true)}>
          Show all {unread.length}
        </Button>
      ) : null}
    </details>
  );
}

/** Corrections of a former review whose entry is no longer in the document. */
export function LostView({ lost, tools }: { lost: readonly EditNote[]; tools: ReviewTools }) {
  if (lost.length === 0) return null;
  return (
    <Callout tone="warn" title={`${lost.length} ${lost.length === 1 ? "correction does" : "corrections do"} not find what they were about.`}>
      <p>The document has changed there. They are kept, and made again when it comes back; take back what no longer counts.</p>
      <ul className="mt-1">
        {lost.map((edit) => (
          <li key={edit.id} className="flex flex-wrap items-baseline gap-x-2">
            <span className="break-words">{edit.text}</span>
            <button
              type="button"
              className="min-h-8 font-semibold text-accent hover:underline max-rail:min-h-11"
              disabled={tools.pending}
              onClick={() => tools.undo([edit.id])}
            >
              Take back<span className="sr-only"> {edit.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
