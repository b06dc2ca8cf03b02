import type { JournalView } from "@/components/migration/view";

/** Entries kept in the page; the whole journal is in the report. */
export const KEPT_ENTRIES = 500;

/**
 * Journal of the page and new entries as one list without doubles, in order. `gap`: entries between are missing and
 * must be read before anything is shown as complete.
 */
export function mergeJournal(have: readonly JournalView[], more: readonly JournalView[]): { entries: JournalView[]; gap: boolean } {
  const bySeq = new Map(have.map((entry) => [entry.seq, entry]));
  for (const entry of more) bySeq.set(entry.seq, entry);
  const entries = [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-KEPT_ENTRIES);
  const gap = entries.some((entry, index) => index > 0 && entry.seq !== (entries[index - 1]?.seq ?? 0) + 1);
  return { entries, gap };
}

/** The last number without a gap before it: where reading goes on. */
export function lastWhole(entries: readonly JournalView[]): number {
  let last = entries[0]?.seq ?? 0;
  for (const entry of entries.slice(1)) {
    if (entry.seq !== last + 1) break;
    last = entry.seq;
  }
  return last;
}
