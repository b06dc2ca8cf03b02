import type { JournalView, RunView } from "@/components/migration/view";
import { formatClock } from "@/lib/core/duration";

/** Who did what, newest first. */
export function JournalList({ entries, run }: { entries: JournalView[]; run: Pick<RunView, "startedAt" | "timeZone" | "id" | "journalSeq"> }) {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: run.timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const zero = run.startedAt === null ? null : Date.parse(run.startedAt);
  return (
    <div>
      <section
        aria-label="Journal, newest first"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable region (WCAG 2.1.1)
        tabIndex={0}
        className="max-h-96 overflow-auto"
      >
        <ol reversed className="divide-y divide-line text-sm" data-testid="journal">
          {entries.toReversed().map((entry) => {
            const at = Date.parse(entry.at);
            const reason =
              typeof entry.data.reason === "string" && entry.data.reason !== "" && !entry.message.includes(entry.data.reason) ? entry.data.reason : null;
            return (
              <li key={entry.seq} data-seq={entry.seq} data-type={entry.type} className="grid grid-cols-[5.2rem_minmax(0,1fr)] gap-x-3 py-1.5">
                <span className="num text-xs text-ink-2">
                  {time.format(at)}
                  {zero === null || at < zero ? null : <span className="block">{formatClock(at - zero)}</span>}
                </span>
                <span className="min-w-0 break-words">
                  {entry.message}
                  {reason === null ? null : <q className="ml-1 text-ink-2">{reason}</q>}
                  <span className="block text-xs text-ink-2">{entry.actor.kind === "worker" ? "by the worker" : `by ${entry.actor.name}`}</span>
                </span>
              </li>
            );
          })}
        </ol>
      </section>
      {(entries[0]?.seq ?? 1) > 1 ? (
        <p className="pt-2 text-xs text-ink-2">
          The last {entries.length} of {run.journalSeq} entries; the <a href={`/runs/${run.id}/report`}>report</a> has all.
        </p>
      ) : null}
    </div>
  );
}
