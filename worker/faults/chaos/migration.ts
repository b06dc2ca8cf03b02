import path from "node:path";
import pg from "pg";
import { loadWorkerKey, publishWorkerKey } from "@/lib/connection/worker-key";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { switchConnections } from "@/lib/migration/executors/move/testing/following";
import { loadRun } from "@/lib/migration/load-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import { giveIdentities } from "@/lib/practice/identities";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import type { TestDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories";
import { at } from "@/worker/testing/stage";
import { makeLedgerTables } from "../rig/ledger";

/* The whole migration that chaos strikes: database, traffic, observation, on a practice site of its own. */

export interface ChaosRun {
  runId: string;
  operator: Ctx;
}

const lb = { connection: "lb", backend: "app", oldServer: "old", newServer: "new" };
/** Tries enough for outages one after another; a person's question comes after them. */
const PATIENT = { attempts: 20, timeout: "10m" };

/** The runbook: what a plan of a live move says, with its times compressed. */
function steps(): Record<string, unknown>[] {
  const poolers = [{ connection: "pool", database: "app" }];
  const stages = [
    { percent: 25, hold: "2s" },
    { percent: 100, hold: "2s" },
  ];
  const rows = (connection: string) => ({ connection, query: "SELECT count(*) > 0 FROM fault_ledger", expect: true });
  return [
    { key: "ready", title: "The source has rows", kind: "sql.check", with: rows("source"), ...PATIENT },
    { key: "move", title: "Move", kind: "postgres.move", with: { from: "source", to: "target", poolers, applicationRoles: ["app"], probe: "app" }, ...PATIENT },
    { key: "shift", title: "Traffic", kind: "traffic.shift", with: { ...lb, stages }, ...PATIENT },
    { key: "there", title: "The target has rows", kind: "sql.check", with: rows("target"), ...PATIENT },
  ];
}

/** The workspace's worker key, once for all runs. */
export async function prepareWorkspace(t: TestDb, dataDir: string): Promise<void> {
  await publishWorkerKey(t.db, loadWorkerKey(dataDir).publicKey);
}

/** The tables of the writers on the source, and an identity for every table as the documentation of the move asks. */
export async function prepareSource(site: PracticeSite): Promise<void> {
  const client = new pg.Client({ connectionString: site.source?.dsn ?? "" });
  await client.connect();
  try {
    await makeLedgerTables(client);
  } finally {
    await client.end();
  }
  await giveIdentities(site);
}

/** A run on the site, approved by the second person and started. */
export async function startMigration(t: TestDb, site: PracticeSite): Promise<ChaosRun> {
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps: steps(), observation: "3s" }));
  const admin = await t.ctx("admin");
  for (const one of connections(site)) await createConnection(admin, { project: project.slug, name: one.key, ...one });
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "chaos" });
  await requestRun(at(operator), { runId, version: 1 });
  await approveRun(at(approver), { runId, planHash });
  await makeHeartbeat(t.db, `chaos-${runId}`);
  await startRun(at(operator), { runId, version: (await loadRun(t.db.pool, runId)).version });
  return { runId, operator };
}

function connections(site: PracticeSite) {
  return [...switchConnections(site), { key: "lb", kind: "haproxy" as const, config: { address: site.haproxy?.address ?? "" }, secret: {} }];
}

/** Environment of a worker of chaos. */
export function workerEnvironment(url: string, dataDir: string): Record<string, string> {
  return { DATABASE_URL: url, SWITCHYARD_DATA_DIR: path.resolve(dataDir) };
}
