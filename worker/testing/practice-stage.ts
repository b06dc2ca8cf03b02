import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import pg from "pg";
import { approveRun } from "@/lib/migration/approve-run";
import { createConnection } from "@/lib/migration/change-connection";
import { createRun } from "@/lib/migration/create-run";
import { requestRun } from "@/lib/migration/request-run";
import { startRun } from "@/lib/migration/start-run";
import type { PracticeSite } from "@/lib/practice/types";
import type { Ctx } from "@/lib/service/context";
import type { TestDb } from "@/prisma/testing/database";
import { makeHeartbeat, makeMigration, makeRunbook } from "@/prisma/testing/factories";
import { at } from "./stage";

/* Started runs on the practice site with real executors, and what can be seen of their effects from outside. */

/** A receiver of messages and target of checks that remembers every request. */
export interface Receiver {
  url: string;
  port: number;
  /** Requests so far: path and idempotency key. */
  seen: { method: string; path: string; key: string | undefined }[];
  close: () => Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const seen: Receiver["seen"] = [];
  const server: Server = createServer((request, response) => {
    const key = request.headers["idempotency-key"];
    seen.push({ method: request.method ?? "", path: request.url ?? "", key: typeof key === "string" ? key : undefined });
    request.resume().on("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, seen, close };
}

export interface PracticeRun {
  operator: Ctx;
  approver: Ctx;
  runId: string;
  planHash: string;
}

/** A run that was requested, approved by the second person and started; no worker has seen it yet. */
export async function startedRun(
  t: TestDb,
  site: PracticeSite,
  receiver: Receiver,
  steps: unknown[],
  /** `mover`: connections as the role of moves instead of the application's owner. */
  options: { mover?: boolean } = {},
): Promise<PracticeRun> {
  const { project, migration } = await makeMigration(t.db, makeRunbook({ steps }));
  const admin = await t.ctx("admin");
  const add = (key: string, kind: string, config: object, secret: object = {}) =>
    createConnection(admin, { project: project.slug, key, name: key, kind, config, secret });
  for (const [key, found] of [
    ["source", options.mover === true ? site.sourceMover : site.source],
    ["target", options.mover === true ? site.targetMover : site.target],
  ] as const) {
    if (found === null) throw new Error("The site has no database.");
    const { host, port, user, database, password } = found;
    await add(key, "postgres", { host, port, user, database, sslmode: "disable" }, { password });
  }
  await add("lb", "haproxy", { address: site.haproxy?.address ?? "" });
  if (site.dns !== null) {
    const { url, apiKey, zone, nameserver } = site.dns;
    await add("dns", "powerdns", { url, server: "localhost", zones: [zone], nameservers: [nameserver] }, { apiKey });
  }
  await add("hook", "webhook", { url: `${receiver.url}/hook/${project.slug}` }, { signingSecret: "only-for-this-practice-site" });
  const [operator, approver] = [await t.ctx("operator"), await t.ctx("approver")];
  const { id: runId, planHash } = await createRun(operator, { migrationId: migration.id, mode: "live", reason: "practice" });
  await requestRun(at(operator), { runId, version: 1 });
  await approveRun(at(approver), { runId, planHash });
  await t.db.prisma.workerHeartbeat.deleteMany();
  await makeHeartbeat(t.db);
  await startRun(at(operator), { runId });
  return { operator, approver, runId, planHash };
}

/** Rows of every table of the application by name, read by the superuser; a table that is there twice (two schemas) shows twice. */
export async function tableCounts(site: PracticeSite, side: "source" | "target"): Promise<Record<string, number>> {
  return await asSuperuser(site, side, async (client) => {
    const found = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname NOT IN ('information_schema', 'switchyard_copy') ORDER BY 1",
    );
    const counts: Record<string, number> = {};
    for (const { name } of found.rows) counts[name] = Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`)).rows[0]?.n);
    return counts;
  });
}

/** Whose copy the target holds: run and status of the marker; empty when there is none. */
export async function copyMarker(site: PracticeSite): Promise<{ run: string; status: string }[]> {
  return await asSuperuser(site, "target", async (client) => {
    const there = await client.query<{ yes: boolean }>("SELECT to_regclass('switchyard_copy.marker') IS NOT NULL AS yes");
    if (there.rows[0]?.yes !== true) return [];
    return (await client.query<{ run: string; status: string }>("SELECT run_id AS run, status FROM switchyard_copy.marker")).rows;
  });
}

/** An empty target database and all traffic on the old side, as at the beginning. */
export async function resetSite(site: PracticeSite): Promise<void> {
  await asSuperuser(site, "target", async (client) => {
    const schemas = await client.query<{ name: string }>(
      "SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    );
    for (const { name } of schemas.rows) await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)} CASCADE`);
    await client.query("CREATE SCHEMA public AUTHORIZATION app");
  });
  for (const command of ["set weight app/new 0", "set weight app/old 100"]) await haproxy(site, command);
}

/** Weights of both servers as HAProxy has them. */
export async function weights(site: PracticeSite): Promise<{ old: number; new: number }> {
  const read = async (server: string) => Number.parseInt(await haproxy(site, `get weight app/${server}`), 10);
  return { old: await read("old"), new: await read("new") };
}

async function haproxy(site: PracticeSite, command: string): Promise<string> {
  const [host, port] = (site.haproxy?.address ?? "").split(":");
  return await new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), host, () => socket.write(`${command}\n`));
    socket
      .on("data", (chunk: Buffer) => (answer += chunk.toString()))
      .on("error", reject)
      .on("close", () => resolve(answer.trim()));
  });
}

async function asSuperuser<T>(site: PracticeSite, side: "source" | "target", work: (client: pg.Client) => Promise<T>): Promise<T> {
  const admin = side === "source" ? site.sourceAdmin : site.targetAdmin;
  const client = new pg.Client({ connectionString: admin?.dsn.replace(/\/[^/]*$/, "/app") ?? "" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
