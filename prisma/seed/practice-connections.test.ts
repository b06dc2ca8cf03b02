import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findConnection } from "@/lib/connection/store";
import { createRun } from "@/lib/migration/create-run";
import type { PracticeSite } from "@/lib/practice/types";
import { type TestDb, testDb } from "@/prisma/testing/database";
import { makeWorkspace } from "@/prisma/testing/factories/identity";
import { makeMigration, makeRunbook } from "@/prisma/testing/factories/migration";
import { bindPractice } from "./practice-connections";

let t: TestDb;
const dir = mkdtempSync(join(tmpdir(), "practice-bind-"));
beforeAll(async () => {
  t = await testDb();
  await makeWorkspace(t.db);
});
afterAll(async () => {
  await t.close();
  rmSync(dir, { recursive: true, force: true });
});

/** What binding reads of a site whose databases are on `port`. */
function site(port: number): PracticeSite {
  const database = { host: "127.0.0.1", port, database: "app", user: "app", password: `password-${port}`, dsn: "" };
  const urls = { app: null, haproxyMetrics: null, prometheus: null, oldBackend: "", newBackend: "", writer: null, requests: null };
  return { source: database, target: database, pgbouncer: null, haproxy: null, dns: null, urls } as Partial<PracticeSite> as PracticeSite;
}

it("follows the practice site to its new ports, but leaves what a run under way uses and says so", async () => {
  const steps = [{ key: "s", title: "S", kind: "sql.check", with: { connection: "source-db", query: "SELECT 1", expect: 1 } }];
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
  const portOf = async (key: string) => (await findConnection(t.db, project.id, key))?.config.port;
  const bind = (port: number) => bindPractice(t.url, project.slug, site(port), "owner", dir);

  expect(await bind(5001)).toEqual([]);
  const run = await createRun(await t.ctx("operator"), { migrationId: migration.id, mode: "rehearsal", reason: "" });
  expect(await bind(5002)).toEqual([]);
  expect([await portOf("source-db"), await portOf("target-db")]).toEqual([5002, 5002]);

  await t.db.pool.query("UPDATE run SET status = 'paused' WHERE id = $1", [run.id]);
  expect(await bind(5003)).toEqual([expect.stringMatching(/Run 1 of .* is paused and uses "source-db"/)]);
  expect([await portOf("source-db"), await portOf("target-db")]).toEqual([5002, 5003]);
});
