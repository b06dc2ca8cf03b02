import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEgress } from "@/lib/connection/egress";
import { testConnection } from "@/lib/connection/test-connection";
import type { Connection, ConnectionKind } from "@/lib/connection/types";
import { startPractice } from "@/lib/practice/start-practice";
import type { PracticeDatabase, PracticeSite } from "@/lib/practice/types";

const dir = mkdtempSync(join(tmpdir(), "pooler-test-"));
const egress = createEgress({ allowLoopback: true });
let site: PracticeSite;

beforeAll(async () => {
  site = await startPractice({ dir: join(dir, "site"), sizeMb: 5, writesPerSecond: 1, requestsPerSecond: 1 });
}, 120_000);
afterAll(async () => {
  await site?.stop();
  rmSync(dir, { recursive: true, force: true });
});

function through(kind: ConnectionKind, database: PracticeDatabase): Connection {
  const { host, port, database: name, user, password } = database;
  return { key: "pool", kind, config: { host, port, database: name, user, sslmode: "disable" }, secret: { password } };
}

async function limitOfApplications(database: PracticeDatabase): Promise<string[]> {
  const seen = new Set<string>();
  for (let n = 0; n < 15; n++) {
    const client = new pg.Client({ connectionString: database.dsn });
    await client.connect();
    const result = await client.query<{ statement_timeout: string }>("SHOW statement_timeout");
    seen.add(result.rows[0]?.statement_timeout ?? "");
    await client.end();
  }
  return [...seen];
}

describe("a pooler in transaction mode", () => {
  it("hands nothing of our session on to the applications behind it", async () => {
    const app = site.pgbouncer?.app;
    if (app === undefined) throw new Error("The practice site runs without PgBouncer.");
    for (let n = 0; n < 5; n++) expect(await testConnection(through("pgbouncer", app), egress, new Date())).toMatchObject({ ok: true });
    expect(await limitOfApplications(app)).toEqual(["0"]);
  });

  it("refuses to be used as a server, where its sessions would not be ours alone", async () => {
    const app = site.pgbouncer?.app;
    if (app === undefined) throw new Error("The practice site runs without PgBouncer.");
    expect(await testConnection(through("postgres", app), egress, new Date())).toMatchObject({
      ok: false,
      message: expect.stringContaining("startup parameter"),
    });
    expect(await limitOfApplications(app)).toEqual(["0"]);
  });

  it("limits our own sessions on a server", async () => {
    if (site.source === null) throw new Error("The practice site runs without PostgreSQL.");
    const { withPostgres, query } = await import("./postgres");
    const seen = await withPostgres(through("postgres", site.source), egress, { applicationName: "limits", statementTimeoutMs: 7_000 }, async (client) => [
      (await query(client, "SHOW statement_timeout"))[0]?.statement_timeout,
      (await query(client, "SHOW lock_timeout"))[0]?.lock_timeout,
    ]);
    expect(seen).toEqual(["7s", "10s"]);
  });
});
