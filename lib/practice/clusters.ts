import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type Account, type Children, runAs } from "./children";
import { postgresConfig } from "./config-files";
import { fillSql, SCHEMA_SQL, sampleSizes } from "./sample-data";
import type { ServerPrograms } from "./server-programs";

export const SUPERUSER = "practice_admin";
export const OWNER = "app";
/** Role of live moves. */
export const MOVER = "mover";

/**
 * A folder the server account can reach. Home folders of root are closed to other users; the clusters then live in
 * a private folder under /var/tmp that is removed with the site.
 */
export async function clusterFolder(dir: string, account: Account | null): Promise<string> {
  const wanted = join(dir, "clusters");
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  if (account === null) return wanted;
  chownSync(wanted, account.uid, account.gid);
  try {
    await runAs(account, "/usr/bin/test", ["-x", wanted]);
    return wanted;
  } catch {
    rmSync(wanted, { recursive: true, force: true });
    const other = mkdtempSync("/var/tmp/switchyard-practice-");
    chownSync(other, account.uid, account.gid);
    return other;
  }
}

export interface ClusterRequest {
  folder: string;
  name: "source" | "target";
  port: number;
  password: string;
  account: Account | null;
  programs: ServerPrograms;
  settings: Record<string, string>;
}

/** Makes and starts a cluster; resolves when it accepts connections. */
export async function startCluster(children: Children, request: ClusterRequest): Promise<void> {
  const { folder, name, port, password, account, programs, settings } = request;
  const data = join(folder, name);
  const secretFile = join(folder, `${name}.${randomBytes(4).toString("hex")}`);
  writeFileSync(secretFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) chownSync(secretFile, account.uid, account.gid);
  try {
    await runAs(account, programs.initdb, [
      ...["-D", data, "-U", SUPERUSER, "--pwfile", secretFile, "--auth=scram-sha-256"],
      ...["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    ]);
  } finally {
    rmSync(secretFile, { force: true });
  }
  const config = join(data, "postgresql.auto.conf");
  writeFileSync(config, postgresConfig(port, settings));
  if (account !== null) chownSync(config, account.uid, account.gid);
  children.start(`postgres-${name}`, programs.postgres, ["-D", data], {
    account,
    onParentDeath: "SIGQUIT",
    cwd: data,
  });
  await waitForPostgres(children, name, port, password);
}

async function waitForPostgres(children: Children, name: string, port: number, password: string): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    const client = new Client({
      host: "127.0.0.1",
      port,
      user: SUPERUSER,
      password,
      database: "postgres",
      connectionTimeoutMillis: 2_000,
    });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (Date.now() > end) throw new Error(`The ${name} database did not start: ${String(error)}\n${children.tail(`postgres-${name}`)}`);
      await sleep(50);
    }
  }
}

async function withClient<T>(port: number, user: string, password: string, database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    host: "127.0.0.1",
    port,
    user,
    password,
    database,
    application_name: "practice set-up",
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * The owner role and the empty database `app`, and the role of live moves. The owner may end sessions and read statistics,
 * and is no superuser.
 */
export async function createDatabase(port: number, secrets: Record<string, string>): Promise<void> {
  await withClient(port, SUPERUSER, secrets.admin ?? "", "postgres", async (client) => {
    await client.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD ${client.escapeLiteral(secrets.app ?? "")}`);
    await client.query(`GRANT pg_signal_backend, pg_monitor TO ${OWNER}`);
    await client.query(`CREATE DATABASE app OWNER ${OWNER}`);
    const version = await client.query<{ number: number }>("SELECT current_setting('server_version_num')::int AS number");
    for (const statement of moverGrants(version.rows[0]?.number ?? 0, client.escapeLiteral(secrets.mover ?? ""))) await client.query(statement);
  });
}

/** What docs/connections.md tells to grant: before version 16 only superusers make subscriptions. */
function moverGrants(version: number, password: string): string[] {
  if (version < 160_000) return [`CREATE ROLE ${MOVER} LOGIN SUPERUSER PASSWORD ${password}`];
  return [
    `CREATE ROLE ${MOVER} LOGIN REPLICATION CREATEROLE PASSWORD ${password}`,
    `GRANT pg_create_subscription, pg_monitor, pg_signal_backend TO ${MOVER}`,
    `GRANT ${OWNER} TO ${MOVER} WITH ADMIN OPTION`,
  ];
}

/** Fills the source; the rows are made on the server. Returns the number of customers for the write load. */
export async function fillSource(port: number, ownerPassword: string, sizeMb: number): Promise<number> {
  const sizes = sampleSizes(sizeMb);
  await withClient(port, OWNER, ownerPassword, "app", async (client) => {
    await client.query(SCHEMA_SQL);
    for (const statement of fillSql(sizes)) await client.query(statement);
  });
  return sizes.customers;
}
