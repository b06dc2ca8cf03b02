import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { MOVE_SCHEMA } from "@/lib/migration/executors/move/names";

/* Sequences do not travel with the rows: at the switch each is set ahead of everything that was ever given out (B-9). */

export interface SequenceState {
  schema: string;
  name: string;
  /** Null while it was never used. */
  last: bigint | null;
  increment: bigint;
  min: bigint;
  max: bigint;
  cycles: boolean;
}

export interface SequenceChange {
  schema: string;
  name: string;
  value: bigint;
}

/** Sequences in scope with their values. */
export async function readSequences(client: pg.Client, schemas: readonly string[] | null): Promise<SequenceState[]> {
  const rows = await query(
    client,
    `SELECT schemaname AS schema, sequencename AS name, last_value AS last, increment_by AS increment, min_value AS min, max_value AS max, cycle
       FROM pg_sequences WHERE schemaname !~ '^pg_' AND schemaname NOT IN ('information_schema', '${MOVE_SCHEMA}')
        AND ($1::text[] IS NULL OR schemaname = ANY($1)) ORDER BY 1, 2`,
    [schemas],
  );
  const big = (text: string | null | undefined) => BigInt(text ?? "0");
  return rows.map((row) => ({
    schema: row.schema ?? "",
    name: row.name ?? "",
    last: row.last == null ? null : BigInt(row.last),
    increment: big(row.increment),
    min: big(row.min),
    max: big(row.max),
    cycles: row.cycle === "t",
  }));
}

/**
 * What to set on the side that takes over. Values that sessions of the other side had cached may still be in use, so each
 * sequence goes `headroom` of its steps further in its own direction, never back, and never past its end.
 * @throws Error naming a sequence that the side does not have
 */
export function sequenceChanges(giving: readonly SequenceState[], taking: readonly SequenceState[], headroom: number): SequenceChange[] {
  return giving.flatMap((from) => {
    const to = taking.find((one) => one.schema === from.schema && one.name === from.name);
    if (to === undefined) throw new Error(`The sequence ${from.schema}.${from.name} is missing on the side that takes over.`);
    if (from.last === null) return [];
    const up = from.increment > 0n;
    const [far, end] = [from.last + BigInt(headroom) * from.increment, up ? to.max : to.min];
    const beyond = up ? far > end : far < end;
    // A cycle starts again: nothing after its end can be told from what comes at its beginning.
    const wanted = beyond ? (from.cycles ? from.last : end) : far;
    const ahead = to.last !== null && (up ? to.last >= wanted : to.last <= wanted);
    return ahead && !from.cycles ? [] : [{ schema: from.schema, name: from.name, value: wanted }];
  });
}

/** Sets the values in one statement. */
export async function setSequences(client: pg.Client, changes: readonly SequenceChange[]): Promise<void> {
  if (changes.length === 0) return;
  await query(
    client,
    "SELECT setval(format('%I.%I', s.schema, s.name)::regclass, s.value, true) FROM unnest($1::text[], $2::text[], $3::bigint[]) AS s(schema, name, value)",
    [changes.map((one) => one.schema), changes.map((one) => one.name), changes.map((one) => one.value.toString())],
  );
}
