"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";

/** Copies a text; says so to everybody. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="inline-flex min-h-8 items-center gap-1.5 rounded border border-line px-2 text-xs font-semibold text-ink hover:bg-panel-2 max-rail:min-h-11"
      onClick={() => {
        navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), 2_000);
        });
      }}
    >
      {copied ? <Check className="size-3.5" aria-hidden="true" /> : <Copy className="size-3.5" aria-hidden="true" />}
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </button>
  );
}
