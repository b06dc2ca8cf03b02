import { writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { readDatabases } from "@/lib/connection/clients/pgbouncer-file";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { asAdmin, makeFollowing, onlyWriters, poolerOf, switchConnections } from "@/lib/migration/executors/move/testing/following";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import type { TestDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook, makeWorkspace } from "@/prisma/testing/factories";
import { at } from "@/worker/testing/stage";
import { makeLedgerTables } from "./ledger";

/* Started runs whose next step is a switch, with the real worker and real servers. */

const TABLES = ["fault_ledger", "fault_counter", "fault_probe"].map((name) => ({ schema: "public", name }));

/** The workspace, the worker's key and the tables of the writers on both sides; once for a site. */
export async function prepareSite(t: TestDb, site: PracticeSite, dataDir: string): Promise<void> {
  await makeWorkspace(t.db, { allowLoopback: true });
  await publishWorkerKey(t.db, loadWorkerKey(dataDir).publicKey);
  await makeWriterTables(site);
}

/** The tables of the writers on both sides, and no others; empty on the target. */
export async function makeWriterTables(site: PracticeSite): Promise<void> {
  await onlyWriters(site);
  for (const side of ["source", "target"] as const) {
    await asOwner(site, side, async (client) => {
      await makeLedgerTables(client);
      if (side === "target") await client.query("TRUNCATE fault_ledger, fault_counter, fault_probe");
    });
  }
}

/** A session as the application's role, past the poolers. */
export async function asOwner<T>(site: PracticeSite, side: "source" | "target", work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: site[side]?.dsn ?? "" });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export interface SwitchRun {
  runId: string;
  operator: Ctx;
}

/** Settings of a switch on the site; `more` overrides. */
export function switchConfig(site: PracticeSite, more: Record<string, unknown> = {}): Record<string, unknown> {
  const poolers = [{ connection: "pool", database: "app" }, ...(site.secondPgbouncer === null ? [] : [{ connection: "pool2", database: "app" }])];
  return { from: "source", to: "target", poolers, applicationRoles: ["app"], probe: "app", schemas: ["public"], maxLagMs: 5_000, ...more };
}

/** A run of a switch and then a question to a person, started; the two servers follow each other already. */
export async function startedSwitch(t: TestDb, site: PracticeSite, more: Record<string, unknown> = {}): Promise<SwitchRun> {
  const steps = [
    { key: "move.switch", title: "Switch", kind: "postgres.switch", with: switchConfig(site, more) },
    { key: "hand", title: "Hand", kind: "manual", instructions: "By hand." },
  ];
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
  const admin = await t.ctx("admin");
  for (const { key, kind, config, secret } of switchConnections(site))
    await createConnection(admin, { project: project.slug, key, name: key, kind, config, secret });
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "switch" });
  await makeFollowing(site, runId, "move", TABLES);
  await requestRun(at(operator), { runId, version: 1 });
  await approveRun(at(approver), { runId, planHash });
  await t.db.prisma.workerHeartbeat.deleteMany();
  await makeHeartbeat(t.db);
  await startRun(at(operator), { runId });
  return { runId, operator };
}

/** Everything of the move is gone from both servers, the poolers lead to the source and go on, the target is empty again. */
export async function resetSwitch(site: PracticeSite): Promise<void> {
  for (const which of ["pgbouncer", "secondPgbouncer"] as const) if (site[which] !== null) await resetPooler(site, which);
  for (const side of ["source", "target"] as const) {
    await asAdmin(site, side, async (client) => {
      await client.query("ALTER ROLE app LOGIN");
      const names = async (sql: string) => (await client.query<{ name: string }>(sql)).rows.map((row) => row.name);
      for (const name of await names("SELECT subname AS name FROM pg_subscription WHERE subname LIKE 'switchyard%'")) {
        await client.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
        await client.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
        await client.query(`DROP SUBSCRIPTION ${name}`);
      }
    });
  }
  for (const side of ["source", "target"] as const) {
    await asAdmin(site, side, async (client) => {
      await client.query("SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active_pid IS NOT NULL");
      await client.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'switchyard%'");
      const found = await client.query<{ name: string }>("SELECT pubname AS name FROM pg_publication WHERE pubname LIKE 'switchyard%'");
      for (const { name } of found.rows) await client.query(`DROP PUBLICATION ${name}`);
      await client.query("DROP SCHEMA IF EXISTS switchyard_move CASCADE");
    });
    await asOwner(site, side, (client) =>
      client.query(side === "target" ? "TRUNCATE fault_ledger, fault_counter, fault_probe" : "TRUNCATE fault_ledger; UPDATE fault_counter SET n = 0"),
    );
  }
}

async function resetPooler(site: PracticeSite, which: "pgbouncer" | "secondPgbouncer"): Promise<void> {
  const pooler = poolerOf(site, which);
  writeFileSync(pooler.configFile, readDatabases(pooler.configFile).replaceAll(`port=${site.ports.target}`, `port=${site.ports.source}`));
  const client = new pg.Client({ connectionString: pooler.console.dsn });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("RELOAD");
  await client.query('RESUME "app"').catch(() => undefined);
  await client.end();
}

/** Environment of a worker process on this site. */
export function workerEnvironment(t: TestDb, dataDir: string, crashAt?: string): Record<string, string> {
  return { DATABASE_URL: t.url, SWITCHYARD_DATA_DIR: path.resolve(dataDir), ...(crashAt === undefined ? {} : { SWITCHYARD_CRASH_AT: crashAt }) };
}
