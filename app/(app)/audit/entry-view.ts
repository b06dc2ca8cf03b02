import type { EntryView } from "@/components/audit/entry";
import { formatInstant } from "@/lib/core/time";
import { changedFields } from "@/lib/service/audit-diff";
import type { StoredEntry } from "@/lib/service/audit-verify";

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** An entry as the page shows it. */
export function entryView(entry: StoredEntry, projects: Map<string, { slug: string; name: string }>, timeZone: string): EntryView {
  const kind = text(entry.actor.kind);
  return {
    seq: entry.seq,
    at: formatInstant(entry.at, timeZone),
    actor: text(entry.actor.name) || kind,
    through: kind === "token" ? `by token ${text(entry.actor.token)}` : kind === "user" ? "" : kind === text(entry.actor.name) ? "" : kind,
    action: entry.action,
    object: text(entry.object.name) || `${text(entry.object.type)} ${text(entry.object.id)}`,
    project: entry.projectId === null ? null : (projects.get(entry.projectId) ?? null),
    runId: entry.runId,
    planHash: entry.planHash,
    reason: entry.reason,
    address: entry.address,
    hash: entry.hash,
    changes: changedFields(entry.before, entry.after),
  };
}
