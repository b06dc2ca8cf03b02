import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import type { TableSum } from "@/lib/migration/executors/copy/checksum";
import { MARKER_SCHEMA, type SequenceInfo, type TableInfo } from "@/lib/migration/executors/copy/inspect";

/** What was there before the first try; kept over crashes and new tries. */
export interface Before {
  schemas: string[];
  extensions: string[];
  /** Database setting default_transaction_read_only of the source; null when it had none. */
  sourceReadOnly: string | null;
}

/** What the finished copy must look like, as read from the source in the snapshot of the dump. */
export interface CopyFacts {
  sourceMajor: number;
  snapshotAt: string;
  tables: TableInfo[];
  sums: TableSum[];
  shape: string[];
  sequences: SequenceInfo[];
  largeObjects: number;
}

export interface Marker {
  runId: string;
  effectKey: string;
  token: string;
  status: "copying" | "complete";
  before: Before;
  facts: CopyFacts | null;
}

const TABLE = `${MARKER_SCHEMA}.marker`;

/** The marker that says whose data a target holds, or null when there is none. */
export async function readMarker(client: pg.Client): Promise<Marker | null> {
  const [exists] = await query(client, "SELECT to_regclass($1) IS NOT NULL AS yes", [TABLE]);
  if (exists?.yes !== "t") return null;
  const [row] = await query(client, `SELECT run_id, effect_key, token, status, before::text, facts::text FROM ${TABLE}`);
  if (row === undefined) return null;
  return {
    runId: row.run_id ?? "",
    effectKey: row.effect_key ?? "",
    token: row.token ?? "",
    status: row.status === "complete" ? "complete" : "copying",
    before: JSON.parse(row.before ?? "{}") as Before,
    facts: row.facts === null || row.facts === undefined ? null : (JSON.parse(row.facts) as CopyFacts),
  };
}

/** Writes the name of the run on the target before anything else is written there; replaces the marker of an earlier try. */
export async function placeMarker(client: pg.Client, marker: Omit<Marker, "status" | "facts">): Promise<void> {
  await client.query("BEGIN");
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${MARKER_SCHEMA}`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${TABLE} (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), run_id text NOT NULL, effect_key text NOT NULL,
       token text NOT NULL, status text NOT NULL, before jsonb NOT NULL, facts jsonb, at timestamptz NOT NULL DEFAULT now())`,
  );
  await client.query(`DELETE FROM ${TABLE}`);
  await client.query(`INSERT INTO ${TABLE} (run_id, effect_key, token, status, before) VALUES ($1, $2, $3, 'copying', $4)`, [
    marker.runId,
    marker.effectKey,
    marker.token,
    JSON.stringify(marker.before),
  ]);
  await client.query("COMMIT");
}

/** Says that the copy is whole. @throws Error when another try took the target over meanwhile */
export async function completeMarker(client: pg.Client, token: string, facts: CopyFacts): Promise<void> {
  const result = await client.query(`UPDATE ${TABLE} SET status = 'complete', facts = $2, at = now() WHERE token = $1`, [token, JSON.stringify(facts)]);
  if (result.rowCount !== 1) throw new Error("Another worker has taken the target over.");
}

/** @throws Error when the target no longer carries this token */
export async function requireToken(client: pg.Client, token: string): Promise<void> {
  if ((await readMarker(client))?.token !== token) throw new Error("Another worker has taken the target over.");
}

/** Takes the marker away; the last thing an undo does. */
export async function removeMarker(client: pg.Client): Promise<void> {
  await client.query(`DROP SCHEMA IF EXISTS ${MARKER_SCHEMA} CASCADE`);
}
