import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { PgbouncerAdmin } from "@/lib/connection/clients/pgbouncer";
import { entryServer } from "@/lib/connection/clients/pgbouncer-config";
import { readDatabases } from "@/lib/connection/clients/pgbouncer-file";
import { connectionConfig } from "@/lib/connection/types";
import { messageOf } from "@/lib/core/errors";
import { sessionName } from "@/lib/migration/executors/move/names";
import type { StepContext } from "@/lib/migration/executors/types";
import type { MoveConfig } from "@/lib/migration/move-types";
import type { PoolerFacts } from "./facts";

const UNKNOWN: Omit<PoolerFacts, "connection" | "database" | "problem"> = {
  version: "",
  found: false,
  host: "",
  port: 0,
  serverDatabase: "",
  poolMode: "",
  paused: false,
  queryWaitTimeoutMs: 0,
  queryTimeoutMs: 0,
  clientLoginTimeoutMs: 0,
  maxPreparedStatements: 0,
  configProblem: null,
  serverSockets: [],
};

/** What keeps the worker from changing the entry in the file; null when nothing does. The file is replaced, so its folder counts. */
export function configProblem(file: string | undefined, database: string): string | null {
  if (file === undefined) return "The connection does not name the file with the entries (configFile).";
  try {
    entryServer(readDatabases(file), database);
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return null;
  } catch (error) {
    return `${file} cannot be changed by the worker: ${messageOf(error)}`;
  }
}

async function readPooler(admin: PgbouncerAdmin, database: string): Promise<Omit<PoolerFacts, "connection" | "database" | "problem" | "configProblem">> {
  await admin.open();
  const [version, settings, entries] = [await admin.version(), await admin.settings(), await admin.entries()];
  const milliseconds = (name: string) => Math.round(Number(settings.get(name) ?? 0) * 1_000);
  const limits = {
    version,
    queryWaitTimeoutMs: milliseconds("query_wait_timeout"),
    queryTimeoutMs: milliseconds("query_timeout"),
    clientLoginTimeoutMs: milliseconds("client_login_timeout"),
    maxPreparedStatements: Number(settings.get("max_prepared_statements") ?? 0),
  };
  if (!entries.includes(database)) return { ...UNKNOWN, ...limits };
  const entry = await admin.state(database);
  return {
    ...limits,
    found: true,
    host: entry.host,
    port: entry.port,
    serverDatabase: entry.database,
    poolMode: entry.poolMode || (settings.get("pool_mode") ?? ""),
    paused: entry.paused,
    serverSockets: await admin.serverSockets(entry.database),
  };
}

/** What every pooler of the move says about its entry; one that does not answer is told as such. */
export async function readPoolers(move: MoveConfig, context: StepContext): Promise<PoolerFacts[]> {
  const found: PoolerFacts[] = [];
  for (const { connection: key, database } of move.poolers) {
    let admin: PgbouncerAdmin | null = null;
    try {
      const connection = await context.connection(key, "pgbouncer");
      admin = new PgbouncerAdmin(connection, context.egress, sessionName(context.runId, context.epoch));
      const { configFile } = connectionConfig.pgbouncer.parse(connection.config);
      found.push({ connection: key, database, problem: null, ...(await readPooler(admin, database)), configProblem: configProblem(configFile, database) });
    } catch (error) {
      found.push({ connection: key, database, problem: messageOf(error), ...UNKNOWN });
    } finally {
      admin?.close();
    }
  }
  return found;
}
