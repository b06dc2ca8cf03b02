"use client";

import { useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { Badge } from "@/components/ui/status";
import type { EditNote, ReviewItem } from "@/lib/plan/review/types";
import { EditForm } from "./edit-form";
import { LineLinks } from "./line-links";
import type { ReviewTools } from "./use-review";

const SMALL = "min-h-8 rounded px-1.5 text-sm font-semibold text-accent hover:underline max-rail:min-h-11 max-rail:px-2 disabled:opacity-60";

/** One thing that was understood, with its lines, and the ways to correct it. */
export function ItemRow({ item, tools, word }: { item: ReviewItem; tools: ReviewTools; word: string | null }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    // The form is tall: without it the entry would be out of sight.
    requestAnimationFrame(() => button.current?.focus());
  };
  const dropped = item.state === "dropped";
  return (
    <li
      data-item={item.id}
      data-lines={item.lines.join(",")}
      data-testid="review-item"
      className={classNames(
        "border-l-4 border-l-transparent py-1.5 pr-1 pl-2 data-marked:border-l-accent data-marked:bg-accent-soft",
        item.depth === 1 && "ml-5",
      )}
      onPointerEnter={(event) => {
        if (event.pointerType !== "touch") tools.point(item.lines);
      }}
      onPointerLeave={() => tools.point([])}
      onFocus={() => tools.point(item.lines)}
    >
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <div className={classNames("min-w-0 grow basis-60", dropped && "line-through")}>
          {word === null ? null : <span className="mr-1.5 text-xs text-ink-2">{word}</span>}
          <span className="font-semibold break-words">{item.title}</span> <span className="num text-sm break-words text-ink-2">{item.detail}</span>
        </div>
        {item.state === "read" ? null : <Badge tone={dropped ? "warn" : item.state === "added" ? "ok" : "info"}>{item.state}</Badge>}
        <LineLinks lines={item.lines} onOpen={tools.open} />
        <div className="flex gap-1">
          {dropped ? (
            <button type="button" className={SMALL} disabled={tools.pending} onClick={() => tools.undo(item.edits.map((edit) => edit.id))}>
              Restore<span className="sr-only"> {item.title}</span>
            </button>
          ) : (
            <>
              <button
                ref={button}
                type="button"
                className={classNames(SMALL, "scroll-my-24")}
                aria-expanded={open}
                data-review-button
                onClick={() => setOpen(!open)}
              >
                Correct<span className="sr-only"> {item.title}</span>
              </button>
              <button type="button" className={SMALL} disabled={tools.pending} onClick={() => tools.drop(item.id)}>
                Drop<span className="sr-only"> {item.title}</span>
              </button>
            </>
          )}
        </div>
      </div>
      {dropped ? null : <EditNotes edits={item.edits} tools={tools} />}
      {open ? (
        <EditForm
          title={`Correct ${item.title}`}
          submit="Save the correction"
          load={() => tools.fieldsOf({ item: item.id })}
          save={(changed) => tools.set(item.id, changed)}
          onClose={close}
        />
      ) : null}
    </li>
  );
}

const OUTCOMES: Record<EditNote["outcome"], string> = {
  applied: "",
  same: "The document now says the same.",
  changed: "The document has changed here since; your correction stands.",
  lost: "",
};

function EditNotes({ edits, tools }: { edits: EditNote[]; tools: ReviewTools }) {
  if (edits.length === 0) return null;
  return (
    <ul className="mt-0.5 text-sm">
      {edits.map((edit) => (
        <li key={edit.id} className="flex flex-wrap items-baseline gap-x-2 text-info">
          <span className="min-w-0 break-words">{edit.text}</span>
          {OUTCOMES[edit.outcome] === "" ? null : <span className="text-ink">{OUTCOMES[edit.outcome]}</span>}
          <button type="button" className={SMALL} disabled={tools.pending} onClick={() => tools.undo([edit.id])}>
            Take back<span className="sr-only"> {edit.text}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
