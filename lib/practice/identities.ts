import { Client } from "pg";
import type { PracticeSite } from "./types";

/** Gives the tables of the practice source without a key an identity, as docs/steps.md tells to before a live move. */
export async function giveIdentities(site: Pick<PracticeSite, "source">): Promise<void> {
  const client = new Client({ connectionString: site.source?.dsn ?? "" });
  await client.connect();
  try {
    const found = await client.query<{ statement: string }>(
      `SELECT format('ALTER TABLE %I.%I REPLICA IDENTITY FULL', n.nspname, c.relname) AS statement FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('public', 'billing')
         AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)`,
    );
    for (const { statement } of found.rows) await client.query(statement);
  } finally {
    await client.end();
  }
}
