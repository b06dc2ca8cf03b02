import pg from "pg";
import type { Server } from "./server";

/** A person of the seed by role. */
export function personOf(server: Server, role: string): Server["people"][number] {
  const found = server.people.find((one) => one.role === role);
  if (found === undefined) throw new Error(`The seed has no ${role}.`);
  return found;
}

/** Own SQL from outside, on a connection of its own. */
export async function query<T extends pg.QueryResultRow>(dsn: string | undefined, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
