import { sql } from "@/lib/migration/executors/move/testing/site";
import { sampleSizes } from "@/lib/practice/sample-data";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

/* A practice source of any size: a site has to be up within minutes, so it begins small and is filled afterwards. */

/** What a site is started with at most. */
export const BEGIN_MB = 20;
const PIECE_MB = 100;

async function bytesOf(database: PracticeDatabase | null): Promise<number> {
  return Number((await sql(database, "SELECT pg_database_size(current_database())::bigint AS bytes"))[0]?.bytes);
}

/** Sessions that fill at the same time. */
const FILLERS = 2;

const pieceSql = (rows: number) => `SET session_replication_role = replica; INSERT INTO order_events (order_id, kind, payload, at)
   SELECT (SELECT min(id) FROM orders) + i % (SELECT count(*) FROM orders), i % 9, repeat(md5((random() * 1e9)::bigint::text), 28), now() - i * interval '1 second'
   FROM generate_series(1, ${rows}) AS i`;

/** Adds events until the source has about `megabytes`, without checking their foreign key row by row. Returns its bytes. */
export async function grow(site: PracticeSite, megabytes: number): Promise<number> {
  const perPiece = sampleSizes(PIECE_MB).events;
  for (;;) {
    const bytes = await bytesOf(site.source);
    const missing = megabytes * 1_000_000 - bytes;
    if (missing <= PIECE_MB * 10_000) return bytes;
    const rows = Math.ceil(perPiece * Math.min(1, missing / (FILLERS * PIECE_MB * 1_000_000)));
    await Promise.all(Array.from({ length: FILLERS }, () => sql(site.sourceAdmin, pieceSql(rows))));
  }
}
