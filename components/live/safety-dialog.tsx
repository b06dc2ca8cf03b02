"use client";

import { useEffect, useRef } from "react";
import { CommandForm } from "@/components/live/command-form";
import type { Sent } from "@/components/live/send-command";
import type { ActionView, RunView } from "@/components/migration/view";

function Part({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <dt className="font-semibold">{title}</dt>
      <dd className="mb-2">
        <ul className="list-disc pl-5 text-sm">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </dd>
    </>
  );
}

interface SafetyDialogProps {
  run: RunView;
  action: ActionView;
  open: boolean;
  /** Opened by the address while scripts had not loaded: drawn open in the HTML, not modal. */
  openInHtml: boolean;
  back: string;
  onClose: () => void;
  onSent: (sent: Sent) => void;
}

/** The one confirmation of Abort and Roll back: what stops, what stays, what runs on. Cancel is the first button. */
export function SafetyDialog({ run, action, open, openInHtml, back, onClose, onSent }: SafetyDialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.matches(":modal")) {
      // Drawn open by the server: taken back quietly (close() would tell the page that it was cancelled), then opened as modal.
      dialog.removeAttribute("open");
      dialog.showModal();
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  if (action.confirm === null) return null;
  const { title, consequences } = action.confirm;
  const titleId = `confirm-${action.command}`;
  return (
    <dialog
      ref={ref}
      open={openInHtml || undefined}
      aria-labelledby={titleId}
      data-testid="confirm-dialog"
      onClose={onClose}
      className="fixed inset-0 z-50 m-auto h-fit max-h-[92dvh] w-[min(34rem,calc(100vw-1.5rem))] overflow-hidden rounded-xl border border-line-strong bg-panel p-0 text-ink"
    >
      <div className="flex max-h-[92dvh] flex-col">
        <h2 id={titleId} className="px-5 pt-4 pb-2 text-lg">
          {title}
        </h2>
        <dl className="min-h-0 overflow-auto px-5">
          <Part title="What stops" lines={consequences.stops} />
          <Part title="What stays" lines={consequences.stays} />
          <Part title={action.command === "rollback" ? "What happens" : "What runs on"} lines={consequences.runsOn} />
        </dl>
        <div className="flex flex-wrap items-start justify-end gap-4 border-t border-line px-5 py-3">
          <form method="dialog">
            <button type="submit" data-testid="cancel" className="min-h-[56px] rounded-lg border-2 border-line-strong px-5 font-semibold rail:min-h-10">
              Cancel
            </button>
          </form>
          <CommandForm
            run={run}
            action={action}
            tone="danger"
            testId={`confirm-${action.command}`}
            back={back}
            label={action.command === "rollback" ? `Roll back run ${run.number}` : `Abort run ${run.number}`}
            onSent={(sent) => {
              onSent(sent);
              // Closed by the platform, so that focus returns to the button that opened it. A refusal stays here to be read.
              if (sent.state === "accepted") ref.current?.close();
            }}
          />
        </div>
      </div>
    </dialog>
  );
}
