import { canonicalJson } from "@/lib/core/canonical";

/** What an import of a file does to one row of its source. */
export type RowStatus = "new" | "changed" | "unchanged" | "returned" | "vanished";

/** A row that an earlier import of the same source made. */
export interface StoredRow {
  id: string;
  address: string;
  /** An earlier import did not find it any more. */
  gone: boolean;
  /** What counts as a change when it differs. */
  content: Record<string, unknown>;
}

export interface FoundRow {
  address: string;
  /** Where the source had it before it was moved inside the source. */
  previousAddress: string | null;
  content: Record<string, unknown>;
}

export type RowChange<F extends FoundRow, S extends StoredRow> =
  | { status: "new"; found: F; stored: null }
  | { status: "changed" | "unchanged" | "returned"; found: F; stored: S }
  | { status: "vanished"; found: null; stored: S };

/**
 * Rows of a source before and now, matched by address: one change per row found, in the order of the file, then the
 * ones that vanished. A row that is gone already and still is has no change. Pure.
 */
export function compareRows<F extends FoundRow, S extends StoredRow>(stored: readonly S[], found: readonly F[]): RowChange<F, S>[] {
  const byAddress = new Map(stored.map((row) => [row.address, row]));
  const addresses = new Set(found.map((row) => row.address));
  const matched = new Set<S>();
  const changes = found.map((row): RowChange<F, S> => {
    const moved = row.previousAddress === null || addresses.has(row.previousAddress) ? undefined : byAddress.get(row.previousAddress);
    const before = byAddress.get(row.address) ?? moved;
    if (before === undefined || matched.has(before)) return { status: "new", found: row, stored: null };
    matched.add(before);
    if (before.gone) return { status: "returned", found: row, stored: before };
    const same = before.address === row.address && canonicalJson(before.content) === canonicalJson(row.content);
    return { status: same ? "unchanged" : "changed", found: row, stored: before };
  });
  const vanished = stored.filter((row) => !row.gone && !matched.has(row));
  return [...changes, ...vanished.map((row) => ({ status: "vanished" as const, found: null, stored: row }))];
}

/** How many rows there are of each status. */
export type RowCounts = Record<RowStatus, number>;

export function countRows(changes: readonly { status: RowStatus }[]): RowCounts {
  const counts: RowCounts = { new: 0, changed: 0, unchanged: 0, returned: 0, vanished: 0 };
  for (const change of changes) counts[change.status] += 1;
  return counts;
}

/**
 * Why a file looks like another source than the one imported before under the same name; null when it does not. Such an
 * import would mark everything of the former source as gone.
 */
export function otherSource(before: { lineage: string | null } | null, lineage: string | null, changes: readonly { status: RowStatus }[]): string | null {
  if (before === null) return null;
  if (before.lineage !== null && lineage !== null && before.lineage !== lineage) return "its state has another lineage";
  if (before.lineage !== null && before.lineage === lineage) return null;
  const counts = countRows(changes);
  const kept = counts.changed + counts.unchanged + counts.returned;
  return counts.vanished > 0 && kept === 0 ? "it has nothing of what was imported before" : null;
}
