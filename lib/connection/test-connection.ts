import { messageOf } from "@/lib/core/errors";
import type { Db } from "@/lib/db/prisma";
import { openDns, zonesOf } from "./clients/dns/open";
import { haproxyCommand, parseStat } from "./clients/haproxy";
import { PgbouncerAdmin } from "./clients/pgbouncer";
import { tryReplace } from "./clients/pgbouncer-file";
import { query, withPostgres } from "./clients/postgres";
import { openRow } from "./open-connection";
import { probePromql } from "./promql";
import type { OpeningKey } from "./seal";
import { dueTests } from "./store";
import { type Connection, connectionConfig, type Egress } from "./types";

/** What a test found; the provider's own words when it failed. */
export interface TestOutcome {
  ok: boolean;
  message: string;
}

async function testPostgres(connection: Connection, egress: Egress): Promise<TestOutcome> {
  return await withPostgres(connection, egress, { applicationName: "switchyard test", statementTimeoutMs: 5_000 }, async (client) => {
    const [row] = await query(
      client,
      "SELECT current_setting('server_version') AS version, current_database() AS name, current_user AS who, pg_size_pretty(pg_database_size(current_database())) AS size",
    );
    return { ok: true, message: `PostgreSQL ${row?.version}, database ${row?.name} (${row?.size}) as ${row?.who}.` };
  });
}

/** A connection with a configuration file, or to the console, is one that live moves use: its admin rights are what is tried. */
async function testPgbouncer(connection: Connection, egress: Egress): Promise<TestOutcome> {
  const { configFile, database } = connectionConfig.pgbouncer.parse(connection.config);
  if (configFile !== undefined || database === "pgbouncer") return await testConsole(connection, egress, configFile);
  return await withPostgres(connection, egress, { applicationName: "switchyard test", statementTimeoutMs: 5_000 }, async (client) => {
    const [row] = await query(client, "SELECT current_setting('server_version') AS version, current_database() AS name");
    return { ok: true, message: `PgBouncer leads to database ${row?.name} on PostgreSQL ${row?.version}.` };
  });
}

async function testConsole(connection: Connection, egress: Egress, configFile: string | undefined): Promise<TestOutcome> {
  const admin = new PgbouncerAdmin(connection, egress, "switchyard test");
  try {
    const [version, entries] = [await admin.version(), await admin.entries()];
    const console = `${version}, admin console, ${entries.length} entries: ${entries.slice(0, 8).join(", ")}.`;
    if (configFile === undefined) return { ok: true, message: `${console} Without a configuration file it can be paused, but not led elsewhere.` };
    tryReplace(configFile);
    return { ok: true, message: `${console} ${configFile} can be replaced.` };
  } finally {
    admin.close();
  }
}

async function testHaproxy(connection: Connection, egress: Egress): Promise<TestOutcome> {
  const level = (await haproxyCommand(connection, egress, ["show", "cli", "level"])).trim();
  const servers = [...parseStat(await haproxyCommand(connection, egress, ["show", "stat"])).keys()].filter((name) => !/\/(FRONTEND|BACKEND)$/.test(name));
  if (level !== "admin") return { ok: false, message: `The runtime API answers, but with level "${level}"; weights need admin.` };
  return { ok: true, message: `HAProxy runtime API with level admin; ${servers.length} servers: ${servers.slice(0, 8).join(", ")}.` };
}

async function testPrometheus(connection: Connection, egress: Egress, now: Date): Promise<TestOutcome> {
  const sample = await probePromql(connection, egress, "vector(1)", now, { timeoutMs: 5_000 });
  return sample.type === "value" ? { ok: true, message: "The server answers queries." } : { ok: false, message: sample.reason };
}

/** Reads every zone and its authoritative servers; the right to change cannot be seen without changing. */
async function testDns(connection: Connection, egress: Egress, now: Date): Promise<TestOutcome> {
  const provider = await openDns(connection, egress, () => now);
  const found: string[] = [];
  for (const zone of zonesOf(connection)) {
    const facts = await provider.zoneFacts(zone);
    if (facts.problems[0] !== undefined) return { ok: false, message: `${zone}: ${facts.problems[0]}` };
    if (facts.nameservers.length === 0) return { ok: false, message: `${zone} has no authoritative servers.` };
    found.push(`${zone} (${facts.nameservers.slice(0, 6).join(", ")})`);
  }
  return { ok: true, message: `Can be read: ${found.join("; ")}. The right to change records is not tried.` };
}

/** Signed as a notice is, but of the type `connection.test`, so that a receiver can tell it apart. Nothing is sent: only the address is tried. */
async function testWebhook(connection: Connection, egress: Egress): Promise<TestOutcome> {
  const url = new URL(connectionConfig.webhook.parse(connection.config).url);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const ms = await egress.connect(url.hostname, port);
  return { ok: true, message: `${url.host} accepts connections (${ms} ms). No message was sent.` };
}

/** Tries a connection for real, without changing anything on the other side. Never throws. */
export async function testConnection(connection: Connection, egress: Egress, now: Date): Promise<TestOutcome> {
  try {
    switch (connection.kind) {
      case "postgres":
        return await testPostgres(connection, egress);
      case "pgbouncer":
        return await testPgbouncer(connection, egress);
      case "haproxy":
        return await testHaproxy(connection, egress);
      case "powerdns":
      case "rfc2136":
      case "route53":
      case "cloudflare":
        return await testDns(connection, egress, now);
      case "prometheus":
        return await testPrometheus(connection, egress, now);
      case "webhook":
        return await testWebhook(connection, egress);
    }
  } catch (error) {
    return { ok: false, message: messageOf(error) || "The connection failed without a message." };
  }
}

export interface TestDeps {
  db: Pick<Db, "pool">;
  key: OpeningKey;
  egress: Egress;
  now: () => Date;
}

/** Values of secrets are cut out of whatever a server said. */
function redacted(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length >= 4).reduce((line, secret) => line.replaceAll(secret, "•••"), text);
}

/**
 * Due work of the worker: tries the connections whose test was asked for. Read only and repeatable, so two workers
 * doing the same test do no harm. Returns how many were tried.
 */
export async function runDueConnectionTests(deps: TestDeps, limit = 10): Promise<number> {
  const due = await dueTests(deps.db, limit);
  await Promise.all(
    due.map(async (row) => {
      let outcome: TestOutcome;
      let secrets: string[] = [];
      try {
        const connection = openRow(deps.key, row);
        secrets = Object.values(connection.secret);
        outcome = await testConnection(connection, deps.egress, deps.now());
      } catch (error) {
        outcome = { ok: false, message: messageOf(error) };
      }
      // Only the answer to the question that was read counts: a change meanwhile has taken it back.
      await deps.db.pool.query(
        `UPDATE connection SET tested_at = greatest(clock_timestamp(), test_requested_at), test_ok = $3, test_message = $4 WHERE id = $1 AND version = $2 AND test_requested_at = $5`,
        [row.id, row.version, outcome.ok, redacted(outcome.message, secrets).slice(0, 1_000), row.testRequestedAt],
      );
    }),
  );
  return due.length;
}
