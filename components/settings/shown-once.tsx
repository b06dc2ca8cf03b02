"use client";

import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { Callout } from "@/components/ui/status";

/** A secret that is shown this one time, with a button to copy it. */
export function ShownOnce({ title, text, children, testId }: { title: string; text: string; children?: ReactNode; testId?: string }) {
  return (
    <Callout tone="ok" title={title}>
      <p className="mt-1 flex flex-wrap items-center gap-2">
        <code data-testid={testId} className="min-w-0 rounded border border-line bg-panel px-2 py-1 break-all">
          {text}
        </code>
        <CopyButton text={text} />
      </p>
      {children}
    </Callout>
  );
}
