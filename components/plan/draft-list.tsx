import Link from "next/link";
import { formatAgo } from "@/lib/core/time";
import type { DraftRow } from "@/lib/plan/drafts";

/** Documents whose review was begun and not finished. */
export function DraftList({ drafts, now }: { drafts: readonly DraftRow[]; now: Date }) {
  return (
    <ul className="divide-y divide-line" data-testid="drafts">
      {drafts.map((draft) => (
        <li key={draft.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2">
          <Link href={`/documents/${draft.id}`} className="font-semibold break-all max-rail:min-h-11 max-rail:content-center">
            {draft.fileName || `Pasted: ${draft.beginning.replace(/\s+/g, " ").slice(0, 50)}`}
          </Link>
          <span className="text-sm text-ink-2">
            {draft.slug === null ? "for a new project" : `for ${draft.slug}`}, {draft.corrections} {draft.corrections === 1 ? "correction" : "corrections"},
            touched {formatAgo(draft.updatedAt, now)}
            {draft.by === null ? "" : ` by ${draft.by}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
