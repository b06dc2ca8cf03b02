import type pg from "pg";
import { query } from "@/lib/connection/clients/postgres";
import { notOfExtension, USER_SCHEMA } from "@/lib/migration/executors/copy/inspect";
import type { Before } from "@/lib/migration/executors/copy/marker";

function relations(kinds: string, word: string): string {
  return `SELECT format('DROP ${word} IF EXISTS %I.%I CASCADE', n.nspname, c.relname) AS statement FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN (${kinds}) AND c.relpersistence <> 't' AND ${USER_SCHEMA} AND ${notOfExtension("pg_class", "c.oid")}`;
}

/**
 * Takes away what a copy made, and nothing that was there before it. The caller has proved by the marker that the
 * database was empty when the run came and that everything in it is the run's own.
 */
export async function wipeTarget(client: pg.Client, before: Pick<Before, "schemas" | "extensions">): Promise<void> {
  const lists: [string, unknown[]][] = [
    [
      `SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', n.nspname) AS statement FROM pg_namespace n WHERE ${USER_SCHEMA} AND NOT (n.nspname = ANY($1))`,
      [before.schemas],
    ],
    ["SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) AS statement FROM pg_extension WHERE NOT (extname = ANY($1))", [before.extensions]],
    [relations("'v'", "VIEW"), []],
    [relations("'m'", "MATERIALIZED VIEW"), []],
    [relations("'r','p'", "TABLE"), []],
    [relations("'f'", "FOREIGN TABLE"), []],
    [relations("'S'", "SEQUENCE"), []],
    [
      `SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) AS statement FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE ${USER_SCHEMA} AND ${notOfExtension("pg_proc", "p.oid")}`,
      [],
    ],
    [
      `SELECT format('DROP TYPE IF EXISTS %I.%I CASCADE', n.nspname, t.typname) AS statement FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       LEFT JOIN pg_class c ON c.oid = t.typrelid
       WHERE (t.typtype IN ('e','d','r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${USER_SCHEMA} AND ${notOfExtension("pg_type", "t.oid")}`,
      [],
    ],
    [
      `SELECT format('DROP COLLATION IF EXISTS %I.%I CASCADE', n.nspname, c.collname) AS statement FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
       WHERE ${USER_SCHEMA} AND ${notOfExtension("pg_collation", "c.oid")}`,
      [],
    ],
    ["SELECT format('SELECT lo_unlink(%s)', oid) AS statement FROM pg_largeobject_metadata", []],
  ];
  // Without a limit on time: dropping many tables takes as long as it takes, and waits for nobody (lock_timeout stays).
  await client.query("SET statement_timeout = 0; SET default_transaction_read_only = off");
  for (const [list, values] of lists) {
    for (const row of await query(client, list, values)) if (row.statement) await client.query(row.statement);
  }
}
