"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ActionForm } from "@/components/ui/action-form";
import { Status } from "@/components/ui/status";
import type { ActionResult } from "@/lib/service/action";

interface SaveFormProps<T> {
  action: (raw: unknown) => Promise<ActionResult<T>>;
  children: (error: (name: string) => string | undefined) => ReactNode;
  submit?: string;
  saved?: string;
  testId?: string;
}

const LEAVE = "There are changes that were not saved. Leave without saving?";

/** A section of the settings: says when it has unsaved changes, warns before they are lost, Ctrl/Cmd+S saves. */
export function SaveForm<T>({ action, children, submit = "Save", saved = "Saved.", testId }: SaveFormProps<T>) {
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const [dirty, setDirty] = useState(false);
  useEffect(() => {
    if (!dirty) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (link !== null && !window.confirm(LEAVE)) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        box.current?.querySelector("form")?.requestSubmit();
      }
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    document.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
      document.removeEventListener("keydown", onKey);
    };
  }, [dirty]);
  return (
    <div ref={box} onInput={() => setDirty(true)}>
      <ActionForm
        action={action}
        submit={submit}
        testId={testId}
        done={() => (dirty ? null : <Status tone="ok">{saved}</Status>)}
        onDone={() => {
          setDirty(false);
          router.refresh();
        }}
      >
        {(error) => (
          <>
            {children(error)}
            {dirty ? (
              <p className="text-sm text-warn" role="status">
                Not saved yet.
              </p>
            ) : null}
          </>
        )}
      </ActionForm>
    </div>
  );
}
