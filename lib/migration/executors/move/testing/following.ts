import pg from "pg";
import type { Connection } from "@/lib/connection/types";
import { serverConninfo } from "@/lib/migration/executors/move/conninfo";
import { moveNames } from "@/lib/migration/executors/move/names";
import { placeOwner } from "@/lib/migration/executors/move/owner";
import { createPublication, createSubscription, ensureSlot, ownerTag, type TableName } from "@/lib/migration/executors/move/replication";
import type { PracticeDatabase, PracticePooler, PracticeSite } from "@/lib/practice/types";

/* A practice site as a move has left it right before its switch: the same objects under the same names, on two tables only. */

/** A Postgres or PgBouncer connection of the site. */
export function connectionTo(key: string, kind: "postgres" | "pgbouncer", database: PracticeDatabase | null, more: Record<string, unknown> = {}): Connection {
  if (database === null) throw new Error("The practice site lacks a database.");
  const { host, port, database: name, user, password } = database;
  return { key, kind, config: { host, port, database: name, user, sslmode: "disable", ...more }, secret: { password } };
}

export function poolerOf(site: PracticeSite, which: "pgbouncer" | "secondPgbouncer" = "pgbouncer"): PracticePooler {
  const pooler = site[which];
  if (pooler === null) throw new Error(`The practice site runs without ${which}.`);
  return pooler;
}

/** `source`, `target`, `pool` (and `pool2`) and the application's way through the pooler, `app`. */
export function switchConnections(site: PracticeSite): Connection[] {
  const pooler = poolerOf(site);
  const second = site.secondPgbouncer;
  return [
    connectionTo("source", "postgres", site.sourceMover),
    connectionTo("target", "postgres", site.targetMover),
    connectionTo("pool", "pgbouncer", pooler.console, { configFile: pooler.configFile }),
    connectionTo("app", "pgbouncer", pooler.app),
    ...(second === null ? [] : [connectionTo("pool2", "pgbouncer", second.console, { configFile: second.configFile })]),
  ];
}

export async function asAdmin<T>(site: PracticeSite, side: "source" | "target", work: (client: pg.Client) => Promise<T>): Promise<T> {
  const database = side === "source" ? site.sourceMover : site.targetMover;
  const client = new pg.Client({ connectionString: database?.dsn ?? "", application_name: "test" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Takes away every table of the site but those of the writers, so that both sides have the same. */
export async function onlyWriters(site: PracticeSite): Promise<void> {
  await asAdmin(site, "source", async (client) => {
    await client.query("DROP SCHEMA IF EXISTS billing CASCADE");
    const found = await client.query<{ sql: string }>(
      `SELECT format('DROP TABLE IF EXISTS public.%I CASCADE', relname) AS sql FROM pg_class
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'fault%'
       UNION ALL SELECT 'DROP SEQUENCE IF EXISTS public.ticket_numbers'`,
    );
    for (const { sql } of found.rows) await client.query(sql);
  });
}

/**
 * Makes the marks, publications, slots and the forward subscription. The tables have to be on both sides, empty on the target.
 * Returns when every row of the initial copy has arrived.
 */
export async function makeFollowing(site: PracticeSite, runId: string, moveKey: string, tables: readonly TableName[]): Promise<void> {
  const { hash, forward, reverse } = moveNames(runId, moveKey);
  const tag = ownerTag(runId, moveKey);
  const [source] = switchConnections(site);
  if (source === undefined) throw new Error("The site has no source.");
  for (const side of ["source", "target"] as const) {
    const direction = side === "source" ? forward : reverse;
    await asAdmin(site, side, async (client) => {
      const facts = side === "target" ? { tables: tables.map((table) => ({ ...table, rows: 0 })) } : {};
      await placeOwner(client, { runId, moveKey, hash, side, epoch: 1, phase: "follow", facts });
      await createPublication(client, direction.publication, tag, tables);
      await ensureSlot(client, direction.slot);
    });
  }
  await asAdmin(site, "target", async (client) => {
    const options = { copyData: true, enabled: true, binary: false, originNone: false };
    await createSubscription(client, forward, tag, serverConninfo(source, { major: 15 }), options);
    for (let tries = 0; tries < 300; tries++) {
      const pending = await client.query<{ n: string }>("SELECT count(*) AS n FROM pg_subscription_rel WHERE srsubstate <> 'r'");
      if (pending.rows[0]?.n === "0") return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("The initial copy did not end.");
  });
}
