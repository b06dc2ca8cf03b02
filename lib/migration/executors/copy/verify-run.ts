import type pg from "pg";
import { query, withPostgres } from "@/lib/connection/clients/postgres";
import type { Connection, Egress } from "@/lib/connection/types";
import { compareSums, PINNED_SETTINGS, READ_SNAPSHOT, sumTables, type TableSum } from "@/lib/migration/executors/copy/checksum";
import { listSequences, listTables, serverInfo, tableLabel } from "@/lib/migration/executors/copy/inspect";
import { type CopyFacts, readMarker } from "@/lib/migration/executors/copy/marker";
import { compareShapes, readShape } from "@/lib/migration/executors/copy/shape";

export interface Verification {
  differences: string[];
  tables: number;
  rows: string;
  /** Both sides of each table, for the evidence report; at most 500. */
  sums: { table: string; rows: string; source: string; target: string }[];
}

function compareSequences(source: CopyFacts["sequences"], target: CopyFacts["sequences"]): string[] {
  const there = new Map(target.map((sequence) => [tableLabel(sequence), sequence]));
  return source.flatMap((wanted) => {
    const found = there.get(tableLabel(wanted));
    if (found === undefined) return [`sequence ${tableLabel(wanted)} is missing on the target`];
    if (wanted.last === null) return [];
    const behind = found.last === null || (wanted.ascending ? BigInt(found.last) < BigInt(wanted.last) : BigInt(found.last) > BigInt(wanted.last));
    return behind ? [`sequence ${tableLabel(wanted)} stands at ${found.last ?? "its start"}, behind the source's ${wanted.last}`] : [];
  });
}

/** Reads the whole target in one snapshot and compares it with what the source was in the snapshot of the dump. */
async function compare(client: pg.Client, facts: CopyFacts, schemas: string[] | null, each: (sum: TableSum) => void): Promise<Verification> {
  const { major } = await serverInfo(client);
  await client.query(READ_SNAPSHOT);
  await client.query(PINNED_SETTINGS);
  const shape = compareShapes(facts.shape, await readShape(client, schemas), major === facts.sourceMajor);
  const columns = new Map(facts.tables.map((table) => [tableLabel(table), table.columns]));
  const tables = await listTables(client, schemas);
  // A table whose columns differ is already a difference of shape; summing it would only fail.
  const comparable = tables.filter((table) => JSON.stringify(columns.get(tableLabel(table)) ?? table.columns) === JSON.stringify(table.columns));
  const sums = await sumTables(client, comparable, each);
  const [lo] = await query(client, "SELECT count(*) AS count FROM pg_largeobject_metadata");
  await client.query("COMMIT");
  const byName = new Map(sums.map((sum) => [sum.table, sum.sum]));
  const differences = [
    ...compareSums(facts.sums, sums).map((difference) => `table ${difference.table} ${difference.what}`),
    ...shape,
    ...compareSequences(facts.sequences, await listSequences(client, schemas)),
    ...(Number(lo?.count) === facts.largeObjects ? [] : [`${lo?.count} large objects on the target, ${facts.largeObjects} in the source`]),
  ];
  const pairs = facts.sums.slice(0, 500).map((sum) => ({ table: sum.table, rows: sum.rows, source: sum.sum, target: byName.get(sum.table) ?? "" }));
  const rows = facts.sums.reduce((total, sum) => total + BigInt(sum.rows), 0n).toString();
  return { differences, tables: facts.sums.length, rows, sums: pairs };
}

export interface VerifyRequest {
  runId: string;
  to: Connection;
  egress: Egress;
  schemas: string[] | null;
  applicationName: string;
  signal: AbortSignal;
  /** Called with every table that has been read. */
  each: (done: number, total: number, table: string) => void;
}

/** @returns null when the target does not carry the finished copy of this run */
export async function verifyCopy(request: VerifyRequest): Promise<Verification | null> {
  const options = { applicationName: request.applicationName, statementTimeoutMs: 0 };
  return await withPostgres(request.to, request.egress, options, async (client) => {
    const stop = () => void client.end().catch(() => undefined);
    request.signal.addEventListener("abort", stop, { once: true });
    try {
      const marker = await readMarker(client);
      if (marker === null || marker.runId !== request.runId || marker.status !== "complete" || marker.facts === null) return null;
      let done = 0;
      const total = marker.facts.sums.length;
      return await compare(client, marker.facts, request.schemas, (sum) => {
        done += 1;
        request.each(done, total, sum.table);
      });
    } finally {
      request.signal.removeEventListener("abort", stop);
    }
  });
}
