import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { IN_SCOPE, notOfExtension } from "@/lib/migration/executors/copy/inspect";

/** Where a sequence stands; values as whole numbers. */
export interface SequenceStand {
  name: string;
  /** Last value handed out; null when it was never called. */
  last: bigint | null;
  increment: bigint;
  cycles: boolean;
}

/** Every sequence in scope, those of identity columns included (B-9). */
export async function readSequenceStands(client: pg.Client, schemas: readonly string[] | null): Promise<SequenceStand[]> {
  const rows = await query(
    client,
    `SELECT format('%I.%I', s.schemaname, s.sequencename) AS name, s.last_value AS last, s.increment_by AS increment, s.cycle FROM pg_sequences s
     JOIN pg_namespace n ON n.nspname = s.schemaname JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
     WHERE ${IN_SCOPE} AND ${notOfExtension("pg_class", "c.oid")} ORDER BY 1`,
    [schemas],
  );
  return rows.map((row) => ({
    name: row.name ?? "",
    last: row.last == null ? null : BigInt(row.last),
    increment: BigInt(row.increment ?? "1"),
    cycles: row.cycle === "t",
  }));
}

/**
 * Sequences of the target that would hand out again what the source has handed out. One that cycles may stand anywhere:
 * it hands values out again by itself. Pure.
 */
export function staleSequences(source: readonly SequenceStand[], target: readonly SequenceStand[]): string[] {
  const there = new Map(target.map((sequence) => [sequence.name, sequence]));
  return source.flatMap((wanted) => {
    const found = there.get(wanted.name);
    if (found === undefined) return [`sequence ${wanted.name} is missing on the target`];
    if (wanted.last === null || wanted.cycles) return [];
    const behind = found.last === null || (wanted.increment > 0n ? found.last < wanted.last : found.last > wanted.last);
    return behind ? [`sequence ${wanted.name} stands at ${found.last ?? "its start"} on the target, behind ${wanted.last} on the source`] : [];
  });
}
