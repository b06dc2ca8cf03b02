import { processListener } from "@/lib/db/listen";

/**
 * Calls `wake` whenever the journal of the run may have grown, and returns the way out. A hint, never the only way to
 * learn of an entry: whoever watches also polls.
 */
export function watchJournal(runId: string, wake: () => void): () => void {
  return processListener().subscribe("journal", (payload) => {
    if (payload === null || payload.startsWith(`${runId}:`)) wake();
  });
}
