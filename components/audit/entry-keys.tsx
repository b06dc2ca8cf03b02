"use client";

import { useEffect } from "react";

/** Keys of the audit list: `/` filter, `j` and `k` move; Enter opens the entry that has focus, as everywhere. */
export function EntryKeys() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog")) return;
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLElement>("[data-audit-filter] input")?.focus();
        return;
      }
      const step = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
      if (step === 0) return;
      const entries = [...document.querySelectorAll<HTMLElement>("[data-audit-entry] > summary")];
      const at = entries.indexOf(document.activeElement as HTMLElement);
      entries[Math.min(entries.length - 1, Math.max(0, at + step))]?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return null;
}
