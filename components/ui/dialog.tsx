"use client";

import { type ReactNode, useEffect, useRef } from "react";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Buttons, in reading order: cancel first. Absent where a form inside has its own. */
  footer?: ReactNode;
  testId?: string;
}

/** A modal on the platform's own dialog: focus is trapped, Esc cancels, focus returns to the opener. */
export function Dialog({ open, onClose, title, children, footer, testId }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      data-testid={testId}
      onClose={onClose}
      className="m-auto max-h-[92dvh] w-[min(34rem,calc(100vw-1.5rem))] overflow-auto rounded-xl border border-line-strong bg-panel p-0 text-ink"
    >
      <div className="flex max-h-[92dvh] flex-col">
        <h2 className="px-5 pt-4 pb-2 text-lg">{title}</h2>
        <div className="min-h-0 overflow-auto px-5 pb-4">{children}</div>
        {footer === undefined ? null : <div className="flex flex-wrap justify-end gap-3 border-t border-line px-5 py-3">{footer}</div>}
      </div>
    </dialog>
  );
}
